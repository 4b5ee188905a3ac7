import type { Operation } from "../model/operation.ts";
import type { Schema } from "../schema/schema.ts";
import type { ParsedText, Statement } from "../sql/front-end.ts";

/**
 * `DROP TRIGGER IF EXISTS` before the first `CREATE TRIGGER` of that name in the history: the script means to run again. The
 * first time there is none, and PostgreSQL keeps no lock on the table. Of an older table not all triggers are known.
 */
export function isMadeBehind(
  operation: Operation,
  before: Schema,
  { statements }: ParsedText,
  { span }: Statement,
): boolean {
  if (operation.kind !== "dropTrigger" || !operation.ifExists) return false;
  const { name } = operation;
  const table = before.resolve(operation.table);
  const found = before.relation(table);
  if (found.is === "present" && found.value.triggers.some((one) => one.name === name.text)) return false;
  return statements.some(
    (later) =>
      later.span.start > span.start &&
      later.operations.some(
        (other) =>
          other.kind === "createTrigger" &&
          other.name.text === name.text &&
          before.resolve(other.table) === table,
      ),
  );
}
