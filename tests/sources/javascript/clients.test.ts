/** Migrations of Knex that ask for the client: `knex.client.config.client` is what the knexfile says. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../../src/index.ts";

async function tables(client: string | undefined, body: string, dialect: "postgres" | "mysql" = "postgres") {
  const files = {
    ...(client === undefined ? {} : { "knexfile.js": `module.exports = { client: "${client}" };\n` }),
    "migrations/20240101000000_a.js": `exports.up = async (knex) => {\n${body}\n};\nexports.down = () => {};\n`,
  };
  const { findings, unknownStatements } = await lintProject({
    fs: memoryFileSystem(files),
    facts: { tool: "knex", dialect },
    opinions: { rules: { "table-without-primary-key": "error" } },
  });
  expect(unknownStatements).toEqual({});
  return findings
    .filter(({ ruleId }) => ruleId === "table-without-primary-key")
    .map(({ message }) => /\b(?:yes|no)\b/.exec(message)?.[0]);
}

const made = (name: string): string => `await knex.schema.createTable("${name}", (t) => { t.text("a"); });`;
const either = (condition: string): string => `if (${condition}) { ${made("yes")} } else { ${made("no")} }`;
const lower = "const client = String(knex.client.config.client || '').toLowerCase();\n";

test.each([
  ["pg", "yes"],
  ["postgresql", "no"],
])("with %s, a part of the name is asked for", async (client, table) => {
  expect(await tables(client, lower + either("client.includes('pg')"))).toEqual([table]);
});

test.each([
  ["knex.client.config.client === 'pg'", "no"],
  ["knex.client.config.client === 'postgresql'", "yes"],
  ["['pg', 'postgresql'].includes(knex.client.config.client)", "yes"],
  ["knex.client.config.client.startsWith('sqlite')", "no"],
  ["knex.client.dialect === 'postgresql'", "yes"],
  ["knex.client.driverName === 'pg'", "yes"],
])("%s", async (condition, table) => {
  expect(await tables("postgresql", either(condition))).toEqual([table]);
});

test("a comparison that a constant holds", async () => {
  const body = `const isPg = knex.client.config.client === 'pg';\n${either("isPg")}`;
  expect(await tables(undefined, body)).toEqual(["yes"]);
  expect(await tables("mysql2", body, "mysql")).toEqual(["no"]);
});

test("functions that up doesn't call don't run", async () => {
  expect(await tables("pg", `async function old() { ${made("no")} }\n${made("yes")}`)).toEqual(["yes"]);
});
