/** Whole runs over hostile input: no exception, no bug, no place outside of the text, in time that fits its size. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lintProject, lintText, memoryFileSystem, type LintResult, type Parser } from "../../src/index.ts";
import { cpuTime } from "../support/cpu-time.ts";
import { splitStatements } from "../../src/sql/postgres/split.ts";

const rules = join(import.meta.dirname, "../../fixtures/rules");
const fixtures = readdirSync(rules, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".sql"))
  .sort()
  .map((name) => readFileSync(join(rules, name), "utf8"));
const statements = [
  ...new Set(
    fixtures.flatMap((text) =>
      splitStatements(text, 0, text.length).pieces.map(({ start, end }) => text.slice(start, end)),
    ),
  ),
];

const strict = { presets: ["strict"] } as const;
const parsers: readonly Parser[] = ["libpg-query", "pgsql-ast-parser"];
const lint = (text: string, parser: Parser = "libpg-query"): Promise<LintResult> =>
  lintText(text, { opinions: strict, facts: { parser } });

/** No bug was met, and every finding stands in its file. */
function check({ errors, findings, sources }: LintResult): void {
  expect(errors).toEqual([]);
  const linesOf = new Map([...sources].map(([file, text]) => [file, text.split(/\r\n|\r|\n/)]));
  const places = findings.flatMap(({ ruleId, related, ...own }) =>
    [own, ...related].map((place) => ({ ...place, ruleId })),
  );
  for (const { fix, suggestions, file, ruleId } of findings)
    for (const { span } of [...(fix === undefined ? [] : [fix]), ...suggestions].flatMap(
      ({ edits }) => edits,
    ))
      if (span.start < 0 || span.end < span.start || span.end > (sources.get(file)?.length ?? 0))
        expect.fail(`${ruleId} edits ${span.start} to ${span.end} of ${file}`);
  for (const { file, line, column, endLine, endColumn, ruleId } of places) {
    // A file with a bad name is no part of the history.
    const lines = linesOf.get(file);
    if (lines === undefined) continue;
    const inside = (at: number, character: number): boolean =>
      at >= 1 && at <= lines.length && character >= 1 && character <= (lines[at - 1]?.length ?? 0) + 1;
    const placed = inside(line, column) && inside(endLine, endColumn);
    const ordered = endLine > line || (endLine === line && endColumn >= column);
    if (!placed || !ordered) expect.fail(`${ruleId} at ${line}:${column}-${endLine}:${endColumn} of ${file}`);
  }
}

const runs = { seed: 7, endOnFailure: true };

