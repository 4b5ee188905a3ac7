/** The names that Django makes for what a migration doesn't name. */
import { md5 } from "../md5.ts";

const digest = (parts: readonly string[], length: number): string => md5(parts.join("")).slice(0, length);

/** `schema"."table` is how projects name a table of another schema. */
export function splitIdentifier(name: string): { readonly namespace: string; readonly name: string } {
  const parts = name.split('"."');
  const [namespace = "", bare = ""] = parts.length === 2 ? parts : ["", name];
  return { namespace: trimQuotes(namespace), name: trimQuotes(bare) };
}

const trimQuotes = (name: string): string => name.replace(/^"+|"+$/g, "");

/** A name cut to what the database takes; four characters of its digest keep it unique. */
export function truncateName(identifier: string, longest: number): string {
  const { namespace, name } = splitIdentifier(identifier);
  if (name.length <= longest) return identifier;
  return `${namespace === "" ? "" : `${namespace}"."`}${name.slice(0, longest - 4)}${digest([name], 4)}`;
}

/** Of an index or a constraint on columns: `<table>_<columns>_<digest><suffix>`. */
export function indexName(
  table: string,
  columns: readonly string[],
  suffix: string,
  longest: number,
): string {
  const { name } = splitIdentifier(table);
  let last = `${digest([name, ...columns], 8)}${suffix}`;
  const joined = columns.join("_");
  const whole = `${name}_${joined}_${last}`;
  if (whole.length <= longest) return whole;
  if (last.length > longest / 3) last = last.slice(0, Math.floor(longest / 3));
  const other = Math.floor((longest - last.length) / 2) - 1;
  const cut = `${name.slice(0, other)}_${joined.slice(0, other)}_${last}`;
  return /^[_0-9]/.test(cut) ? `D${cut.slice(0, -1)}` : cut;
}

/** Of an index without a name in Meta.indexes. */
export function metaIndexName(
  table: string,
  columns: readonly { readonly column: string; readonly descending: boolean }[],
  suffix: string,
): string {
  const { name } = splitIdentifier(table);
  const ordered = columns.map(({ column, descending }) => (descending ? `-${column}` : column));
  const made = `${name.slice(0, 11)}_${columns[0]?.column.slice(0, 7) ?? ""}_${digest([name, ...ordered, suffix], 6)}_${suffix}`;
  return /^[_0-9]/.test(made) ? `D${made.slice(1)}` : made;
}

/** PostgreSQL's own name of an unnamed constraint: `<table>_<column>_<label>`, cut to 63 bytes. */
export function postgresName(
  table: string,
  column: string,
  label: string,
  taken: (name: string) => boolean,
): string {
  for (let n = 0; ; n++) {
    const made = cutTogether(table, column, n === 0 ? label : `${label}${n}`);
    if (!taken(made)) return made;
  }
}

function cutTogether(table: string, column: string, label: string): string {
  const available = 63 - label.length - 1 - (column === "" ? 0 : 1);
  let [first, second] = [table.length, column.length];
  while (first + second > available) {
    if (first > second) first--;
    else second--;
  }
  return [table.slice(0, first), column.slice(0, second), label].filter((part) => part !== "").join("_");
}
