/** A schema as the statements that make it in an empty database. */
import { keyOf } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import type { Origin } from "../schema/model.ts";
import { emptyMap, keys, set, values } from "../schema/persistent.ts";
import { emptySchema, schemaOf, stateOf, type Schema } from "../schema/schema.ts";
import { withPath, type Beside } from "./beside.ts";
import { between } from "./between.ts";
import { namesIn } from "./definitions.ts";

export interface WholeSchema {
  /** In an order in which a server takes them, with their semicolons. */
  readonly statements: readonly string[];
  /** What isn't known, and so isn't written: `the definition of table orders`. */
  readonly gaps: readonly string[];
}

export type TextOf = (origin: Origin, makes: (operation: Operation) => boolean) => string | undefined;

/** As the server's default search_path names its objects. */
export const inDefaultPath = (schema: Schema): Schema =>
  schema.withoutTemporary().withSearchPath(schema.dialect.searchPath ?? schema.searchPath);

export function wholeSchema(
  schema: Schema,
  textOf: TextOf,
  { extensions, statements: beside, pathOf }: Beside,
): WholeSchema {
  const wanted = inDefaultPath(schema);
  const { statements, gaps } = between(emptySchema(schema.dialect).withWhole(), trusted(wanted), {
    concurrently: false,
    madeBy: (origin, makes) => {
      if (origin === undefined) return undefined;
      const text = textOf(origin, makes);
      return text && withPath(text, pathOf(origin), wanted);
    },
    pathOf,
    refill: () => [],
    isAdded: () => true,
    moved: undefined,
    mayBeOlder: false,
    isWhole: () => false,
  });
  const start = statements.findIndex((sql) => !sql.startsWith("CREATE SCHEMA "));
  const first = start < 0 ? statements.length : start;
  const bodies = [...wanted.allRoutines()].length > 0 && wanted.dialect.viewsHold;
  return {
    statements: [
      // As pg_dump does: a body may name what comes later.
      ...(bodies ? ["SET check_function_bodies = off;"] : []),
      ...statements.slice(0, first),
      ...extensions,
      ...statements.slice(first),
      ...beside,
    ],
    gaps: [...doubts(wanted), ...gaps],
  };
}

/** The schema as far as the history knows it, with no doubt: what may be otherwise is said beside it. */
function trusted(schema: Schema): Schema {
  const state = stateOf(schema);
  let { relations } = state;
  for (const relation of values(state.relations))
    if (!relation.complete && relation.kind === "table" && relation.origin !== undefined)
      relations = set(relations, relation.key, { ...relation, complete: true });
  return schemaOf({ ...state, relations, doubted: emptyMap(), maybe: emptyMap(), members: emptyMap() });
}

const most = 8;

/** `a, b and 3 others` */
function listed(names: readonly string[]): string {
  const sorted = [...new Set(names)].sort();
  const rest = sorted.length - most;
  return rest > 1 ? `${sorted.slice(0, most).join(", ")} and ${rest} others` : sorted.join(", ");
}

/** Objects of which nobody knows whether they are there, or what else they have. */
function doubts(schema: Schema): readonly string[] {
  const { show, spell } = namesIn(schema);
  const state = stateOf(schema);
  const unknown: string[] = [];
  const conditional: string[] = [];
  const partial: string[] = [];
  for (const relation of values(state.relations)) {
    const { key, kind, origin, complete, ownedBy } = relation;
    if (ownedBy !== undefined) continue;
    if (schema.relation(key).is === "unknown") unknown.push(show(key));
    else if (!schema.certain(key)) conditional.push(show(key));
    else if (!complete && kind === "table" && origin !== undefined) partial.push(show(key));
  }
  for (const key of keys(state.types))
    if (schema.type(key).is === "unknown") unknown.push(`type ${show(key)}`);
  for (const key of keys(state.routines))
    if (schema.routines(key).is === "unknown") unknown.push(`function ${show(key)}`);
  for (const index of values(state.indexes)) {
    const isKnown = schema.index(keyOf(index.schema, index.name)).is !== "unknown";
    if (!isKnown && !unknown.includes(show(index.table))) unknown.push(`index ${spell(index.name)}`);
  }
  return [
    ...(unknown.length === 0 ? [] : [`whether they exist as they are here: ${listed(unknown)}`]),
    ...(conditional.length === 0
      ? []
      : [`whether they exist, as they are made under a condition: ${listed(conditional)}`]),
    ...(partial.length === 0 ? [] : [`whether they have more than is here: ${listed(partial)}`]),
  ];
}
