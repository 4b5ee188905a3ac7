/** Files that only SQLite takes, in a history of a server by hand: what a project ran before it moved to that server. */
import type { Database } from "../../model/dialect.ts";
import type { Migration } from "../migration.ts";
import { wordsOfSqlite } from "../server/dialect-hints.ts";
import { blank } from "./passed-over.ts";

interface WithoutSqlite {
  readonly migrations: readonly Migration[];
  readonly says: readonly string[];
}

/** They run as nothing, and a sentence names them. Where no other file is left, the words mean something else. */
export function withoutSqlite(migrations: readonly Migration[], dialect: Database): WithoutSqlite {
  const isOut = ({ up }: Migration): boolean => up.code === undefined && wordsOfSqlite(up.text, dialect);
  const out = new Set(migrations.filter(isOut));
  const [first, ...others] = out;
  const makesItself = migrations.some(({ up }) => ownFunction.test(up.text));
  if (first === undefined || out.size === migrations.length || makesItself) return { migrations, says: [] };
  const [they, whose, were] =
    others.length === 0
      ? ["is", "its words", "it was"]
      : [`and ${String(others.length)} more are`, "their words", "they were"];
  return {
    migrations: migrations.map((one) =>
      out.has(one) ? { ...one, emptyHere: true, up: blank(one.up), down: one.down && blank(one.down) } : one,
    ),
    says: [`${first.up.path} ${they} for another database, SQLite, by ${whose}: ${were} not checked`],
  };
}

/** The project gives the server SQLite's functions. */
const ownFunction =
  /\bcreate\s{1,9}(?:or\s{1,9}replace\s{1,9})?function\s{1,9}\S{0,70}\b(?:datetime|strftime|julianday)\b/i;
