/**
 * Tables that keep what rows of another one were at each revision (Hibernate's Envers makes such): by the number of the
 * revision, and mostly what was done to the row.
 */
import type { Relation } from "./model.ts";
import type { Schema } from "./schema.ts";

const number = /^rev(?:ision)?(?:_?id|_?number)?$/i;
const done = /^rev(?:ision)?_?type$/i;
/** When a row ended. */
const ended = /^rev(?:ision)?_?end(?:_|$)/i;
const suffix = /_(?:aud|audit|history)$/i;
/** Named as Envers names them. */
const ofEnvers = /_aud$/i;
/** Too long for the key of an index. */
const long = /text|blob|clob|json/i;
const refers = /^id$|_id$|[a-z]Id$/;

/** The column with the number of the revision; undefined: it is another table. */
export const revisionColumn = ({ name: table, columns }: Relation): string | undefined =>
  ofEnvers.test(table) || columns.some(({ name }) => done.test(name))
    ? columns.find(({ name }) => number.test(name))?.name
    : undefined;

/**
 * What Envers has as the primary key: the revision beside the key of the rows; where these have none or are only there at
 * a revision, as those of a collection, beside all that they say. Undefined: that isn't known.
 */
export function keyOfRevisions(
  schema: Schema,
  table: Relation,
): { readonly columns: readonly string[]; readonly of: "row" | "element" } | undefined {
  const revision = revisionColumn(table);
  if (revision === undefined) return undefined;
  const said = table.columns.filter(
    ({ name }) => name !== revision && !done.test(name) && !ended.test(name),
  );
  const names = said.map(({ name }) => name);
  const [ending] = suffix.exec(table.name) ?? [];
  const rows = ending === undefined ? undefined : schema.relation(table.key.slice(0, -ending.length));
  const key = rows?.is === "present" ? primaryKeyOf(rows.value) : undefined;
  const id = names.find((name) => /^_?id_?$/i.test(name));
  // What the program has beside a number of the row may be NULL where the row was deleted.
  if (key?.every((name) => name !== id && names.includes(name)) === true)
    return { columns: [...key, revision], of: "row" };
  const isCollection =
    (rows?.is === "absent" || (rows?.is === "present" && rows.value.complete && key === undefined)) &&
    names.length === 2 &&
    (id === undefined || names.every((name) => refers.test(name))) &&
    !said.some(({ type }) => type === undefined || long.test(type.name));
  // The owner first, then the `id` of what belongs to it.
  if (isCollection) return { columns: [...names.filter((name) => name !== id), id ?? [], revision].flat(), of: "element" };
  return id === undefined ? undefined : { columns: [id, revision], of: "row" };
}

const primaryKeyOf = ({ constraints }: Relation): readonly string[] | undefined =>
  constraints.flatMap((one) => (one.kind === "primary key" ? [one.columns] : []))[0];

/** Revisions are added, one for each transaction, and stay. */
export const refersToRevisions = (table: Relation, parent: Relation): boolean => {
  const revision = revisionColumn(table) ?? "";
  return table.constraints.some(
    (key) => key.kind === "foreign key" && key.columns.join() === revision && key.references === parent.key,
  );
};
