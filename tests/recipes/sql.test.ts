/** The SQL that findings recommend can be sent as it stands, apart from its placeholders (`<value>`), and is silent itself. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "../../src/index.ts";
import { mariadb, mysql } from "../../src/sql/mysql/parse.ts";
import { codeOnly } from "../../src/sql/code-only.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";
import { drawn } from "../../src/testing/compare.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";
import { readGiven } from "../../src/testing/fixture.ts";

const frontEnds = { postgres, mysql, mariadb, mongodb: codeOnly };

const root = join(import.meta.dirname, "../../fixtures/rules");
const ids = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Lines that end a statement make it SQL; everything else is a sentence. */
const isSql = (text: string): boolean => /^(?!--).*;$/m.test(text);

/** Placeholders by something that fits where they stand. */
const fillings: Readonly<Record<string, string>> = {
  "<type>": "text",
  "<key>": "id",
  "<columns>": "id",
  "<values or query>": "VALUES (1)",
  "<condition>": "true",
  "<rest of its definition>": "NULL",
};

const filled = (instead: string): string =>
  instead.replaceAll(/<[a-z]+(?: [a-z]+)*>/g, (placeholder) => fillings[placeholder] ?? "1");

/** Lines that are for a shell, between the statements. */
const withoutTools = (text: string): string =>
  text.replaceAll(/^(?:gh-ost|spirit|pt-online-schema-change) .*$/gm, "");

const insteadOf = (
  id: string,
  name: string,
): readonly { readonly instead: string; readonly line: number }[] => {
  const text = readFileSync(join(root, id, name), "utf8");
  const { findings } = lintFixture(`migrations/${name}`, text, rules, id);
  return findings.flatMap(({ instead, line }) =>
    instead !== undefined && isSql(instead) ? [{ instead: filled(withoutTools(instead)), line }] : [],
  );
};

describe("what is recommended can be read by the server", () => {
  it.each(ids)("%s", (id) => {
    const wrong: string[] = [];
    for (const name of readdirSync(join(root, id)).filter((file) => /^(?:bad|unknown).*\.sql$/.test(file))) {
      const frontEnd = frontEnds[readGiven(readFileSync(join(root, id, name), "utf8")).dialect];
      for (const { instead } of insteadOf(id, name)) {
        // PostgreSQL takes it for the name of a column.
        if (instead.includes("…")) wrong.push(`${name}: not a placeholder: …\n${instead}`);
        const { problems, statements } = frontEnd.read(instead, { start: 0, end: instead.length });
        const messages = problems.map(({ message }) => message);
        // The front end of MySQL has no grammar to reject a text with.
        for (const { operations } of statements)
          for (const op of operations) if (op.kind === "unknown") messages.push(`unknown: ${op.statement}`);
        if (messages.length > 0) wrong.push(`${name}: ${messages.join("; ")}\n${instead}`);
      }
    }
    expect(wrong.join("\n\n")).toBe("");
  });
});

/**
 * Each comment of a recipe begins a migration; what can't run in a transaction stands without one, and on MySQL, whose
 * DDL commits, everything.
 */
const migrationsOf = (instead: string, isPostgres: boolean): readonly string[] =>
  instead
    .split(/^-- .*$/m)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => (!isPostgres || /CONCURRENTLY|^DO /m.test(part) ? part : `BEGIN;\n${part}\nCOMMIT;`));

/** Advice that isn't silent here, with the reason. */
const costly: Readonly<Record<string, string>> = {
  "drop-breaks-dependent": "the column is dropped all the same",
  "drop-cascade": "the object is dropped all the same",
  "modify-foreign-key-column": "a new type copies both tables",
  "tenant-table-without-row-level-security": "it goes behind the statement that makes the table",
  "unique-constraint-without-index": "its rows may be alike all the same",
  "validate-in-same-transaction": "what it validates is added before, in the migration that it replaces here",
};

describe("what is recommended is silent itself", () => {
  const held = ids.filter((id) => existsSync(join(root, id, "bad.sql")) && costly[id] === undefined);
  it.each(held)("%s", (id) => {
    const lines = readFileSync(join(root, id, "bad.sql"), "utf8").split("\n");
    const server =
      /server (?:postgres|mysql|mariadb) [\d.]+/.exec(lines[0] ?? "")?.[0] ?? "server postgres 17";
    for (const { instead, line } of insteadOf(id, "bad.sql")) {
      const cut = lines.lastIndexOf("-- next migration", line - 1);
      // In a history of one migration it completes that one, rather than replacing it.
      if (cut < 0) continue;
      const before = lines.slice(lines[0]?.startsWith("-- given:") === true ? 1 : 0, cut);
      const history = [before.join("\n"), ...migrationsOf(instead, server.includes("postgres"))].join(
        "\n-- next migration\n",
      );
      const text = `-- given: ${server}; transaction none; rules recommended; lock_timeout 2s\n${history}`;
      const { findings } = lintFixture("migrations/recipe.sql", text, rules);
      const own = findings.filter((finding) => finding.line > before.length + 1);
      expect(own, drawn(text, own)).toEqual([]);
    }
  });
});