describe("random input", () => {
  it.each(parsers)("statements of fixtures in any order, by %s", { timeout: 30_000 }, async (parser) => {
    const history = fc.array(fc.constantFrom(...statements), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(history, async (list) => {
        const text = list.join(";\n");
        const result = await lint(text, parser);
        check(result);
        expect((await lint(text, parser)).findings).toEqual(result.findings);
      }),
      { ...runs, numRuns: 40 },
    );
  });

  const damage = fc.array(
    fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(3),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { minLength: 1, maxLength: 6 },
  );
  it.each(parsers)("damaged fixtures, by %s", { timeout: 30_000 }, async (parser) => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fixtures), damage, async (fixture, places) => {
        let text = fixture;
        for (const [where, length, put] of places) {
          const at = Math.floor(where * text.length);
          text = text.slice(0, at) + put + text.slice(at + length);
        }
        check(await lint(text, parser));
      }),
      { ...runs, numRuns: 80 },
    );
  });

  const layouts = join(import.meta.dirname, "../../fixtures/layouts");
  const projects = readdirSync(layouts).map((layout) => {
    const home = join(layouts, layout, "project");
    const paths = readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(paths.map((path) => [path.slice(home.length + 1), readFileSync(path, "utf8")]));
  });
  const cut = fc.record({
    project: fc.constantFrom(...projects),
    file: fc.double({ min: 0, max: 0.999, noNaN: true }),
    where: fc.double({ min: 0, max: 1, noNaN: true }),
    put: fc.constantFrom(
      ...["", "/* x", "'", "`", "$$", "\uFEFF", "\r\n", "\r", "😀", "\u2028", "// ddlint-disable x"],
      ...[
        "-- +goose Upp",
        "--+goose Down",
        "-- +goose StatementBegin",
        "-- migrate:upp",
        "/* ddlint-disable",
      ],
    ),
    rest: fc.boolean(),
    crlf: fc.boolean(),
  });
  it("projects with a damaged or cut file", { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cut, async ({ project, file, where, put, rest, crlf }) => {
        const paths = Object.keys(project).filter((path) =>
          /\.(?:sql|[cm]?[jt]s|xml|ya?ml|toml)$/.test(path),
        );
        const path = paths[Math.floor(file * paths.length)] ?? "";
        const text = (project[path] ?? "").replaceAll("\n", crlf ? "\r\n" : "\n");
        const at = Math.floor(where * text.length);
        const files = { ...project, [path]: text.slice(0, at) + put + (rest ? text.slice(at) : "") };
        const result = await lintProject({ fs: memoryFileSystem(files), opinions: strict });
        // A file that belongs to no migration has its place, too.
        check({ ...result, sources: new Map([...Object.entries(files), ...result.sources]) });
      }),
      {
        ...runs,
        numRuns: 150,
        examples: [
          [
            {
              project: {
                "migrations/20260101000000_a.sql": "SELECT 1;",
                "migrations/20260102000000_b.sql": "SELECT 1;",
                "migrations/notes.sql": "SELECT 1;",
              },
              file: 0.9,
              where: 0.1,
              put: "\r",
              rest: true,
              crlf: false,
            },
          ],
        ],
      },
    );
  });

  const name = fc.oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.constantFrom(
      "__proto__",
      "constructor",
      "001_a.up",
      "V1__a",
      "..",
      "a\nb",
      "toString",
      "%2e",
      "-rf",
      "a".repeat(300),
    ),
  );
  it("projects with any file names", { timeout: 30_000 }, async () => {
    const files = fc.dictionary(
      fc
        .tuple(fc.constantFrom("migrations/", "db/migrate/", ""), name)
        .map(([folder, file]) => `${folder}${file}.sql`),
      fc.array(fc.constantFrom(...statements), { maxLength: 4 }).map((list) => list.join(";\n")),
      { maxKeys: 6 },
    );
    await fc.assert(
      fc.asyncProperty(files, async (texts) => {
        check(await lintProject({ fs: memoryFileSystem(texts), opinions: strict }));
      }),
      { ...runs, numRuns: 60 },
    );
  });
});

const inner = (depth: number): string => {
  let sql = "DROP TABLE t";
  for (let i = 0; i < depth; i++) sql = `DO $a${i}$ BEGIN EXECUTE $b${i}$${sql}$b${i}$; END $a${i}$`;
  return sql;
};
const list = (count: number, one: (i: number) => string, separator = ", "): string =>
  Array.from({ length: count }, (_, i) => one(i)).join(separator);

/** Texts that have broken parsers before. */
const hostile: Readonly<Record<string, string>> = {
  parentheses: `SELECT ${"(".repeat(20_000)}1${")".repeat(20_000)}`,
  "open parentheses": `SELECT ${"(".repeat(50_000)}`,
  "nested CASE": `SELECT ${"CASE WHEN a THEN ".repeat(2000)}1${" END".repeat(2000)}`,
  "nested sub-selects": `SELECT * FROM ${"(SELECT * FROM ".repeat(1000)}t${") x".repeat(1000)}`,
  "nested DO": inner(14),
  "nested IF": `DO $$ BEGIN ${"IF a THEN ".repeat(5000)}DROP TABLE t;${" END IF;".repeat(5000)} END $$`,
  sums: `SELECT 1${"+1".repeat(20_000)}`,
  conditions: `DELETE FROM t WHERE a = 1${" AND a = 1".repeat(20_000)}`,
  unions: `SELECT 1${" UNION SELECT 1".repeat(5000)}`,
  casts: `SELECT a${"::int".repeat(10_000)} FROM t`,
  "array dimensions": `CREATE TABLE t (a int${"[]".repeat(5000)})`,
  "thousands of columns": `CREATE TABLE t (${list(3000, (i) => `c${i} int NOT NULL DEFAULT 0`)})`,
  "one statement, many commands": `ALTER TABLE t ${list(400, (i) => `DROP COLUMN c${i}`)}`,
  "many names": `DROP TABLE ${list(2000, (i) => `t${i}`)}`,
  "many rows": `INSERT INTO t VALUES ${list(50_000, (i) => `(${i}, 'x')`)}`,
  "10 MB in a line": `SELECT '${"x".repeat(10_000_000)}'`,
  "10 MB of blanks": " ".repeat(10_000_000),
  "an open quote": `SELECT '${"x\n".repeat(100_000)}`,
  "an open name": `SELECT "${"x".repeat(100_000)}`,
  "an open dollar quote": `DO $x$ ${"BEGIN ".repeat(50_000)}`,
  "an open comment": "/*".repeat(50_000),
  "dollar tags": list(10_000, (i) => `$a${i}$`, " "),
  semicolons: ";".repeat(300_000),
  "NUL characters": "\0;".repeat(5000),
  surrogates: "\ud800".repeat(100_000),
  placeholders: "{{x}} ".repeat(10_000),
  sections: "-- +goose Up\nSELECT 1;\n-- +goose Down\n".repeat(2000),
  directives: "-- ddlint-disable drop-table\n".repeat(5000),
};

