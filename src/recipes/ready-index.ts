/** A key for which there is an index already. */
import type { Step } from "../replay/step.ts";
import type { Index } from "../schema/model.ts";
import { heading, instead, type Advice } from "./advice.ts";
import { constraintName, quote } from "./words.ts";

/**
 * The key from the unique index of the same columns that the migration drops behind it: nothing is built. It takes the
 * place of the DROP INDEX, too, as the index becomes that of the key. Undefined: there is no such index.
 */
export function keyFromIndex(step: Step): Advice | undefined {
  const { operation, before, statement, inBody } = step;
  if (operation.kind !== "addPrimaryKey" && operation.kind !== "addUnique") return undefined;
  const { table, columns, include, deferrable } = operation;
  if (inBody || deferrable || include.length > 0 || statement.operations.length > 1) return undefined;
  if (operation.kind === "addUnique" && operation.nullsNotDistinct) return undefined;
  const isRequired = (name: string): boolean => {
    const found = before.column(table, name);
    return found.is === "present" && found.value.notNull === "yes";
  };
  const names = columns.map(({ text }) => text);
  if (operation.kind === "addPrimaryKey" && !names.every(isRequired)) return undefined;
  const index = before.indexesOn(table).find((one) => isPlain(one) && isOf(one, names));
  const dropped = step
    .neighbours("later", "dropIndex")
    .find((one) => one.operation.index.name === index?.name && one.statement.operations.length === 1);
  const name = constraintName(step);
  if (index === undefined || dropped === undefined || name === undefined) return undefined;
  const kind = operation.kind === "addPrimaryKey" ? "PRIMARY KEY" : "UNIQUE";
  return instead(
    heading("this takes the place of both statements, the ADD CONSTRAINT and the DROP INDEX:", {
      replaces: [statement.span, dropped.statement.span],
    }),
    `ALTER TABLE ${table.text} ADD CONSTRAINT ${name} ${kind} USING INDEX ${quote(index.name)};`,
  );
}

/** One that a key can be made from (manual, ALTER TABLE). */
const isPlain = ({ unique, valid, where, method, include, constraint, nullsNotDistinct }: Index): boolean =>
  unique &&
  valid &&
  where === undefined &&
  method === "btree" &&
  include.length === 0 &&
  constraint === undefined &&
  !nullsNotDistinct;

const isOf = ({ elements }: Index, names: readonly string[]): boolean =>
  elements.length === names.length &&
  elements.every(
    (one, at) =>
      one.column === names[at] &&
      !one.descending &&
      one.nullsFirst === undefined &&
      one.operatorClass === undefined &&
      one.collation === undefined,
  );
