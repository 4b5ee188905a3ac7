import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createPostgresFrontEnd } from "../../../src/sql/postgres/parse.ts";
import type { ParsedText } from "../../../src/sql/front-end.ts";
import { cpuTime } from "../../support/cpu-time.ts";

const bugs: unknown[] = [];
const postgres = createPostgresFrontEnd({ bug: (error) => bugs.push(error) });
beforeAll(() => postgres.load());

const statements = (text: string, parsed = postgres.read(text)): string[] =>
  parsed.statements.map(({ kind, span }) => `${kind}: ${text.slice(span.start, span.end)}`);
const problems = (text: string, parsed: ParsedText = postgres.read(text)): string[] =>
  parsed.problems.map(
    ({ span, message, hint }) =>
      `${text.slice(span.start, span.end)} | ${message}${hint === undefined ? "" : ` | ${hint}`}`,
  );

describe("read", () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["nothing", "", []],
    ["only comments", "-- a\n/* b */ ;", []],
    [
      "two statements",
      "-- a\nselect 1; /* b */\r\ndrop table t -- c",
      ["SelectStmt: select 1", "DropStmt: drop table t"],
    ],
    ["a byte order mark", "\ufeffselect 1;", ["SelectStmt: select 1"]],
    ["NUL", "select 1;\0 select 2", ["SelectStmt: select 1", "SelectStmt: select 2"]],
    [
      "half a surrogate pair",
      "select '\ud800'; select 2;",
      ["SelectStmt: select '\ud800'", "SelectStmt: select 2"],
    ],
    [
      "characters of all widths",
      "select 'é€😀'; select 2;",
      ["SelectStmt: select 'é€😀'", "SelectStmt: select 2"],
    ],
    [
      "psql lines",
      "\\set a 1\nselect 'é';\n\\c db\nselect :a;",
      ["SelectStmt: select 'é'", "SelectStmt: select :a"],
    ],
    [
      "a placeholder for a schema",
      "drop table ${s}.t; select 1",
      ["DropStmt: drop table ${s}.t", "SelectStmt: select 1"],
    ],
    [
      "a placeholder for a literal",
      "set x to :v; select interval {{v}}",
      ["VariableSetStmt: set x to :v", "SelectStmt: select interval {{v}}"],
    ],
    [
      "COPY data",
      "copy t from stdin;\n1\t'\n\\.\ndrop table t;",
      ["CopyStmt: copy t from stdin", "DropStmt: drop table t"],
    ],
  ];
  it.each(cases)("reads %s", (_name, text, expected) => {
    const parsed = postgres.read(text);
    expect(statements(text, parsed)).toEqual(expected);
    expect(problems(text, parsed)).toEqual([]);
  });

  const broken: readonly (readonly [string, string, readonly string[]])[] = [
    [
      "a typo",
      "select 'é😀'; alter table t drop colum a b; select 2",
      ['a | syntax error at or near "a" | did you mean COLUMN?'],
    ],
    ["the end", "select 1; create table t (", ["( | syntax error at end of input"]],
    [
      "a missing semicolon",
      "alter table a drop column b\nalter table c drop column d;",
      ['alter | syntax error at or near "alter" | a `;` is missing before this statement'],
    ],
    [
      "MySQL",
      "drop table `t`;",
      ['` | syntax error at or near "`" | this is MySQL: PostgreSQL quotes names with double quotes'],
    ],
    ["an open quote", "select 1;\nselect 'abc", [`'abc | unterminated quoted string at or near "'abc"`]],
    [
      "a dropped clause",
      "create extension x from unpackaged;",
      ["from | CREATE EXTENSION ... FROM is no longer supported"],
    ],
    [
      "an error before a placeholder",
      "drop tabel ${x};",
      ['tabel | syntax error at or near "tabel" | did you mean TABLE?'],
    ],
  ];
  it.each(broken)("says what is wrong with %s", (_name, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it("keeps the statements around a broken one", () => {
    const text = "select 1; selec 2; select 3";
    expect(statements(text)).toEqual(["SelectStmt: select 1", "unparsable: selec 2", "SelectStmt: select 3"]);
    expect(postgres.read(text).statements[1]?.operations).toMatchObject([
      { kind: "unknown", statement: "unparsable" },
    ]);
  });

  it("reads both statements around a missing semicolon", () => {
    const text = "drop table a\ndrop table b\ndrop table c;";
    expect(statements(text)).toEqual([
      "DropStmt: drop table a",
      "DropStmt: drop table b",
      "DropStmt: drop table c",
    ]);
    expect(problems(text)).toHaveLength(2);
  });

  it("doesn't judge what stands behind a placeholder", () => {
    const text = "select 1; {{ if x }} create table t () {{ end }};";
    expect(problems(text)).toEqual([]);
  });

  it("doesn't know a statement with a placeholder for a part of it", () => {
    const text = "create table t ({{ columns }}); {{ body }}; {{ if x }} drop table u; {{ end }}";
    expect(statements(text)).toEqual([
      "unparsable: create table t ({{ columns }})",
      "unparsable: {{ body }}",
      "DropStmt: drop table u",
    ]);
    expect(problems(text)).toEqual([]);
  });

  it.each([
    ["comments in comments", `${"/*".repeat(20_000)}${"*/".repeat(20_000)} select 1;`],
    ["comments that never end", "select 1; " + "/*".repeat(50_000)],
    ["operators", `select 1; select 1 ${"+".repeat(100_000)} 2`],
    ["placeholders", `select ${":a ".repeat(50_000)}`],
    ["parentheses", `select ${"(".repeat(100_000)}`],
    ["broken statements", "drop tabel ${a};\n".repeat(5000)],
    ["statements without semicolons", "drop table a\n".repeat(20_000)],
    ["COPY", "copy t from stdin;\n1\n\\.\n".repeat(10_000)],
    ["open placeholders", "select {{ ".repeat(50_000)],
  ])("takes no long time for many %s", (_name, text) => {
    const before = cpuTime();
    postgres.read(text);
    expect(cpuTime() - before).toBeLessThan(10_000);
  });

  it("counts what psql runs from elsewhere as not understood", () => {
    const text = "\\i a.sql\nselect 'drop table t' \\gexec\n\\set x ';'\nselect 1 :x;";
    expect(statements(text)).toEqual([
      "\\i: \\i a.sql",
      "SelectStmt: select 'drop table t'",
      "\\gexec: \\gexec",
      ":x: select 1 :x",
    ]);
    expect(problems(text)).toEqual([]);
  });

  it("says where a quote behind a placeholder is never closed", () => {
    expect(problems("select ${x}, 'a; drop table t;\nselect 1")).toEqual([
      "'a; drop table t; | unterminated quote",
    ]);
    expect(problems("select ${x}, $a$ drop table t;")).toEqual(["$a$ drop table t; | unterminated quote"]);
  });

  it.each([
    ["in Unicode escapes", "do U&'begin d\\0072op table t; end'"],
    ["in Unicode escapes of another character", "do U&'begin d!0072op table t; end' uescape '!'"],
    ["in pieces", "do 'begin d'\n'rop table t; end'"],
    ["in pieces with escapes", "do E'begin d'\n -- x\n'\\x72op table t; end'"],
    ["in pieces with Unicode escapes", "do U&'begin d'\n'\\0072op table t; end'"],
  ])("reads a body %s", (_name, text) => {
    expect(postgres.read(text).statements[0]?.operations.map(({ kind }) => kind)).toEqual(["dropTable"]);
  });

  it("reads what a DO block does, with its comments", () => {
    const text =
      "-- a\ndo $$ begin -- é\n if x then alter table t drop column a, drop column b; end if;\nend $$;";
    const parsed = postgres.read(text);
    const [block] = parsed.statements;
    expect(
      block?.operations.map(({ kind, conditional, span }) => [
        kind,
        conditional,
        text.slice(span.start, span.end),
      ]),
    ).toEqual([
      ["dropColumn", true, "drop column a"],
      ["dropColumn", true, "drop column b"],
    ]);
    expect(parsed.comments.map(({ start, end }) => text.slice(start, end))).toEqual(["-- a", "-- é"]);
  });

  it("follows DO in EXECUTE in DO, each in its quotes", () => {
    const inner = "execute 'drop table é'";
    const middle = `do $b$ begin ${inner}; end $b$`;
    const text = `do $$ begin execute '${middle.replaceAll("'", "''")}'; end $$`;
    const [operation] = postgres.read(text).statements[0]?.operations ?? [];
    expect(operation).toMatchObject({ kind: "dropTable" });
    expect(text.slice(operation?.span.start, operation?.span.end)).toBe("drop table é");
  });

  it("reads a function's body as its own, not as the statement's", () => {
    const text =
      "create function f(p int) returns void language plpgsql as 'begin update t set a = p, b = ''x''; end'";
    const [operation] = postgres.read(text).statements[0]?.operations ?? [];
    expect(operation).toMatchObject({
      kind: "createFunction",
      operations: [{ kind: "updateRows", table: { name: "t" } }],
      uses: { relations: [{ name: "t" }], columns: [{ column: "a" }, { column: "b" }] },
    });
  });

  it("reads a section of a text", () => {
    const text = "-- up 'é\nselect 1;\n-- down\nselect 2;";
    const start = text.indexOf("-- down");
    const parsed = postgres.read(text, { start, end: text.length });
    expect(statements(text, parsed)).toEqual(["SelectStmt: select 2"]);
    expect(parsed.comments).toEqual([{ start, end: start + 7 }]);
  });

  it("leaves out the rows of a long INSERT, not the statement", () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `(${i}, 'é;')`).join(",\n");
    const text = `insert into t (a, b) values ${rows} on conflict do nothing; drop table t`;
    const before = cpuTime();
    const parsed = postgres.read(text);
    expect(cpuTime() - before).toBeLessThan(10_000);
    expect(parsed.statements.map(({ kind }) => kind)).toEqual(["InsertStmt", "DropStmt"]);
    expect(parsed.statements[0]?.span).toEqual({ start: 0, end: text.indexOf("; drop") });
    expect(parsed.problems).toEqual([]);
  });

  it("doesn't call an expression broken because it is deep", () => {
    const text = `select ${"1+".repeat(30_000)}1; select 2`;
    const parsed = postgres.read(text);
    expect(parsed.problems).toEqual([]);
    expect(parsed.statements).toHaveLength(2);
    expect(parsed.statements[1]?.kind).toBe("SelectStmt");
  });

  const part = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 6 }).map((s) => `select '${s.replaceAll("'", "")}'`),
    fc
      .string({ unit: "grapheme", maxLength: 6 })
      .map((s) => `alter table "x${s.replaceAll(/["\0]/g, "")}" add column a int`),
    fc.constantFrom("drop table t", "create table t (a int /* é */)", "do $$ begin null; /* 😀 */ end $$"),
  );
  const between = fc.array(fc.constantFrom(" ", "\n", "\r\n", "-- é\n", "/* 😀 */", "\t"), { maxLength: 3 });

  it("gives each statement its own text, whatever stands around", () => {
    const text = fc.array(fc.tuple(between, part, between), { maxLength: 6 });
    fc.assert(
      fc.property(text, fc.boolean(), (parts, breakOne) => {
        const written = parts.map(([before, sql, after]) => before.join("") + sql + after.join(""));
        const whole = written.join(";") + (breakOne ? ";\n\\c db\n" : "");
        const parsed = postgres.read(whole);
        expect(parsed.statements.map(({ span }) => whole.slice(span.start, span.end))).toEqual(
          parts.map(([, sql]) => sql),
        );
        for (const { span, kind } of parsed.statements) {
          const alone = postgres.read(whole.slice(span.start, span.end));
          expect(alone.statements.map((statement) => statement.kind)).toEqual([kind]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("never throws", () => {
    const bits = fc.constantFrom(
      "select ",
      "'",
      '"',
      "$$",
      "begin ",
      ";",
      "(",
      ")",
      "\\",
      "${x}",
      "copy t from stdin;",
      "do ",
      "\n",
      ":",
      "😀",
      "\0",
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(bits, fc.string({ unit: "binary", maxLength: 5 })), { maxLength: 30 }),
        (parts) => {
          const text = parts.join("");
          for (const { span } of postgres.read(text).statements) {
            expect(span.end).toBeGreaterThan(span.start);
            expect(span.end).toBeLessThanOrEqual(text.length);
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(bugs).toEqual([]);
  });
});

describe("comments between words that the parser looks ahead at", () => {
  it.each([
    ["SELECT 1 WHERE 1 NOT /* c */ IN (2)", "SelectStmt"],
    ["CREATE TABLE t (a timestamp with -- é😀\n time zone)", "CreateStmt"],
    ["SELECT a FROM t ORDER BY a NULLS /* c */ FIRST", "SelectStmt"],
    ["ALTER TABLE t ALTER COLUMN c SET NOT -- c\n NULL", "AlterTableStmt"],
  ])("%s", (text, kind) => {
    const { statements, problems } = postgres.read(`${text};\nDROP TABLE x`);
    expect(problems).toEqual([]);
    expect(statements.map((statement) => statement.kind)).toEqual([kind, "DropStmt"]);
    expect(text.slice(statements[0]?.span.start, statements[0]?.span.end)).toBe(text);
  });
});

it("reads json as a name, which it was before PostgreSQL 17", () => {
  const text =
    "CREATE FUNCTION f(a text) RETURNS TABLE (name text, json text) LANGUAGE sql AS $$\nSELECT a, json FROM t\n$$; SELECT json '{}' -> 'a'";
  const { statements, problems } = postgres.read(text);
  expect(problems).toEqual([]);
  expect(statements.map(({ kind }) => kind)).toEqual(["CreateFunctionStmt", "SelectStmt"]);
  expect(JSON.stringify(statements)).not.toContain("js_n");
});

it("reads system_user as a name, which it was before PostgreSQL 16, and as the server's own word", () => {
  const text = "UPDATE system_user SET note = 'system_user' WHERE SYSTEM_USER.id = 1; SELECT system_user";
  const { statements, problems } = postgres.read(text);
  expect(problems).toEqual([]);
  expect(statements.map(({ kind }) => kind)).toEqual(["UpdateStmt", "SelectStmt"]);
  expect(statements[0]?.operations[0]).toMatchObject({ table: { name: "system_user" } });
});
