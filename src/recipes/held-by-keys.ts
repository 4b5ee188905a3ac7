/** Foreign keys of MySQL and MariaDB that decide which tool can change a table. */
import type { QualifiedName } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import type { Step } from "../replay/step.ts";
import { inWords, type Advice } from "./advice.ts";

const refers = /references|foreign_?key|one_?to_?one/gi;
/** A call in code names the table among other arguments. */
const near = 300;

/**
 * A later migration of the history seems to refer to the table. Where each app has its own migrations, it may have run
 * long before this one.
 */
export function isReferredToLater({ scope }: Step, { name }: QualifiedName): boolean {
  const { history, migration } = scope;
  const plain = name.toLowerCase();
  return history.migrations.some(({ index, up: { text, part } }) => {
    if (index <= migration.index) return false;
    const own = text.slice(part.start, part.end).toLowerCase();
    return Array.from(own.matchAll(refers)).some(({ index: at }) => {
      const part = own.slice(at, at + near);
      // `shop.orders` is a table in a schema, or a model of an app.
      return [part, part.replaceAll(".", "_")].some((one) => one.match(/[\w$]+/g)?.includes(plain) === true);
    });
  });
}

/** Before the migration a foreign key holds a column whose type these change to one that the other side doesn't have. */
export const isHeldByKeys = ({ scope: { before } }: Step, operations: readonly Operation[]): boolean =>
  operations.some((operation) => {
    if (operation.kind !== "redefineColumn") return false;
    const { table, column, definition } = operation;
    const old = before.column(table, column.text);
    const relation = before.relation(table);
    if (old.is !== "present" || relation.is !== "present") return false;
    const [was, is] = [old.value.type, definition.type];
    if (was === undefined || (was.name === is.name && was.unsigned === is.unsigned)) return false;
    return (
      before
        .foreignKeysTo(table)
        .some(({ constraint }) => constraint.referencedColumns.includes(column.text)) ||
      relation.value.constraints.some(
        (one) => one.kind === "foreign key" && one.columns.includes(column.text),
      )
    );
  });

/** What works: the copy that a tool makes of one of the tables is refused. */
export const withoutTool: Advice = [
  inWords(
    "A foreign key holds the column to the type of the other side, so that no tool can change one of the tables alone (MySQL: 3780). Drop the foreign keys, change the columns of both sides, and add the keys again, in a quiet hour: writes wait for each copy. With `SET foreign_key_checks = 0` the keys are added in place.",
  ),
];