/** Generous, as a computer may be busy: what is quadratic takes minutes. */
const most = 30_000;

describe("hostile texts", () => {
  for (const parser of parsers) {
    it.each(Object.keys(hostile))(`%s, by ${parser}`, { timeout: 3 * most }, async (key) => {
      const start = cpuTime();
      check(await lint(hostile[key] ?? "", parser));
      expect(cpuTime() - start).toBeLessThan(most);
    });
  }
});

/** `n` statements in one migration, each of which a question about its neighbours could make dear. */
const long: Readonly<Record<string, (n: number) => string>> = {
  "a transaction of thousands of statements": (n) =>
    `BEGIN;\n${list(n, (i) => `UPDATE t SET a = ${i} WHERE id = ${i};`, "\n")}\nCOMMIT;`,
  "thousands of findings": (n) => list(n / 4, (i) => `ALTER TABLE t DROP COLUMN c${i};`, "\n"),
  "silenced findings": (n) =>
    list(n / 8, (i) => `-- ddlint-disable-next-line -- known\nALTER TABLE t DROP COLUMN c${i};`, "\n"),
  indexes: (n) => list(n / 8, (i) => `CREATE INDEX i${i} ON t (c${i});`, "\n"),
  constraints: (n) =>
    `CREATE TABLE t (a int);${list(n / 10, (i) => `ALTER TABLE t ADD CONSTRAINT c${i} CHECK (a > ${i});`, "\n")}`,
  "foreign keys": (n) =>
    `CREATE TABLE t0 (id int PRIMARY KEY);${list(
      n / 8,
      (i) => `CREATE TABLE t${i + 1} (id int PRIMARY KEY, p int REFERENCES t${i} (id));`,
      "\n",
    )}`,
  "indexes without names": (n) => "CREATE INDEX ON t (a);\n".repeat(n),
  "constraints without names": (n) =>
    `CREATE TABLE t (a int);\n${"ALTER TABLE t ADD CHECK (a > 0);\n".repeat(n / 2)}`,
  "keys without names": (n) => `CREATE TABLE t (a int);\n${"ALTER TABLE t ADD UNIQUE (a);\n".repeat(n / 2)}`,
  "foreign keys without names": (n) =>
    `CREATE TABLE t (a int PRIMARY KEY);\n${"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES t;\n".repeat(n / 2)}`,
  "names that become free again": (n) =>
    `CREATE INDEX i ON t (a);\n${"CREATE INDEX ON t (a);\nCREATE INDEX ON t (a);\nDROP INDEX t_a_idx;\n".repeat(n / 8)}`,
  "one statement that locks thousands of tables": (n) => `DROP TABLE ${list(2 * n, (i) => `t${i}`)};`,
  "one statement that adds thousands of columns": (n) =>
    `ALTER TABLE t ${list(n / 2, (i) => `ADD COLUMN c${i} int`)};`,
  "a table with thousands of columns of one name": (n) => `CREATE TABLE u (${list(n, () => "a int")});`,
  "blocks that may not run": (n) =>
    list(n / 20, (i) => `DO $$ BEGIN IF a THEN ALTER TABLE t ADD COLUMN c${i} int; END IF; END $$;`, "\n"),
};

describe("long migrations", () => {
  it.each(Object.keys(long))("%s", { timeout: 3 * most }, async (key) => {
    const start = cpuTime();
    check(await lint(long[key]?.(8000) ?? ""));
    expect(cpuTime() - start).toBeLessThan(most);
  });
});

