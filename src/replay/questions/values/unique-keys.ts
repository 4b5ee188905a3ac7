/** Conditions that hold a table to the rows of a unique key, or to those of one person. */
import type { Predicate } from "../../../model/expression.ts";
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { Schema } from "../../../schema/schema.ts";
import { isOfUsers } from "../rows/few-rows.ts";

/** Columns that name single rows by custom, for tables that the history doesn't know. */
const keyLike = /^(?:_?id_?|pk|ctid|uuid|guid|key|slug|code|name|user_?name|login)$|_(?:id|uuid|key|code)_?$/;

export const isKeyLike = (column: string): boolean => keyLike.test(column);

/** All of its columns are compared with values. */
export function hasUniqueKey(
  where: Pick<Predicate, "trivial" | "equalities"> | undefined,
  table: QualifiedName | Key,
  schema: Schema,
): boolean {
  if (where === undefined || where.trivial || where.equalities.length === 0) return false;
  const found = schema.relation(table);
  const isKnown = found.is === "present" && found.value.complete;
  const isKey = (column: string): boolean => keyLike.test(column) || isKeyByName(column, table, schema);
  if (!isKnown && where.equalities.some(isKey)) return true;
  if (found.is !== "present") return false;
  // What isn't known as a whole has at least the keys that the history gives it.
  return schema
    .indexesOn(found.value.key)
    .some(
      (index) =>
        index.unique &&
        index.where === undefined &&
        index.elements.every(({ column }) => column !== undefined && where.equalities.includes(column)),
    );
}

/** `bookid` and `bookId` of `books`, in one word. */
function isKeyByName(column: string, table: QualifiedName | Key, schema: Schema): boolean {
  const key = typeof table === "string" ? table : schema.resolve(table);
  const name = key.slice(key.lastIndexOf(".") + 1).toLowerCase();
  const [, own = ""] = /^(.+)id$/.exec(column.toLowerCase()) ?? [];
  return own !== "" && [own, `${own}s`, `${own}es`, own.replace(/y$/, "ies")].includes(name);
}

const ofMail = /(?:^|_)e_?mail(?:_?address)?$/;
const ofUser = /^(?:user_?name|login)$/;

/** `email = 'a@b.org'`, or the name of a user: who is written out, and the rows of one are few, if no key says so. */
export function isOfOnePerson(
  { equalities, text }: Predicate,
  table: QualifiedName | Key,
  schema: Schema,
): boolean {
  if (/'[^'\s]+@[^'\s]+'/.test(text) && equalities.some((column) => ofMail.test(column))) return true;
  const found = schema.relation(table);
  return found.is === "present" && isOfUsers(found.value) && equalities.some((column) => ofUser.test(column));
}
