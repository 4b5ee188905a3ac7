/** What a dump of Rails, `db/schema.rb` or `db/structure.sql`, has and its migrations don't seem to make. */
import { joinTableName } from "../../text/ruby.ts";

const inDump = /^[ \t]*(?:create_table "|CREATE TABLE (?:IF NOT EXISTS )?(?:public\.)?["`]?)(\w{1,100})/gm;

/** Rails' own, and that of the gem data_migrate. */
export const ownTables = ["schema_migrations", "ar_internal_metadata", "data_migrations"] as const;

function tablesOf(dump: string): Set<string> {
  const tables = new Set([...dump.matchAll(inDump)].flatMap(([, name]) => name ?? []));
  for (const own of ownTables) tables.delete(own);
  return tables;
}

const words = /\w{1,100}/g;

/** Tables of the dump that none of the migrations names: those before them were deleted. */
export function beginsEarlier(texts: readonly string[], dump: string): boolean {
  const tables = tablesOf(dump);
  for (const text of texts) for (const [word] of text.matchAll(words)) tables.delete(word);
  return hasOthers(tables, texts);
}

const making = /\b(?:create_table|rename_table|CREATE TABLE(?: IF NOT EXISTS)?)\b[^\n]{0,200}/gi;

/** Tables of the dump that none of the migrations seems to make. */
export function mayBeOlder(texts: readonly string[], dump: string): boolean {
  const tables = tablesOf(dump);
  for (const text of texts)
    for (const [line] of text.matchAll(making))
      for (const [word] of line.matchAll(words)) tables.delete(word);
  return hasOthers(tables, texts);
}

/** `create_join_table :orders, :tags` */
const joining =
  /\bcreate_join_table\b[\s(]{0,20}[:"']{1,2}(\w{1,100})["']?\s{0,20},\s{0,20}[:"']{1,2}(\w{1,100})/g;
/** `create_table "#{name}_logs"` */
const composed = /(\w{0,100})#\{[^}\n]{0,100}\}(\w{0,100})/g;
/** With less, each table would fit. */
const fewestOfName = 3;
/** More are no project's. */
const mostForms = 100;

/** Apart from tables whose names aren't written as such, but made of parts. */
function hasOthers(tables: Set<string>, texts: readonly string[]): boolean {
  if (tables.size === 0) return false;
  const forms = new Map<string, readonly [start: string, end: string]>();
  for (const text of texts) {
    for (const [, one = "", other = ""] of text.matchAll(joining)) tables.delete(joinTableName(one, other));
    for (const [line] of text.matchAll(making))
      for (const [name, start = "", end = ""] of line.matchAll(composed))
        if (start.length + end.length >= fewestOfName) forms.set(name, [start, end]);
  }
  const known = [...forms.values()].slice(0, mostForms);
  return [...tables].some(
    (table) => !known.some(([start, end]) => table.startsWith(start) && table.endsWith(end)),
  );
}
