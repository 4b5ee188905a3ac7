/** A bug of ours costs the statement that it happens at: everything else is linted, and the report says so. */
import { beforeAll, describe, expect, it } from "vitest";
import { lintProject, memoryFileSystem, rules } from "../../src/index.ts";
import { rulesByDialect } from "../../src/lint/rules-for.ts";
import { lintHistories } from "../../src/engine/lint-histories.ts";
import type { LintResult } from "../../src/lint/result.ts";
import type { Operation } from "../../src/model/operation.ts";
import { openHistories } from "../../src/engine/open.ts";
import { postgres as dialect } from "../../src/dialects/postgres.ts";
import type { Script } from "../../src/project/migration.ts";
import { replayFacts } from "../../src/replay/replay-facts.ts";
import { replay } from "../../src/replay/replay.ts";
import { flow } from "../../src/testing/lint-fixture.ts";
import type { ParsedText } from "../../src/sql/front-end.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";

beforeAll(() => postgres.load());

const files = {
  "migrations/001_a.sql": "CREATE TABLE a (id bigint PRIMARY KEY, x text);",
  "migrations/002_b.sql": "ALTER TABLE a ADD COLUMN z text;\nSELECT trap();\nDROP TABLE second;",
  "migrations/003_c.sql": "ALTER TABLE a DROP COLUMN x;\nALTER TABLE elsewhere DROP COLUMN y;",
};

/** Findings with `trap()` read as `parsed` says. */
function lint(read: (script: Script) => ParsedText): LintResult {
  const { histories } = openHistories(memoryFileSystem(files), [], {});
  const [history] = histories;
  if (history === undefined) throw new Error("no history");
  return lintHistories({
    runs: [{ history, migrations: replay(history, dialect, read, replayFacts({})) }],
    dialects: flow.dialects,
    read,
    rules: rulesByDialect(rules, { only: ["drop-table", "drop-column", "unknown-table"] }),
    merge: false,
  });
}

const found = ({ findings }: LintResult): readonly string[] =>
  findings.map(({ file, line, ruleId }) => `${file}:${line} ${ruleId}`);

const plain = (script: Script): ParsedText => postgres.read(script.text, script.part);

/** An operation that throws as soon as anybody looks at what it is. */
const trap = new Proxy<Operation>({} as Operation, {
  get: () => {
    throw new Error("trap");
  },
});

describe("an exception while a statement is replayed", () => {
  const trapped = (script: Script): ParsedText => {
    const parsed = plain(script);
    const statements = parsed.statements.map((statement) =>
      script.text.slice(statement.span.start).startsWith("SELECT trap()")
        ? { ...statement, operations: [trap] }
        : statement,
    );
    return { ...parsed, statements };
  };

  it("leaves the other statements and migrations linted, and is reported with its file", () => {
    const result = lint(trapped);
    expect(found(result)).toEqual([
      "migrations/002_b.sql:3 drop-table",
      "migrations/003_c.sql:1 drop-column",
      "migrations/003_c.sql:2 drop-column",
    ]);
    expect(result.errors.map(({ file, message }) => [file, message])).toEqual([
      ["migrations/002_b.sql", "trap"],
    ]);
  });

  it("leaves nothing certain: what it did isn't known", () => {
    expect(found(lint(plain))).toContain("migrations/002_b.sql:3 unknown-table");
    expect(found(lint(trapped)).filter((line) => line.includes("unknown-table"))).toEqual([]);
  });
});

it("an exception while a file is read leaves the other migrations linted", () => {
  const result = lint((script) => {
    if (script.path.endsWith("002_b.sql")) throw new Error("reader");
    return plain(script);
  });
  expect(found(result)).toEqual(["migrations/003_c.sql:1 drop-column", "migrations/003_c.sql:2 drop-column"]);
  expect(new Set(result.errors.map(({ file, message }) => `${file ?? ""} ${message}`))).toEqual(
    new Set(["migrations/002_b.sql reader"]),
  );
});

it("an exception while a statement is lowered is reported, though the statement is only unknown", () => {
  const result = lint((script) => ({ ...plain(script), errors: [new Error(`lowering ${script.path}`)] }));
  expect(result.errors.map(({ message }) => message)).toEqual(
    Object.keys(files).map((path) => `lowering ${path}`),
  );
});

describe("what once ended a run", () => {
  const run = (sql: string, dialect: "postgres" | "mysql"): Promise<LintResult> =>
    lintProject({
      fs: memoryFileSystem({ "migrations/001_a.sql": sql, "migrations/002_b.sql": "DROP TABLE later;" }),
      facts: { dialect, tool: "raw" },
      opinions: { only: ["drop-table"] },
    });

  it.each([
    ["CONCAT", `SET @a = 'x';\n${"SET @a = CONCAT(@a, @a);\n".repeat(40)}`],
    ["CONCAT_WS", `SET @a = 'x';\n${"SET @a = CONCAT_WS(@a, @a, @a, @a);\n".repeat(40)}`],
    ["IF", `SET @a = 'x';\n${"SET @a = IF(@b, @a, @a);\n".repeat(40)}`],
    ["REPLACE", `SET @a = 'xx';\n${"SET @a = REPLACE(@a, 'x', @a);\n".repeat(10)}`],
  ])("a variable of MySQL that doubles with each SET: %s", async (_, sets) => {
    const result = await run(`${sets}DROP TABLE first;`, "mysql");
    expect(result.errors).toEqual([]);
    expect(result.findings.map(({ file }) => file)).toEqual(["migrations/001_a.sql", "migrations/002_b.sql"]);
  });

  it("3,000 views on one another, and a CASCADE", async () => {
    const views = Array.from({ length: 3000 }, (_, i) => `CREATE VIEW v${i + 1} AS SELECT * FROM v${i};`);
    const sql = `CREATE VIEW v0 AS SELECT 1;\n${views.join("\n")}\nDROP VIEW v0 CASCADE;\nDROP TABLE first;`;
    const { findings } = await run(sql, "postgres");
    expect(findings.map(({ file }) => file)).toEqual(["migrations/001_a.sql", "migrations/002_b.sql"]);
  });
});
