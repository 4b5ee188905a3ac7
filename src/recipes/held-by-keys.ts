/** Foreign keys of MySQL and MariaDB that decide which tool can change a table. */
import type { QualifiedName } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import type { Step } from "../replay/step.ts";
import { inWords, type Advice } from "./advice.ts";

const refers = /references|foreign_?key|one_?to_?one/gi;
/** A call in code names the table among other arguments. */
const near = 300;

type History = Step["scope"]["history"];

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

/**
 * Where each app has its own migrations, one of another app that seems to refer to the table may have run long before
 * this one, although it comes later in the history. What comes later anywhere else isn't there yet.
 */
export function isReferredToByOtherApp({ scope, script }: Step, { name }: QualifiedName): boolean {
  if (scope.history.layout !== "apps") return false;
  const own = folderOf(script.path);
  const apps = referring(scope.history).get(name.toLowerCase()) ?? [];
  return [...apps].some(([app, index]) => app !== own && index > scope.migration.index);
}

const known = new WeakMap<History, ReadonlyMap<string, ReadonlyMap<string, number>>>();

/** By word, the place of the last migration of each app that has the word behind one of `refers`. */
function referring(history: History): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const before = known.get(history);
  if (before !== undefined) return before;
  const last = new Map<string, Map<string, number>>();
  for (const { index, up } of history.migrations) {
    const own = up.text.slice(up.part.start, up.part.end).toLowerCase();
    const app = folderOf(up.path);
    for (const { index: at } of own.matchAll(refers)) {
      const behind = own.slice(at, at + near);
      // `shop.orders` is a table in a schema, or a model of an app.
      for (const words of [behind, behind.replaceAll(".", "_")])
        for (const word of words.match(/[\w$]+/g) ?? []) {
          const apps = last.get(word) ?? new Map<string, number>();
          last.set(word, apps.set(app, index));
        }
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

/** A column that the statement adds has no value for the rows that are there, which stops one of the tools. */
export const leavesRowsWithout = (operations: readonly Operation[]): boolean =>
  operations.some(
    (one) =>
      one.kind === "addColumn" &&
      one.column.notNull &&
      one.column.default === undefined &&
      one.column.generated === undefined &&
      one.column.mysql?.autoIncrement !== true,
  );
