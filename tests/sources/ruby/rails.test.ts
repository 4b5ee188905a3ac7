/** Each migration of the fixtures becomes the SQL that ActiveRecord itself sends: see `tools/frameworks/rails`. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { DialectName } from "../../../src/model/dialect.ts";
import type { CodeDirection } from "../../../src/sources/source.ts";
import { loadRuby, openHistory } from "../../../src/sources/ruby/index.ts";

const home = join(import.meta.dirname, "../../../fixtures/frameworks/rails");
const root = "db/migrate";

interface Golden {
  readonly activerecord: string;
  readonly migrations: Readonly<Record<string, Readonly<Record<"up" | "down", readonly string[]>>>>;
}

const golden = JSON.parse(readFileSync(join(home, "rails.json"), "utf8")) as Readonly<
  Record<string, Readonly<Partial<Record<DialectName, Golden>>>>
>;

beforeAll(loadRuby);

/** Without what means the same: blanks, quotes around names, and what the server says of a type and Rails repeats. */
const plain = (sql: string): string =>
  sql
    .replace(/(["`])([a-z_][a-z0-9_]*)\1/gi, "$2")
    .replace(/\b((?:big|tiny|small|medium)?int)\((?!1\))\d+\)/g, "$1")
    .replace(/ COLLATE (?:utf8mb4_general_ci|latin1_swedish_ci|utf8mb4_bin)\b/g, "")
    .replace(/(?<=ALTER TABLE )public\.(?=\w+_seq )/, "")
    .replace(/(DEFERRABLE INITIALLY \w+) \1/, "$1")
    .replace(/;$/, "")
    .replace(/\s+/g, " ")
    .replace(/\( /g, "(")
    .replace(/ (?=[),;])/g, "")
    .replace(/\)(?=\w)/g, ") ")
    .trim();

const sent = (
  activerecord: string,
  dialect: DialectName,
): ReadonlyMap<string, { up: string[]; down: string[] }> => {
  const files = readdirSync(join(home, root)).sort();
  const history = {
    root,
    tool: "rails",
    dialect,
    serverVersion: undefined,
    listFolder: () => [],
    paths: files.map((file) => `${root}/${file}`),
  };
  const readFile = (path: string): string | undefined =>
    path === "Gemfile.lock" ? `GEM\n  specs:\n    activerecord (${activerecord})\n` : undefined;
  const reader = openHistory(history);
  const found = new Map<string, { up: string[]; down: string[] }>();
  let before: unknown;
  for (const file of files) {
    const path = `${root}/${file}`;
    const text = readFileSync(join(home, path), "utf8");
    const { migration, after } = reader.read({ path, text, tool: "rails", wraps: true, readFile }, before);
    if (migration === undefined) continue;
    const of = (direction: CodeDirection | undefined): string[] => {
      if (direction === undefined) return [];
      const { part, refused = [] } = direction;
      const pieces = migration.pieces.flatMap((piece) =>
        part.start <= piece.part.start && piece.part.end <= part.end
          ? [
              piece.dynamic === undefined
                ? plain(migration.text.slice(piece.part.start, piece.part.end))
                : "!",
            ]
          : [],
      );
      return [...pieces, ...refused.map(() => "!")];
    };
    found.set(file, { up: of(migration.up), down: of(migration.down) });
    if (!refusedByVersion(text, activerecord)) before = after;
  }
  return found;
};

const refusedByVersion = (text: string, activerecord: string): boolean =>
  Number(/Migration\[([\d.]+)\]/.exec(text)?.[1]) > Number.parseFloat(activerecord);

describe.each(Object.entries(golden))("%s", (_, databases) => {
  describe.each(Object.entries(databases))("%s", (dialect, { activerecord, migrations }) => {
    test.each(Object.entries(migrations))("%s", (file, theirs) => {
      const ours = sent(activerecord, dialect as DialectName).get(file);
      for (const direction of ["up", "down"] as const)
        expect(ours?.[direction]).toEqual(
          theirs[direction].map((one) => (one.startsWith("!") ? "!" : plain(one))),
        );
    });
  });
});
