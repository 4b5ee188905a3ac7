/** What ddlint makes of migrations equals what Django sent, recorded by `npm run frameworks`. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { loadPython, openHistory } from "../../../../src/sources/python/index.ts";
import type { CodeDirection, CodeMigration } from "../../../../src/sources/source.ts";

const root = new URL("../../../../fixtures/frameworks/django/", import.meta.url);

interface Recorded {
  readonly django: string;
  readonly migrations: readonly {
    readonly app: string;
    readonly name: string;
    readonly up: readonly { readonly sql: string }[];
    readonly down?: readonly { readonly sql: string }[];
  }[];
}

const files: Readonly<Record<string, string>> = {
  "settings.py": 'INSTALLED_APPS = []\nDEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n',
};

function readerOf(dialect: "postgres" | "mariadb", version: string) {
  const readFile = (path: string): string | undefined => {
    if (path === "requirements.txt") return `Django==${version}\n`;
    if (files[path] !== undefined) return files[path];
    try {
      return readFileSync(new URL(path, root), "utf8");
    } catch {
      return undefined;
    }
  };
  return { readFile, dialect };
}

/** Times of the run are constants that nobody knows before: `now()` is read in their place. Space is no difference. */
const plain = (sql: string): string =>
  sql
    .replace(/;$/, "")
    .replace(/\s+/g, " ")
    .replace("DEFAULT now()", "DEFAULT '<now>'::timestamptz")
    .replace(/'(?!2020-01-31)20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(\+00:00)?'/g, "'<now>'");

function sent(migration: CodeMigration, { part }: CodeDirection): readonly string[] {
  return migration.pieces
    .filter((piece) => piece.part.start >= part.start && piece.part.end <= part.end)
    .map((piece) => plain(migration.text.slice(piece.part.start, piece.part.end)));
}

// The order in which Django alters the relations of a renamed model is that of a set.
const unordered = new Set(["catalog.0008_rename_models"]);
const inOrder = (name: string, statements: readonly string[]): readonly string[] =>
  unordered.has(name) ? [...statements].sort() : statements;

/** Django sends it without asking. After 4.2 has changed the type, the table has no such index, and nothing happens. */
const isOfNothing = (sql: string): boolean =>
  sql === 'DROP INDEX IF EXISTS "search_document_body_c67f1559_like"';

beforeAll(loadPython);

describe.each([
  ["postgres", "4.2"],
  ["postgres", "5.2"],
  ["mariadb", "4.2"],
  ["mariadb", "5.2"],
] as const)("%s with Django %s", (dialect, version) => {
  const path = new URL(`recorded/${dialect}-${version}.json`, root);
  const recorded = JSON.parse(readFileSync(path, "utf8")) as Recorded;
  const { readFile } = readerOf(dialect, version);
  const reader = openHistory({
    root: ".",
    tool: "django",
    dialect,
    listFolder: (folder) => (folder === "." ? ["settings.py"] : []),
    paths: [],
  });
  let before: unknown;
  test.each(recorded.migrations.map((one) => [`${one.app}.${one.name}`, one] as const))("%s", (name, one) => {
    const file = `${one.app}/migrations/${one.name}.py`;
    const text = readFile(file) ?? "";
    const { migration, after } = reader.read(
      { path: file, text, tool: "django", wraps: true, readFile },
      before,
    );
    before = after;
    expect(migration).toBeDefined();
    if (migration === undefined) return;
    const want = (list: Recorded["migrations"][number]["up"]): readonly string[] =>
      inOrder(
        name,
        list.map(({ sql }) => plain(sql)),
      );
    expect(inOrder(name, sent(migration, migration.up))).toEqual(want(one.up));
    if (one.down === undefined) expect(migration.down).toBeUndefined();
    else if (migration.down === undefined) expect.fail("it has no reverse");
    else {
      const down = inOrder(name, sent(migration, migration.down)).filter((sql) => !isOfNothing(sql));
      expect(down).toEqual(want(one.down).filter((sql) => !isOfNothing(sql)));
    }
  });
});
