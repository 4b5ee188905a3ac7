/** INSERT … SELECT whose conditions hold each table that it reads to the rows of some keys. */
import type { RelationColumn } from "../../../model/expression.ts";
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { OperationOf } from "../../../model/operation.ts";
import type { Schema } from "../../../schema/schema.ts";
import { growth } from "../rows/growth.ts";
import { namesRowOf } from "./given-names.ts";
import { hasUniqueKey, isOfOnePerson } from "./unique-keys.ts";

/** Who joins more tables copies what they hold. */
const mostRelations = 20;

type Insert = OperationOf<"insertRows">;

/**
 * `FROM roles r, permissions p WHERE r.name = 'a' AND p.key IN ('b', 'c')`: each table gives the rows of some keys, also by
 * a column that is equal to one of such rows: `JOIN resources s ON s.id = p.resource_id`.
 */
export function isOfSingleRows({ query, where }: Insert, schema: Schema): boolean {
  const giving = query.relations.filter((one) => query.aside?.includes(one) !== true);
  const left = new Set(giving.length === 0 ? query.relations : giving);
  const again = repeatedIn([...left].map((relation) => schema.resolve(relation)));
  const isAlone = left.size === 1;
  if (left.size === 0 || left.size > mostRelations || (where === undefined && query.held === undefined))
    return false;
  for (let before = Infinity; left.size > 0 && left.size < before;) {
    before = left.size;
    for (const relation of left) {
      // Of a table that is read twice, it isn't said which one is compared.
      const compared = again.has(schema.resolve(relation)) ? [] : comparedIn(where, relation, schema);
      const known = [...heldIn(query, relation, left), ...compared];
      if (isHeld(relation, known, isAlone, schema) || isPerson(where, relation, known, schema))
        left.delete(relation);
    }
  }
  return left.size === 0;
}

function repeatedIn(keys: readonly Key[]): ReadonlySet<Key> {
  const seen = new Set<Key>();
  return new Set(keys.filter((key) => seen.size === seen.add(key).size));
}

const isSame = (a: QualifiedName, b: QualifiedName): boolean =>
  a.span.start === b.span.start && a.name === b.name;

/** Columns of a relation that values hold, or columns of one whose rows are few. */
function heldIn({ held = [] }: Insert["query"], relation: QualifiedName, left: ReadonlySet<QualifiedName>) {
  const isFew = (to: RelationColumn | undefined): boolean =>
    to === undefined || ![...left].some((one) => isSame(one, to.table));
  return held.flatMap(({ table, column, to }) => (isSame(table, relation) && isFew(to) ? [column] : []));
}

/** Of a name that several tables have, each has to be compared. */
function comparedIn(where: Insert["where"], relation: QualifiedName, schema: Schema): readonly string[] {
  const key = schema.resolve(relation);
  return (where?.equalities ?? []).filter((name) =>
    where?.columns.some(
      ({ column, table }) => column === name && table !== undefined && schema.resolve(table) === key,
    ),
  );
}

function isHeld(
  relation: QualifiedName,
  equalities: readonly string[],
  isAlone: boolean,
  schema: Schema,
): boolean {
  const found = schema.relation(relation);
  if (found.is !== "present") return false;
  const isName = (column: string | undefined): boolean =>
    column !== undefined && equalities.includes(column) && namesRowOf(found.value.name, column);
  // Unique in each shop: the rows of one name are few. So are those of a name that migrations have given.
  const isNamed =
    !isAlone &&
    (schema.indexesOn(relation).some(({ unique, elements: [first] }) => unique && isName(first?.column)) ||
      ((found.value.seeded ?? 0) > 0 && growth(schema, found.value) < 2 && equalities.some(isName)));
  return isNamed || hasUniqueKey({ trivial: false, equalities }, relation, schema);
}

const isPerson = (
  where: Insert["where"],
  relation: QualifiedName,
  equalities: readonly string[],
  schema: Schema,
): boolean => where !== undefined && isOfOnePerson({ ...where, equalities }, relation, schema);
