/** Each call of `op` becomes the SQL that Alembic itself sends; `npm run frameworks` asks it. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { DialectName } from "../../../src/model/dialect.ts";
import type { CodeDirection } from "../../../src/sources/source.ts";
import { loadPython, openHistory } from "../../../src/sources/python/index.ts";

const home = join(import.meta.dirname, "../../../fixtures/frameworks/alembic");

interface Golden {
  readonly migrations: Readonly<
    Record<
      string,
      Readonly<Partial<Record<DialectName, Readonly<Record<"upgrade" | "downgrade", string[]>>>>>
    >
  >;
}

const golden = JSON.parse(readFileSync(join(home, "alembic.json"), "utf8")) as Golden;

beforeAll(loadPython);

const readFile = (path: string): string | undefined => {
  try {
    return readFileSync(join(home, path), "utf8");
  } catch {
    return undefined;
  }
};

/** Without what means the same: blanks, and quotes around a name that needs none. */
const plain = (sql: string): string =>
  sql
    .replace(/(["`])([a-z_][a-z0-9_]*)\1/g, "$2")
    .replace(/\s+/g, " ")
    .replace(/\( /g, "(")
    .replace(/ \)/g, ")")
    .replace(/\)(?=\w)/g, ") ")
    .trim();

function sent(file: string, dialect: DialectName): { upgrade: string[]; downgrade: string[] } {
  const text = readFile(file) ?? "";
  const root = dirname(file);
  const history = {
    root,
    tool: "alembic",
    dialect,
    serverVersion: "11.4",
    listFolder: () => [],
    paths: [file],
  };
  const { migration } = openHistory(history).read(
    { path: file, text, tool: "alembic", wraps: true, readFile },
    undefined,
  );
  if (migration === undefined) return { upgrade: [], downgrade: [] };
  const of = (direction: CodeDirection | undefined): string[] => {
    if (direction === undefined) return [];
    const { part, refused = [] } = direction;
    const own = migration.pieces.filter(
      (piece) => part.start <= piece.part.start && piece.part.end <= part.end,
    );
    expect(own.filter(({ dynamic }) => dynamic?.isRefused === true)).toHaveLength(refused.length);
    return own.map((piece) =>
      piece.dynamic === undefined ? plain(migration.text.slice(piece.part.start, piece.part.end)) : "!",
    );
  };
  return { upgrade: of(migration.up), downgrade: of(migration.down) };
}

describe.each(Object.entries(golden.migrations))("%s", (file, databases) => {
  test.each(Object.entries(databases))("%s", (dialect, directions) => {
    const ours = sent(file, dialect as DialectName);
    for (const direction of ["upgrade", "downgrade"] as const) {
      // What Alembic refuses is a refused call; what a function raises is no statement.
      const theirs = directions[direction].filter((one) => one !== "!NotImplementedError");
      expect(ours[direction]).toEqual(theirs.map((one) => (one.startsWith("!") ? "!" : plain(one))));
    }
  });
});

describe("parentheses around a default on MySQL", () => {
  const revision = [
    "from alembic import op",
    "import sqlalchemy as sa",
    "",
    "def upgrade():",
    "    op.add_column('visits', sa.Column('a', sa.DateTime(), server_default=sa.func.now()))",
    "    op.add_column('visits', sa.Column('b', sa.DateTime(), server_default=sa.text('now()')))",
    "    op.add_column('visits', sa.Column('c', sa.DateTime(), server_default=sa.func.current_timestamp()))",
  ].join("\n");
  const defaults = (requirement: string, serverVersion: string | undefined): string[] => {
    const path = "migrations/1_visits.py";
    const files: Readonly<Record<string, string>> = { [path]: revision, "requirements.txt": requirement };
    const history = { root: "migrations", tool: "alembic", dialect: "mysql" as const, serverVersion };
    const { migration } = openHistory({ ...history, listFolder: () => [], paths: [path] }).read(
      { path, text: revision, tool: "alembic", wraps: true, readFile: (file) => files[file] },
      undefined,
    );
    return [...(migration?.text ?? "").matchAll(/ DEFAULT ([^;\n]+)/g)].map(([, value = ""]) => value);
  };
  const all = ["(now())", "(now())", "CURRENT_TIMESTAMP"];
  const none = ["now()", "now()", "CURRENT_TIMESTAMP"];
  test.each([
    ["sqlalchemy==2.0.6", "8.4", none],
    ["sqlalchemy~=1.4", "8.4", none],
    ["sqlalchemy==2.0.36", "8.0.13", ["(now())", "now()", "CURRENT_TIMESTAMP"]],
    ["sqlalchemy==2.0.40", "8.0", all],
    ["sqlalchemy>=2.0.6", "8.0.13", all],
    ["sqlalchemy~=2.0.6", undefined, all],
    ["", "8.0.12", none],
    ["", "5.7", none],
  ])("%s, MySQL %s", (requirement, serverVersion, wanted) => {
    expect(defaults(requirement, serverVersion)).toEqual(wanted);
  });
});
