/** Whether the changes of a table in several statements can be one ALTER TABLE. */
import type { Key } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import { pieceOf } from "../replay/code-piece.ts";
import type { Step } from "../replay/step.ts";
import { groupBy } from "../text/group.ts";
import { callOf, senderOf } from "./sent.ts";
import { textOf } from "./words.ts";

/**
 * What to write in place of several; undefined: they can be one.
 *
 * @param changes all of the migration, in order
 */
export function severalAlters(changes: readonly Step[], ddl: readonly Step[]): string | undefined {
  if (isOneCall(ddl)) {
    const into = ddl[0]?.scope.history.declared?.alone;
    return into === undefined
      ? "One call sends all of them: write each as a call of its own, in a migration of its own."
      : `One call sends all of them: write each as SQL in a migration of its own, and ${into}.`;
  }
  const tables = new Set(ddl.map(tableKey));
  if (tables.size > 1)
    return areAlters(changes, ddl)
      ? "Write one migration per table. If no clause makes the others more expensive, write its changes as one `ALTER TABLE`, which succeeds or fails as a whole; an index is `ADD INDEX` there."
      : "Write one statement per migration, or at least the changes of each table in its own.";
  const [first] = ddl;
  if (first === undefined) return undefined;
  if (!isOneAlter(changes, first)) return apart;
  const indexes = ddl.map(addedIndex);
  const [table] = tables;
  if (table !== undefined && indexes.every((one) => one !== undefined) && indexes.length <= mostNamed)
    return `Write them as one statement, which succeeds or fails as a whole: \`ALTER TABLE ${first.show(table)} ${indexes.join(", ")};\``;
  const { oneAlter } = first.scope.history;
  if (!ddl.every(({ script }) => script.code !== undefined)) return undefined;
  if (oneAlter === undefined) return ddl.some((one) => isBuilt(one)) ? apart : undefined;
  return ddl.every(({ operation }) => oneAlter.calls.includes(operation.call?.name ?? ""))
    ? `${apart} If no clause makes the others more expensive, combine them in ${oneAlter.how}.`
    : apart;
}

const tableKey = ({ before, table }: Step): Key | undefined => table && before.resolve(table);

/** The changes of each table can be one ALTER TABLE, which makes one of several statements. */
function areAlters(changes: readonly Step[], ddl: readonly Step[]): boolean {
  const groups = groupBy(ddl, tableKey);
  return (
    ddl.length > groups.size &&
    ddl.every((one) => one.script.code === undefined && clause.test(textOf(one, one.statement.span))) &&
    [...groups].every(([key, [first]]) => {
      const own = changes.filter((one) => one.table === undefined || tableKey(one) === key);
      return first !== undefined && isOneAlter(own, first);
    })
  );
}

const clause = /^(?:ALTER\s+TABLE|(?:CREATE|DROP)\s+(?:\w+\s+)?INDEX)\s/i;

const mostNamed = 6;

/** `CREATE INDEX a ON t (x)` as a part of ALTER TABLE, `ADD INDEX a (x)`; InnoDB builds one FULLTEXT index at a time. */
function addedIndex({ operation, script, statement, names }: Step): string | undefined {
  if (operation.kind !== "createIndex" || script.code !== undefined || names.guarded) return undefined;
  const text = script.text.slice(statement.span.start, statement.span.end).replaceAll(/\s+/g, " ");
  const [, kind = "", name = "", rest = ""] =
    /^CREATE ((?:UNIQUE )?)INDEX (`[^`]+`|\w+) ON (?:`[^`]+`|\w+)(?:\.(?:`[^`]+`|\w+))? ?(\(.*\))$/i.exec(
      text.trim(),
    ) ?? [];
  return name === "" || rest.length > 200 ? undefined : `ADD ${kind}INDEX ${name} ${rest}`;
}

const apart = "Write one statement per migration.";

/** The tool writes it, for a call that isn't SQL. */
function isBuilt(step: Step): boolean {
  const call = callOf(step);
  return call !== undefined && !/["'\x60\s](?:ALTER|CREATE|DROP|RENAME)\s+\w/i.test(call.text);
}

/** A call of the tool sends several statements. */
function isOneCall(ddl: readonly Step[]): boolean {
  const [first, ...others] = ddl;
  if (first === undefined || !isBuilt(first)) return false;
  if (pieceOf(first.script, first.statement)?.splits === true) return false;
  return others.every((one) => one.script === first.script && senderOf(one) === senderOf(first));
}

/**
 * Neither rows are changed between them, nor does one change what another adds, or take the name of a foreign key that
 * another drops (error 1826).
 */
function isOneAlter(changes: readonly Step[], first: Step): boolean {
  const behind = changes.slice(Math.max(0, changes.indexOf(first)));
  const added = new Set(
    behind.flatMap(({ operation }) => (operation.kind === "addColumn" ? [operation.column.name.text] : [])),
  );
  const dropped = new Set(
    behind.flatMap(({ operation }) => (operation.kind === "dropConstraint" ? [operation.name.text] : [])),
  );
  return !behind.some(
    ({ operation }) =>
      (operation.kind === "addForeignKey" && dropped.has(operation.name?.text ?? "")) ||
      operation.kind === "insertRows" ||
      operation.kind === "updateRows" ||
      operation.kind === "deleteRows" ||
      operation.kind === "unknown" ||
      added.has(changedColumn(operation) ?? ""),
  );
}

/** A column that has to be there before the statement. */
function changedColumn(operation: Operation): string | undefined {
  switch (operation.kind) {
    case "redefineColumn":
    case "renameColumn":
    case "setDefault":
    case "dropDefault":
    case "dropColumn":
      return operation.column.text;
    default:
      return undefined;
  }
}
