/** Histories of several modules that change one database: a table of one is used by another, which doesn't create it. */
import type { AnyHistory, FileSystem } from "./migration.ts";
import { beforeName, sqlComments } from "./sql-words.ts";

const name = String.raw`${beforeName}((?:["\x60\w]{1,80}\.)?["\x60\w]{1,80})`;
const made = new RegExp(
  String.raw`\b(?:CREATE\s{1,9}(?:UNLOGGED\s{1,9})?TABLE|RENAME\s{1,9}TO|VIEW)\s{1,9}${name}`,
  "gi",
);
const altered = new RegExp(String.raw`\bALTER\s{1,9}TABLE\s{1,9}${name}`, "gi");
const used = new RegExp(
  String.raw`\b(?:INSERT\s{1,9}INTO|DELETE\s{1,9}FROM|REFERENCES(?!\s{1,9}ON\b))\s{1,9}${name}`,
  "gi",
);
/** `create_table :orders`, `createTable("orders"`, `op.create_table("orders"` */
const inCode = String.raw`\s{0,9}\(?\s{0,9}[:"'\x60](\w{1,80})`;
const madeInCode = new RegExp(String.raw`\bcreate_?table\b${inCode}`, "gi");
const alteredInCode = new RegExp(
  String.raw`\b(?:add|alter|change|drop|remove|rename)_?(?!constraint)[a-z_]{4,40}${inCode}`,
  "gi",
);
/** `<createTable schemaName="shop" tableName="orders"`, `createTable:` with `tableName: orders` among its keys. */
const inChange = (names: string, key: string): RegExp =>
  new RegExp(
    String.raw`\b(?:${names})\b["']?:?(?:\s{1,40}["']?\w{1,40}["']?\s?[=:]\s?(?:"[^"]{0,200}"|'[^']{0,200}'|[^\s"'<>]{1,200}),?){0,12}?[\s{]{1,40}["']?${key}["']?\s?[=:]\s?["']?(\w{1,80})`,
    "g",
  );
const madeInChange = inChange("createTable", "tableName");
const alteredInChange = inChange("addColumn|modifyDataType|dropColumn|renameColumn", "tableName");
const usedInChange = /\breferencedTableName["']?\s?[=:]\s?["']?(\w{1,80})/g;
const usedInCode = /\b(?:to_table:\s{0,9}|references\(\s{0,9})[:"'](\w{1,80})/g;

interface Tables {
  readonly makes: ReadonlySet<string>;
  readonly alters: ReadonlySet<string>;
  readonly uses: ReadonlySet<string>;
}

/** The keys of histories that use tables which another history of the same kind of database has, and they don't create. */
export function continuingAmong(
  fs: FileSystem,
  histories: ReadonlyMap<string, AnyHistory>,
): ReadonlySet<string> {
  const found = new Set<string>();
  if (histories.size < 2) return found;
  const all = [...histories];
  const tables = new Map(all.map(([key, history]) => [key, tablesOf(fs, history)]));
  for (const [key, { dialect, root }] of all) {
    const own = tables.get(key);
    if (own === undefined) continue;
    const foreign = [...own.alters, ...own.uses].filter((table) => !own.makes.has(table));
    if (foreign.length === 0) continue;
    const has = ([other, history]: readonly [string, AnyHistory]): boolean => {
      if (other === key || history.dialect !== dialect || history.root === root) return false;
      const theirs = tables.get(other);
      return foreign.some((table) => theirs?.makes.has(table) === true || theirs?.alters.has(table) === true);
    };
    if (all.some(has)) found.add(key);
  }
  return found;
}

function tablesOf(fs: FileSystem, { migrations }: AnyHistory): Tables {
  // Code is read later, and the changesets of a file have one text.
  const written = new Set(migrations.map(({ up }) => (up.text === "" ? (fs.read(up.path) ?? "") : up.text)));
  const texts = Array.from(written, (text) => text.replaceAll(sqlComments, " "));
  const named = (...by: readonly RegExp[]): ReadonlySet<string> =>
    new Set(
      texts.flatMap((text) =>
        by.flatMap((one) => Array.from(text.matchAll(one), ([, table = ""]) => plain(table))),
      ),
    );
  return {
    makes: named(made, madeInCode, madeInChange),
    alters: named(altered, alteredInCode, alteredInChange),
    uses: named(used, usedInCode, usedInChange),
  };
}

const plain = (table: string): string => table.replaceAll(/["`]/g, "").replace(/^.*\./, "").toLowerCase();
