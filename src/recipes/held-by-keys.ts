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
export const isReferredToLater = ({ scope }: Step, { name }: QualifiedName): boolean =>
  (lastReferring(scope.history).get(name.toLowerCase()) ?? -1) > scope.migration.index;

type History = Step["scope"]["history"];

const known = new WeakMap<History, ReadonlyMap<string, number>>();

/** The place of the last migration that has a word behind one of `refers`, by these words. */
function lastReferring(history: History): ReadonlyMap<string, number> {
  const before = known.get(history);
  if (before !== undefined) return before;
  const last = new Map<string, number>();
  for (const { index, up } of history.migrations) {
    const own = up.text.slice(up.part.start, up.part.end).toLowerCase();
    for (const { index: at } of own.matchAll(refers)) {
      const behind = own.slice(at, at + near);
      // `shop.orders` is a table in a schema, or a model of an app.
      for (const words of [behind, behind.replaceAll(".", "_")])
        for (const word of words.match(/[\w$]+/g) ?? []) last.set(word, index);
    }
  }
  known.set(history, last);
  return last;
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