describe("long histories of other kinds", () => {
  /** `n` statements or folders take their share of the time, not a multiple of `n`. */
  async function inTime(lintIt: () => Promise<LintResult>): Promise<LintResult> {
    const start = cpuTime();
    const result = await lintIt();
    expect(cpuTime() - start).toBeLessThan(most);
    check(result);
    return result;
  }

  it("one ALTER TABLE of MySQL with thousands of columns", { timeout: 3 * most }, async () => {
    const text = `ALTER TABLE t ${list(4000, (i) => `ADD c${i} int`)};`;
    await inTime(() => lintText(text, { opinions: strict, facts: { dialect: "mysql" } }));
  });

  it("thousands of folders of migrations", { timeout: 3 * most }, async () => {
    const files = Object.fromEntries(
      Array.from({ length: 1500 }, (_, i) => [`p${i}/migrations/001_x.sql`, "SELECT 1;"]),
    );
    await inTime(() => lintProject({ fs: memoryFileSystem(files) }));
  });

  it("thousands of calls in one migration of Knex", { timeout: 3 * most }, async () => {
    const { findings } = await inTime(() =>
      lintProject({
        facts: { dialect: "postgres" },
        fs: memoryFileSystem({
          "package.json": '{"dependencies":{"knex":"1"}}',
          "knexfile.js": "",
          "migrations/20190101000000_z.js":
            "exports.up = knex => knex.raw(`CREATE TABLE t (id bigint PRIMARY KEY, a int)`);exports.down=()=>{};\n",
          "migrations/20200101000000_a.js": `exports.up = (k) => k.schema.alterTable("t", (t) => {${Array.from({ length: 8000 }, (_, i) => `t.dropColumn("c${i}");`).join("")}});`,
        }),
      }),
    );
    expect(findings.length).toBeGreaterThan(1000);
  });

  it("thousands of calls in one migration of Alembic", { timeout: 3 * most }, async () => {
    const revision = (own: string, down: string, up: string, back: string) =>
      `from alembic import op\nimport sqlalchemy as sa\nrevision = "${own}"\ndown_revision = ${down}\n` +
      `def upgrade():\n${up}\ndef downgrade():\n${back}\n`;
    const lines = (call: (i: number) => string) =>
      Array.from({ length: 2000 }, (_, i) => `    op.${call(i)}`).join("\n");
    const { coverage } = await inTime(() =>
      lintProject({
        fs: memoryFileSystem({
          "alembic.ini": "[alembic]\nscript_location = m\nsqlalchemy.url = postgresql://x/y\n",
          "m/env.py": "from alembic import context\n",
          "m/versions/aa_a.py": revision(
            "aa",
            "None",
            '    op.create_table("t", sa.Column("id", sa.Integer, primary_key=True))',
            '    op.drop_table("t")',
          ),
          "m/versions/bb_b.py": revision(
            "bb",
            '"aa"',
            lines((i) => `create_index("i${i}", "t", ["id"])`),
            lines((i) => `drop_index("i${i}", "t")`),
          ),
        }),
      }),
    );
    expect(coverage.statements.read).toBeGreaterThan(2000);
  });
});

/** What every object has: look-ups in a plain object find them, though nobody has put them there. */
const inherited = [
  "constructor",
  "toString",
  "__proto__",
  "hasOwnProperty",
  "valueOf",
  "isPrototypeOf",
  "toLocaleString",
];

