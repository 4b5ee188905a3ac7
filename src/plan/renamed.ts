/** Renames and moves, which are taken back by the same statement with the names the other way round. */
import { keyOf } from "../model/names.ts";
import { splitKey } from "../schema/dependents.ts";
import { literal } from "../recipes/words.ts";
import type { Step } from "../replay/step.ts";
import { definitionsFor, namesIn } from "./definitions.ts";

/** Objects whose statement is ALTER, what they are, and their name. */
const renamable: ReadonlySet<string> = new Set([
  "sequence",
  "type",
  "domain",
  "schema",
  "collation",
  "publication",
  "subscription",
]);

/** The statement that renames or moves it back; undefined: the step is none of these, or that isn't known. */
export function renamedBack({ operation, before, after }: Step): string | undefined {
  const { show, spell } = namesIn(before);
  switch (operation.kind) {
    case "renameTable": {
      const old = before.resolve(operation.table);
      const [schema, name] = splitKey(old);
      const now = keyOf(operation.toSchema ?? schema, operation.to.text);
      const isMoved = operation.toSchema !== undefined && operation.toSchema !== schema;
      return `ALTER TABLE ${show(now)} RENAME TO ${isMoved ? show(old) : spell(name)}`;
    }
    case "setTableSchema": {
      const [schema, name] = splitKey(before.resolve(operation.table));
      return `ALTER TABLE ${show(keyOf(operation.to.text, name))} SET SCHEMA ${spell(schema)}`;
    }
    case "renameColumn": {
      const word = operation.object === "type" ? "ATTRIBUTE" : "COLUMN";
      const table = show(before.resolve(operation.table));
      return `ALTER ${operation.object.toUpperCase()} ${table} RENAME ${word} ${spell(operation.to.text)} TO ${spell(operation.column.text)}`;
    }
    case "redefineColumn": {
      const found = before.column(operation.table, operation.column.text);
      const now = operation.definition.name.text;
      if (now === operation.column.text || found.is !== "present") return undefined;
      const { column, place } = definitionsFor(before);
      const table = before.relation(operation.table);
      if (table.is !== "present") return undefined;
      const written = column(found.value, table.value, namesIn(before));
      const isMoved = operation.definition.mysql?.position !== undefined;
      const where = isMoved ? place(found.value, table.value, namesIn(before)) : "";
      return (
        written &&
        `ALTER TABLE ${show(before.resolve(operation.table))} CHANGE COLUMN ${spell(now)} ${written}${where}`
      );
    }
    case "renameConstraint":
      return `ALTER TABLE ${show(before.resolve(operation.table))} RENAME CONSTRAINT ${spell(operation.to.text)} TO ${spell(operation.name.text)}`;
    case "renameIndex": {
      const table = operation.onTable && show(before.resolve(operation.onTable));
      const { schema, name } = operation.index;
      return definitionsFor(after).renameIndex({
        table,
        schema: schema === undefined ? "" : `${spell(schema)}.`,
        from: spell(operation.to.text),
        to: spell(name),
      });
    }
    case "renameView": {
      const [schema, name] = splitKey(before.resolve(operation.view));
      const word = operation.materialized ? "MATERIALIZED VIEW" : "VIEW";
      return `ALTER ${word} ${show(keyOf(schema, operation.to.text))} RENAME TO ${spell(name)}`;
    }
    case "renameEnumValue":
      return `ALTER TYPE ${operation.type.text} RENAME VALUE ${literal(operation.to)} TO ${literal(operation.label)}`;
    case "renameObject": {
      const { object, name, to } = operation;
      if (name === undefined || !renamable.has(object)) return undefined;
      const schema = name.schema === undefined ? "" : `${spell(name.schema)}.`;
      return `ALTER ${object.toUpperCase()} ${schema}${spell(to.text)} RENAME TO ${spell(name.name)}`;
    }
    default:
      return undefined;
  }
}
