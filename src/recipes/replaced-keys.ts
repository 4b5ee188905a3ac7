/** A unique constraint that the migration drops, and for which it builds an index. */
import type { Step } from "../replay/step.ts";
import type { KeyConstraint } from "../schema/model.ts";
import { heading, instead, type Advice, type Heading, type Part } from "./advice.ts";
import { freeName } from "./free-names.ts";
import { movedAlong } from "./needed-behind.ts";
import { inSchemaOf, madeName, nextMigration, quote } from "./words.ts";

/** What may need that the old key is gone before there is the new one. */
const changing = [
  "renameTable",
  "renameColumn",
  "changeColumnType",
  "dropColumn",
  "updateRows",
  "insertRows",
  "mergeRows",
  "copyRows",
] as const;

/**
 * The old key stays until the new index is there: otherwise rows are written between the two that a unique one refuses,
 * and queries read the whole table.
 * Undefined: no index takes the place of a constraint.
 */
export function indexForKeyDropped(
  step: Step<"createIndex">,
  build: (step: Step<"createIndex">, as?: string) => readonly Part[],
): Advice | undefined {
  const { operation, statement, inBody, before, neighbours } = step;
  if (inBody || statement.operations.length > 1) return undefined;
  const table = before.resolve(operation.table);
  const columns = operation.elements.map(({ column }) => column);
  const isFor = ({ columns: [first, ...more] }: KeyConstraint): boolean =>
    operation.unique
      ? [first, ...more].every((column) => columns.includes(column))
      : first !== undefined && first === columns[0];
  const dropped = [...neighbours("earlier", "dropConstraint"), ...neighbours("later", "dropConstraint")].find(
    (one) => {
      const key = keyOf(one);
      return (
        key !== undefined &&
        isFor(key) &&
        one.before.resolve(one.operation.table) === table &&
        one.statement.operations.length === 1 &&
        !one.inBody &&
        !one.operation.cascade
      );
    },
  );
  const isChanged = changing.some((kind) => neighbours("earlier", kind).length > 0);
  if (dropped === undefined || isChanged) return undefined;
  const { text } = dropped.operation.table;
  // The constraint has an index of this name until it is dropped.
  const name = operation.name?.name ?? "";
  const next =
    keyOf(dropped)?.index === name
      ? freeName(step, operation.table, [madeName(name.slice(0, 59), "new")])
      : undefined;
  return instead(
    heading("this takes the place of both statements, the DROP CONSTRAINT and the CREATE INDEX:", {
      replaces: [dropped.statement.span, statement.span],
    }),
    build(step, next),
    nextMigration,
    `ALTER TABLE ${text} DROP CONSTRAINT ${quote(dropped.operation.name.text)};`,
    next === undefined ? [] : `ALTER INDEX ${inSchemaOf(operation.table, next)} RENAME TO ${quote(name)};`,
    movedAlong(step),
  );
}

interface Exchanged {
  readonly heading: Heading;
  /** What drops the old key in the statement that adds the new one. */
  readonly drop: string;
  /** The old key again in place of the new one. */
  readonly back: (table: string, made: string) => string;
}

/** A unique constraint that the migration drops as well, of some of the columns: until it goes, it forbids the same rows. */
export function strongerKeyDropped(step: Step<"addUnique">): Exchanged | undefined {
  const { operation, statement, inBody, before, neighbours } = step;
  if (inBody || statement.operations.length > 1 || operation.within !== "alterTable") return undefined;
  const table = before.resolve(operation.table);
  const columns = operation.columns.map(({ text }) => text);
  if (changing.some((kind) => neighbours("earlier", kind).length > 0)) return undefined;
  const [found, ...others] = [
    ...neighbours("earlier", "dropConstraint"),
    ...neighbours("later", "dropConstraint"),
  ].flatMap((one) => {
    const key = keyOf(one);
    const isPart =
      key !== undefined &&
      key.name !== operation.name?.text &&
      !key.deferrable &&
      key.columns.length < columns.length &&
      key.columns.every((column) => columns.includes(column)) &&
      one.before.resolve(one.operation.table) === table;
    const isApart = one.statement.operations.length === 1 && !one.inBody && !one.operation.cascade;
    return isPart && isApart && !one.skipped ? [{ key, replaces: [one.statement.span, statement.span] }] : [];
  });
  if (found === undefined || others.length > 0) return undefined;
  const { key, replaces } = found;
  const list = key.columns.map(quote).join(", ");
  return {
    heading: heading(
      "this takes the place of the DROP CONSTRAINT, too; the old key holds until the new one does:",
      {
        replaces,
      },
    ),
    drop: `DROP CONSTRAINT ${quote(key.name)}, `,
    back: (name, made) =>
      `ALTER TABLE ${name} DROP CONSTRAINT ${made}, ADD CONSTRAINT ${quote(key.name)} UNIQUE (${list});`,
  };
}

function keyOf({ before, operation }: Step<"dropConstraint">): KeyConstraint | undefined {
  const found = before.constraint(operation.table, operation.name.text);
  return found.is === "present" && found.value.kind === "unique" ? found.value : undefined;
}
