/** A schema as the statements that make it in an empty database. */
import type { Operation } from "../model/operation.ts";
import type { Origin } from "../schema/model.ts";
import { keys } from "../schema/persistent.ts";
import { emptySchema, stateOf, type Schema } from "../schema/schema.ts";
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
  const { statements, gaps } = between(emptySchema(schema.dialect).withWhole(), wanted, {
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

/** Objects of which nobody knows whether they are there. */
function doubts(schema: Schema): readonly string[] {
  const { show, spell } = namesIn(schema);
  const state = stateOf(schema);
  const found: string[] = [];
  for (const key of keys(state.relations)) {
    if (schema.relation(key).is === "unknown") found.push(`whether ${show(key)} exists`);
    else if (!schema.certain(key)) found.push(`whether ${show(key)} exists: its statement has a condition`);
  }
  for (const key of keys(state.types))
    if (schema.type(key).is === "unknown") found.push(`whether type ${show(key)} exists`);
  for (const key of keys(state.routines))
    if (schema.routines(key).is === "unknown") found.push(`whether function ${show(key)} exists`);
  for (const key of keys(state.indexes))
    if (schema.index(key).is === "unknown")
      found.push(`whether index ${spell(key.slice(key.lastIndexOf(".") + 1))} exists`);
  return found.sort();
}
