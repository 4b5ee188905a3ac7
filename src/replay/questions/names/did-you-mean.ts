import type { Named } from "../../../model/name-rules.ts";
import type { Name } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import { nameInPath } from "../../../schema/dependents.ts";
import type { Failure } from "../../../schema/failure.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";
import { nearest } from "../../../text/nearest.ts";

/** Of a rename of what isn't there, to a name that is taken. */
export function leaveRenameOut({ already, dropped, bare }: Failure, isUp: boolean): string | undefined {
  if (already === undefined) return undefined;
  const { name } = already;
  if (!isUp) return `Leave the rename out, or rename ${name} back: a rollback goes the other way`;
  return dropped === undefined
    ? `Leave the rename out: a database made by these migrations has ${name} from the start. Or give it back the name ${bare ?? "that is renamed"} where it is created`
    : `Leave the rename out: ${name} has that name already`;
}

interface Candidate {
  readonly name: string;
  /** As messages say it. */
  readonly shown: string;
  readonly renamedFrom: readonly { readonly name: string }[];
}

type Dropping = Extract<Operation, { readonly kind: "dropIndex" | "dropConstraint" }>;

/**
 * What to write for a table or column that isn't there: its present name, or one that is spelt much like it.
 *
 * @param others what the script drops besides: this one means another
 * @param tables those that it drops before
 * @param behind what the script creates it with, behind this step
 * @param operation of the step
 * @param start what there was when the migration began: a name that it only uses itself is missing, too
 */
export function didYouMean(
  { kind, what, bare, object, dropped }: Failure,
  schema: Schema,
  others: () => readonly Dropping[],
  tables: () => readonly Step<"dropTable">[],
  behind: Step<"createTable"> | undefined,
  operation: Operation,
  start: Schema,
): string | undefined {
  if (bare === undefined) return undefined;
  if (behind !== undefined) {
    const key = operation.kind === "addForeignKey" ? ", or add the foreign key behind that" : "";
    return `Create ${behind.show(behind.operation.table)} before this, not behind it${key}`;
  }
  const ownType = what === "type" ? schema.dialect.names.ownType(bare) : undefined;
  if (ownType !== undefined) return `did you mean ${ownType}?`;
  const named = kind === "unknown-index" || kind === "unknown-constraint" ? namesIn(others()) : undefined;
  const candidates = candidatesFor(kind, schema, start, object?.tag).filter(
    ({ name }) => named?.has(name) !== true,
  );
  const renamed = candidates.find(({ renamedFrom }) => renamedFrom.some((old) => old.name === bare));
  if (renamed !== undefined) return `it is now called ${renamed.shown}`;
  // It was there by this very name.
  if (dropped !== undefined) return undefined;
  const changed = kind === "unknown-column" ? columnWithoutUsing(operation) : undefined;
  if (changed !== undefined)
    return changed.text === bare ? undefined : `did you mean ${schema.spell(changed)}?`;
  if (kind === "unknown-constraint" && [...schema.indexes()].some(({ name }) => name === bare))
    return `${bare} is an index without a constraint: drop it as an index`;
  const near = nearest(
    bare,
    candidates
      .map((candidate) => candidate.name)
      .filter((name) => kind !== "unknown-table" || hasWordsOf(name, bare)),
  );
  const found = candidates.find((candidate) => candidate.name === near);
  if (found !== undefined) return `did you mean ${found.shown}?`;
  return kind === "unknown-index" ? wentWith(bare, tables()) : undefined;
}

/** The column whose new type its USING makes of nothing that is in the column: another one may not have such values. */
function columnWithoutUsing(operation: Operation): Name | undefined {
  if (operation.kind !== "changeColumnType" || operation.using === undefined) return undefined;
  const { column, using } = operation;
  return using.columns.some((one) => one.column === column.text) ? undefined : column;
}

/** The step behind this one that creates the table: had something else made it, that one would fail. */
export const createdBehind = (
  { kind, bare, name }: Failure,
  later: () => readonly Step<"createTable">[],
): Step<"createTable"> | undefined =>
  kind !== "unknown-table" || bare === undefined
    ? undefined
    : later().find(
        ({ operation: { table, ifNotExists, conditional }, show }) =>
          table.name === bare && !ifNotExists && conditional !== true && show(table) === name,
      );

/** Whoever corrects the name drops an index that is gone with its table. */
function wentWith(name: string, tables: readonly Step<"dropTable">[]): string | undefined {
  for (const { operation, before, show } of tables) {
    const names = before.indexesOn(operation.table).map((index) => index.name);
    if (names.some((one) => isFilledIn(one, name)) || nearest(name, names) !== undefined)
      return `Leave it out: what drops table ${show(operation.table)} before it takes its indexes along`;
  }
  return undefined;
}

/** It is the other one with something in place of `{table}`, which nothing has filled in. */
function isFilledIn(name: string, template: string): boolean {
  const [start = "", end, ...more] = template.split(/\{\w*\}/);
  return (
    end !== undefined &&
    more.length === 0 &&
    name.length > start.length + end.length &&
    name.startsWith(start) &&
    name.endsWith(end)
  );
}

const namesIn = (others: readonly Dropping[]): ReadonlySet<string> =>
  new Set(others.map((one) => (one.kind === "dropIndex" ? one.index.name : one.name.text)));

/** Misspelt, not called otherwise: `orders_de` isn't `orders`, and `user_logs` isn't `user_tags`. */
function hasWordsOf(name: string, other: string): boolean {
  const [words, others] = [name, other].map((one) => one.toLowerCase().split("_").filter(Boolean));
  if (words === undefined || others === undefined || words.length !== others.length)
    return words?.join("") === others?.join("");
  return words.every((word, at) => word === others[at] || nearest(word, [others[at] ?? ""]) !== undefined);
}

function candidatesFor(
  kind: Failure["kind"],
  schema: Schema,
  start: Schema,
  tag: string | undefined,
): readonly Candidate[] {
  switch (kind) {
    case "unknown-table":
      return relations(schema, start);
    case "unknown-column":
      return columns(schema, tag);
    case "unknown-index":
      return [...schema.indexes()].map((index) =>
        candidate(schema, schema.dialect.names.indexesInSchema ? index.schema : "public", index),
      );
    case "unknown-constraint":
      return [...schema.relations()].flatMap(({ constraints }) =>
        constraints.map((constraint) => candidate(schema, "public", constraint)),
      );
    default:
      return [];
  }
}

const candidate = (schema: Schema, namespace: string, named: Named): Candidate => ({
  name: named.name,
  shown: nameInPath(schema, namespace, named),
  renamedFrom: [],
});

const relations = (schema: Schema, start: Schema): readonly Candidate[] =>
  [...schema.relations()].flatMap((relation) =>
    relation.origin === undefined && start.relation(relation.key).is !== "present"
      ? []
      : { ...candidate(schema, relation.schema, relation), renamedFrom: relation.renamedFrom },
  );

function columns(schema: Schema, table: string | undefined): readonly Candidate[] {
  const found = table === undefined ? undefined : schema.relation(table);
  if (found?.is !== "present") return [];
  return found.value.columns.map((column) => ({
    name: column.name,
    shown: schema.spell(column),
    renamedFrom: column.renamedFrom,
  }));
}
