/** What a rollback takes away and brings back, told from its text alone: of one that belongs to no migration. */
import type { Name, QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Script } from "../../../project/migration.ts";
import { objectText } from "../names/named-object.ts";
import type { Read, Reading } from "../../replay.ts";
import type { Place } from "../../step.ts";

export interface Undone {
  /** For messages: `drop column orders.total`, `restore table orders`. */
  readonly what: string;
  readonly at: Place;
}

/** In the order of the text; what changes something and makes or drops nothing is left out. */
export const undoneBy = (script: Script, read: Read, reading: Reading): readonly Undone[] =>
  read(script, reading).statements.flatMap(({ operations }) =>
    operations.flatMap((operation) => {
      const what = undone(operation);
      return what === undefined ? [] : [{ what, at: { path: script.path, span: operation.head } }];
    }),
  );

function undone(operation: Operation): string | undefined {
  switch (operation.kind) {
    case "dropTable":
      return `drop table ${operation.table.text}`;
    case "createTable":
      return `restore table ${operation.table.text}`;
    case "dropColumn":
      return `drop column ${partOf(operation.table, operation.column)}`;
    case "addColumn":
      return `restore column ${partOf(operation.table, operation.column.name)}`;
    case "dropConstraint":
      return `drop constraint ${partOf(operation.table, operation.name)}`;
    case "dropIndex":
      return `drop index ${operation.index.text}`;
    case "createIndex":
      return operation.name === undefined ? undefined : `restore index ${operation.name.text}`;
    case "dropView":
      return `drop view ${operation.view.text}`;
    case "createView":
      return `restore view ${operation.view.text}`;
    case "dropSequence":
      return `drop sequence ${operation.sequence.text}`;
    case "dropFunction":
      return `drop ${operation.object} ${operation.function.text}`;
    case "createFunction":
      return `restore function ${operation.function.text}`;
    case "dropTrigger":
      return `drop trigger ${partOf(operation.table, operation.name)}`;
    case "dropSchema":
    case "dropType":
    case "dropObject":
      return `drop ${objectText(operation) ?? "an object"}`;
    default:
      return undefined;
  }
}

const partOf = (table: QualifiedName, part: Name): string => `${table.text}.${part.text}`;
