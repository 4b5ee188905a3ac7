/** Where IF [NOT] EXISTS would go, for the statements whose grammar has it. */
import type { Operation } from "../../../model/operation.ts";
import type { Edit } from "../../../text/span.ts";
import type { Step } from "../../step.ts";

export interface ExistsGuard {
  readonly words: "IF NOT EXISTS" | "IF EXISTS";
  /** Puts them before the name. */
  readonly edit: Edit;
}

/** Undefined: it exists already, or the grammar has none. */
export function existsGuard(step: Step): ExistsGuard | undefined {
  const { operation, statement, inBody, before, script } = step;
  if (inBody || operation.called === true || operation.conditional === true) return undefined;
  if (!before.dialect.existsOfParts && partsOfTables.has(operation.kind)) return undefined;
  if (!isGuardable(operation, script.text)) return undefined;
  // CREATE SCHEMA takes the words only without the objects in it.
  if (statement.kind === "CreateSchemaStmt" && statement.operations.length > 1) return undefined;
  if (statement.operations.find(({ kind }) => kind === operation.kind) !== operation && isDropList(operation))
    return undefined;
  const created = createdName(operation, statement.kind);
  const at = created ?? droppedName(operation);
  if (at === undefined) return undefined;
  const words = created === undefined ? "IF EXISTS" : "IF NOT EXISTS";
  // No blank is needed before a quoted name, nor before the dot that MySQL allows.
  const blank = /\w/.test(script.text[at - 1] ?? "") ? " " : "";
  return { words, edit: { span: { start: at, end: at }, text: `${blank}${words} ` } };
}

/** It is written so that it may run again: IF [NOT] EXISTS of the very object, OR REPLACE, a question in code. */
export const isGuarded = (operation: Operation): boolean =>
  operation.asked === true ||
  ("ifNotExists" in operation && operation.ifNotExists === true) ||
  ("orReplace" in operation && operation.orReplace === true) ||
  ("columnIfExists" in operation && operation.columnIfExists === true) ||
  ("constraintIfExists" in operation && operation.constraintIfExists === true) ||
  (isDropList(operation) && "ifExists" in operation && operation.ifExists === true);

/** Some grammars have the words only for what is no part of a table. */
const partsOfTables: ReadonlySet<Operation["kind"]> = new Set<Operation["kind"]>([
  "addColumn",
  "createIndex",
  "dropColumn",
  "dropConstraint",
  "dropIndex",
]);

/** Not a KEY of CREATE TABLE, the primary key, nor a column of `ADD (a INT, b INT)`. */
function isGuardable(operation: Operation, text: string): boolean {
  if (operation.kind === "createIndex") return operation.clauseOf !== "createTable";
  if (operation.kind === "dropConstraint") return operation.object !== "primary key";
  if (operation.kind === "createExtension") return operation.asLanguage !== true;
  if (operation.kind !== "addColumn") return true;
  const { start } = operation.column.name.span;
  return start > operation.span.start && !text.slice(operation.span.start, start).trimEnd().endsWith("(");
}

/** `DROP TABLE a, b` has the words once. */
const isDropList = ({ kind }: Operation): boolean =>
  /^drop(?:Table|View|Index|Sequence|Type|Function|Schema)$/.test(kind);

function createdName(operation: Operation, statement: string): number | undefined {
  switch (operation.kind) {
    case "createTable":
      return operation.ifNotExists || statement === "SelectStmt" ? undefined : operation.table.span.start;
    case "createIndex":
      return operation.ifNotExists || operation.concurrently ? undefined : operation.name?.span.start;
    case "createSequence":
      return operation.ifNotExists ? undefined : operation.sequence.span.start;
    case "createSchema":
      return operation.ifNotExists ? undefined : (operation.authorization ?? operation.schema.span).start;
    case "createExtension":
      return operation.ifNotExists ? undefined : operation.extension.span.start;
    case "createView":
      return operation.materialized && !operation.ifNotExists ? operation.view.span.start : undefined;
    case "addColumn":
      return operation.ifNotExists ? undefined : operation.column.name.span.start;
    default:
      return undefined;
  }
}

function droppedName(operation: Operation): number | undefined {
  switch (operation.kind) {
    case "dropTable":
      return operation.ifExists ? undefined : operation.table.span.start;
    case "dropView":
      return operation.ifExists ? undefined : operation.view.span.start;
    case "dropIndex":
      return operation.ifExists ? undefined : operation.index.span.start;
    case "dropSequence":
      return operation.ifExists ? undefined : operation.sequence.span.start;
    case "dropType":
      return operation.ifExists ? undefined : operation.type.span.start;
    case "dropFunction":
      return operation.ifExists ? undefined : operation.function.span.start;
    case "dropSchema":
      return operation.ifExists ? undefined : operation.schema.span.start;
    case "dropColumn":
      return operation.columnIfExists ? undefined : operation.column.span.start;
    case "dropConstraint":
      return operation.constraintIfExists ? undefined : operation.name.span.start;
    default:
      return undefined;
  }
}