const namedSo = {
  postgres: (name: string) => {
    const q = `"${name}"`;
    return [
      `CREATE TABLE ${q} (id bigint PRIMARY KEY, ${q} integer, b ${q}, c ${name}(3)[])`,
      `ALTER TABLE ${q} ALTER COLUMN ${q} TYPE ${q}`,
      `ALTER TABLE ${q} ADD COLUMN d int DEFAULT ${q}(), SET (${name} = 1), ADD CONSTRAINT ${q} CHECK (${q}(id) = 1)`,
      `ALTER TABLE ${q} ALTER COLUMN id SET (${name} = 1), ALTER COLUMN b SET STORAGE ${name}`,
      `SET ${name} = 1`,
      `SET LOCAL ${name} TO ${name}`,
      `SELECT set_config('${name}', '${name}', false)`,
      `CREATE ROLE ${q} SUPERUSER`,
      `GRANT ${q} TO ${q}`,
      `ALTER ROLE ${q} SET ${name} = 'x'`,
      `CREATE EXTENSION ${q}`,
      `CREATE SCHEMA ${q}`,
      `CREATE TYPE ${q} AS ENUM ('${name}')`,
      `ALTER TYPE ${q} ADD VALUE '${name}x'`,
      `CREATE DOMAIN ${name}_d AS ${q}`,
      `CREATE FUNCTION ${q}() RETURNS ${q} LANGUAGE ${q} AS '${name}'`,
      `CREATE INDEX ${q} ON ${q} USING ${name} (${q} ${name}) WITH (${name} = 1)`,
      `CREATE INDEX ON ${q} (${q}(${q}))`,
      `CREATE TRIGGER ${q} BEFORE INSERT ON ${q} FOR EACH ROW EXECUTE FUNCTION ${q}()`,
      `CREATE SEQUENCE ${name}_s AS ${q}`,
      `CREATE COLLATION ${q} (provider = ${name})`,
      `CREATE PUBLICATION ${q} FOR TABLE ${q} WITH (${name} = 1)`,
      `VACUUM (${name}) ${q}`,
      `COPY ${q} FROM stdin WITH (${name})`,
      `UPDATE ${q} SET ${q} = ${q}()`,
      `ALTER TABLE ${q} DROP COLUMN ${q}`,
      `DROP TABLE ${q}`,
    ];
  },
  mysql: (name: string) => {
    const q = `\`${name}\``;
    return [
      `CREATE TABLE ${q} (id bigint PRIMARY KEY, ${q} int, b ${name}, c varchar(3) CHARACTER SET ${name} COLLATE ${name}) ENGINE=${name} DEFAULT CHARSET=${name} ROW_FORMAT=${name} ${name}=1`,
      `CREATE TABLE ${name}_2 (id int PRIMARY KEY, ${q} int) ENGINE=${name} DEFAULT CHARSET=${name}`,
      `ALTER TABLE ${name}_2 ENGINE=${name}, ALGORITHM=${name}, LOCK=${name}`,
      `ALTER TABLE ${name}_2 ENGINE=${name}`,
      `ALTER TABLE ${name}_2 CONVERT TO CHARACTER SET ${name}`,
      `ALTER TABLE ${name}_2 MODIFY ${q} ${name}`,
      `ALTER TABLE ${name}_2 MODIFY ${q} varchar(10) CHARACTER SET ${name}`,
      `ALTER TABLE ${name}_2 ADD COLUMN d int DEFAULT (${name}())`,
      `SET ${name} = 1`,
      `SET GLOBAL ${name} = ${name}`,
      `SET @@${name}.x = 1, @${name} = 1`,
      `CREATE USER ${q}@${q} IDENTIFIED WITH ${name} BY 'x'`,
      `CREATE ROLE ${q}`,
      `GRANT ${q} TO ${q}@${q}`,
      `CREATE DATABASE ${q} CHARACTER SET ${name}`,
      `CREATE FUNCTION ${q}() RETURNS ${name} RETURN 1`,
      `CREATE PROCEDURE ${q}(IN ${q} int) SELECT ${q}`,
      `CALL ${q}(1)`,
      `CREATE INDEX ${q} ON ${name}_2 (${q}) USING ${name}`,
      `CREATE TRIGGER ${q} BEFORE INSERT ON ${name}_2 FOR EACH ROW SET @a = 1`,
      `INSTALL PLUGIN ${q} SONAME '${name}'`,
      `ALTER TABLE ${name}_2 DROP COLUMN ${q}`,
      `DROP TABLE ${q}`,
    ];
  },
} as const;

describe.each(["postgres", "mysql", "mariadb"] as const)("names that every object has, on %s", (dialect) => {
  const statementsOf = namedSo[dialect === "postgres" ? "postgres" : "mysql"];
  it.each(inherited)("%s", { timeout: 3 * most }, async (name) => {
    // Each by itself, too, as one that can't be read hides what stands around it.
    const texts = statementsOf(name);
    for (const text of [`${texts.join(";\n")};\n`, ...texts]) {
      const result = await lintText(text, { opinions: strict, facts: { dialect } });
      check(result);
      // The server's own words name functions.
      const own = result.findings.filter(({ ruleId }) => ruleId !== "refused-statement");
      expect(JSON.stringify(own)).not.toMatch(
        /\[object Object\]|\[native code\]|function (?:Object|toString|[a-zA-Z]*\(\))/,
      );
    }
  });
});
