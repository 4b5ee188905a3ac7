/** Views and sequences of the wanted schema, and what tables need before they can be made. */
import type { ColumnReference } from "../model/expression.ts";
import { keyOf } from "../model/names.ts";
import type { Column, Origin, Relation } from "../schema/model.ts";
import { get, keys } from "../schema/persistent.ts";
import { stateOf, type Schema } from "../schema/schema.ts";
import { relationTag, relationUses, sequencesOf } from "../schema/state.ts";
import type { Collected } from "./collected.ts";
import { isUsualPath } from "./definitions.ts";
import { isNamedHere, pathOf, type Wanted } from "./types-and-routines.ts";

/** The sequence that numbers a serial or identity column. */
function numbering(schema: Schema, table: Relation, column: Column): Relation | undefined {
  const { name, serial, identity } = column;
  if (!serial && identity === undefined) return undefined;
  const state = stateOf(schema);
  const users = get(state.users, relationTag(table.key));
  const owned = [...(users === undefined ? [] : keys(users))].flatMap((tag) => {
    const found = tag.startsWith("r:") ? schema.relation(tag.slice(2)) : undefined;
    const isOwned =
      found?.is === "present" &&
      found.value.ownedBy?.table === table.key &&
      found.value.ownedBy.column === name;
    return isOwned && found.value.kind === "sequence" ? [found.value] : [];
  });
  if (!serial) return owned.find((one) => hasUsualName(one, table, column)) ?? owned[0];
  const named = new Set(
    (column.default === undefined ? [] : sequencesOf(column.default)).map((one) => schema.resolve(one)),
  );
  return owned.find(({ key }) => named.has(key));
}

const hasUsualName = (sequence: Relation, table: Relation, { name }: Column): boolean =>
  sequence.name === `${table.name}_${name}_seq` && sequence.schema === table.schema;

/**
 * The sequence of a serial or identity column, where the server would give it another name or type than it has;
 * undefined: it comes with its column.
 */
export function sequenceOf(schema: Schema, table: Relation, column: Column): Relation | undefined {
  const found = numbering(schema, table, column);
  const isUsual =
    found !== undefined &&
    hasUsualName(found, table, column) &&
    (found.sequenceType ?? "bigint") === column.type?.name;
  return isUsual ? undefined : found;
}

/** The one that numbers the same column there, where it has another name. */
export function renamedSequence(own: Relation, here: Schema, there: Schema): Relation | undefined {
  const { ownedBy, key, kind } = own;
  if (kind !== "sequence" || ownedBy === undefined || there.relation(key).is === "present") return undefined;
  const [before, after] = [here, there].map((schema) => {
    const table = schema.relation(ownedBy.table);
    const column =
      table.is === "present" ? table.value.columns.find(({ name }) => name === ownedBy.column) : undefined;
    return table.is === "present" && column !== undefined
      ? numbering(schema, table.value, column)
      : undefined;
  });
  const isNew = after !== undefined && here.relation(after.key).is !== "present";
  return before?.key === key && isNew && after.schema === own.schema ? after : undefined;
}

/** What a table needs to be there before it, but for the tables that its foreign keys refer to. */
export function usesOfTable(schema: Schema, table: Relation): readonly string[] {
  const constraints = table.constraints.filter(({ kind }) => kind !== "foreign key");
  const used = relationUses(stateOf(schema), { ...table, constraints, triggers: [], policies: [] });
  // A sequence may come with its column.
  const owners = used.flatMap((tag) => {
    const found = tag.startsWith("r:") ? schema.relation(tag.slice(2)) : undefined;
    const owner = found?.is === "present" ? found.value.ownedBy : undefined;
    return owner === undefined ? [] : [relationTag(owner.table)];
  });
  return [...used, ...owners].filter((tag) => tag !== relationTag(table.key));
}

