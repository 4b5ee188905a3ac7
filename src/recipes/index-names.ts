/** What an index that advice makes is called: as the project's own are, or as its tool would call it. */
import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import type { Schema } from "../schema/schema.ts";
import { madeName, quote } from "./words.ts";

type Namer = (table: string, columns: readonly string[]) => string;

const byServer: Namer = (table, columns) => [table, ...columns, "idx"].join("_");

/** What the tool calls it where it is given no name; else as the server would. */
export const givenName = ({ scope }: Step, table: string, columns: readonly string[]): string =>
  (scope.history.indexName ?? byServer)(table, columns);

/**
 * What the server calls an index that is given no name, quoted where it has to be. Each attempt to build it would get the
 * next free name and leave the INVALID index of the last one. Undefined: it has a name, or the server may choose another.
 */
export function nameByServer(step: Step): string | undefined {
  const { operation, before, after, indexes } = step;
  if (operation.kind !== "createIndex" || operation.name !== undefined) return undefined;
  const made = indexes.indexMade(after);
  return made !== undefined && before.index({ ...operation.table, name: made.name }).is === "absent"
    ? quote(made.name)
    : undefined;
}

/** What an index of these columns is usually called there, quoted where it has to be. */
export function usualIndex({ scope }: Step, { name }: QualifiedName, columns: readonly string[]): string {
  const namers = [ownNamer(scope.after), scope.history.indexName, byServer];
  const names = namers.flatMap((namer) => namer?.(name, columns) ?? []);
  return madeName(names.find((one) => one.length <= mostCharacters) ?? byServer(name, columns));
}

/** Rails' bound on PostgreSQL is the lowest. */
const mostCharacters = 62;

const known = new WeakMap<Schema, { readonly namer: Namer | undefined }>();

/**
 * By the names of the indexes at the end of the migration: most of them, and two at least, follow one pattern. Those of
 * unique ones often say so, such as Prisma's `_key`, and of other methods, such as `_trgm`.
 */
function ownNamer(schema: Schema): Namer | undefined {
  let found = known.get(schema);
  if (found === undefined) {
    found = { namer: findNamer(schema) };
    known.set(schema, found);
  }
  return found.namer;
}

function findNamer(schema: Schema): Namer | undefined {
  const patterns = new Map<string, { readonly namer: Namer; count: number }>();
  for (const { name, table, elements, constraint, implicit, unique, method } of schema.indexes()) {
    const relation = schema.relation(table);
    const columns = elements.flatMap(({ column }) => column ?? []);
    if (
      unique ||
      method !== "btree" ||
      constraint !== undefined ||
      implicit === true ||
      relation.is !== "present"
    )
      continue;
    if (columns.length !== elements.length) continue;
    for (const parts of partsOf(name, relation.value.name, columns)) {
      const pattern = parts.join("\n");
      const found = patterns.get(pattern) ?? { namer: namerOf(parts), count: 0 };
      found.count++;
      patterns.set(pattern, found);
    }
  }
  const [most] = [...patterns.values()].sort((a, b) => b.count - a.count);
  return most !== undefined && most.count > 1 ? most.namer : undefined;
}

/** What a name has before the table, between the table and the columns, and behind these; `id`: columns without `_id`. */
type Parts = readonly [before: string, between: string, behind: string, without: "" | "id"];

const joined = (columns: readonly string[], between: string): string =>
  columns.join(between === "_on_" ? "_and_" : "_");

/** A name of a column without `_id` may be made in both ways. */
function partsOf(index: string, table: string, columns: readonly string[]): readonly Parts[] {
  const start = index.indexOf(table);
  if (start === -1) return [];
  const rest = index.slice(start + table.length);
  return (["", "id"] as const).flatMap((without) => {
    for (const between of ["_", "_on_", "__"]) {
      const text = between + joined(shortened(columns, without), between);
      const behind = rest.slice(text.length);
      // The column ends with its word: `orders_user_idx` has `user` and `_idx`, not `user_id` and `x`.
      if (rest.startsWith(text) && !/^[a-z\d]/i.test(behind))
        return [[index.slice(0, start), between, behind, without] as const];
    }
    return [];
  });
}

const shortened = (columns: readonly string[], without: Parts[3]): readonly string[] =>
  without === "id" ? columns.map((column) => column.replace(/(?<=.)_id$/i, "")) : columns;

const namerOf =
  ([before, between, behind, without]: Parts): Namer =>
  (table, columns) =>
    before + table + between + joined(shortened(columns, without), between) + behind;