/** A sequence of its own, or one that a column owns and doesn't bring. */
export function makeSequence(found: Collected, to: Relation, wanted: Wanted): void {
  const { names, around, schema } = wanted;
  const { ownedBy, key, sequenceType } = to;
  const shown = names.show(key);
  const owner = ownedBy && schema.relation(ownedBy.table);
  const table = owner?.is === "present" ? owner.value : undefined;
  const column = table?.columns.find(({ name }) => name === ownedBy?.column);
  const isNumbering = table !== undefined && column !== undefined && numbering(schema, table, column) === to;
  // That of an identity column is named there, and the usual one of a serial column comes with it.
  if (isNumbering && (column.identity !== undefined || sequenceOf(schema, table, column) === undefined))
    return;
  const written = around.madeBy(
    to.origin,
    (op) => op.kind === "createSequence" && isNamedHere(wanted, to.origin, op.sequence, key),
  );
  const own = isNumbering
    ? `CREATE SEQUENCE ${shown}${sequenceType === undefined ? "" : ` AS ${sequenceType}`}`
    : written?.replace(/\s+owned\s+by\s+[^\s;]+/i, "");
  found.make({ kind: "sequence", key, uses: [] }, own, `the definition of sequence ${shown}`);
  if (ownedBy !== undefined && own !== undefined)
    found.add(
      // Before the table gets another owner, which its sequences follow.
      "alterColumn",
      `ALTER SEQUENCE ${shown} OWNED BY ${names.show(ownedBy.table)}.${names.spell(ownedBy.column)}`,
    );
}

/** A view by its text in the history, where that still gives it. */
export function makeView(found: Collected, to: Relation, wanted: Wanted): void {
  const { names, around, schema } = wanted;
  const { definition, query, kind, key, origin } = to;
  const written = around.madeBy(
    origin,
    (op) => op.kind === "createView" && isNamedHere(wanted, origin, op.view, key),
  );
  const columns = to.complete ? ` ${names.list(to.columns.map((one) => one.name))}` : "";
  const made = definition && `CREATE ${kind.toUpperCase()} ${names.show(key)}${columns} AS ${definition}`;
  // A text that leaves a schema to the session's path finds the tables of that path.
  const there = schema.withSearchPath(pathOf(wanted, origin));
  const isFound = (query?.relations ?? []).every(
    (one) =>
      one.schema === undefined ||
      definition?.includes(`${one.schema}.`) === true ||
      there.resolve({ ...one, schema: undefined }) === keyOf(one.schema, one.name),
  );
  // On MySQL a view is its text, whatever becomes of what it reads.
  const isHeld = schema.dialect.viewsHold
    ? definition !== undefined
    : (query?.relations ?? []).every((one) => schema.relation(one).is === "present") &&
      (query?.columns ?? []).every((one) => isThere(one, schema));
  const isKnown = isHeld && isFound && !hasNewColumns(to, schema);
  const own = around.pathOf !== undefined || isUsualPath(schema) ? (written ?? made) : made;
  const text = isKnown ? own : undefined;
  found.make(
    { kind: "view", key, uses: relationUses(stateOf(schema), to) },
    text,
    `the definition of ${kind} ${names.show(key)}`,
  );
}

const isThere = ({ table, candidates = [], column }: ColumnReference, schema: Schema): boolean => {
  const tables = table === undefined ? candidates : [table];
  return tables.length === 0 || tables.some((one) => schema.column(one, column).is !== "absent");
};

/** `*` stands for the columns that were there when the view was made. */
const hasNewColumns = ({ query, origin }: Relation, schema: Schema): boolean =>
  (query?.stars ?? []).some((name) => {
    const read = schema.relation(name);
    return read.is === "present" && read.value.columns.some((column) => isLater(column.origin, origin));
  });

const isLater = (a: Origin, b: Origin | undefined): boolean =>
  b !== undefined &&
  (a.migration > b.migration ||
    (a.migration === b.migration && a.path === b.path && a.span.start > b.span.start));
