/** Advice for changelogs is XML, YAML and JSON, whatever the SQL in it says. */
import { expect, test } from "vitest";
import { parseDocument } from "yaml";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const table = `CREATE TABLE orders (
  id bigint PRIMARY KEY, -- the key --
  status text,
  sizes int[]
);
CREATE TABLE users (id bigint PRIMARY KEY)`;
const statements: readonly string[] = [
  `ALTER TABLE orders
  ADD COLUMN user_id bigint -- who -- at last
    REFERENCES users (id), -- the key
  ADD COLUMN more text NOT NULL`,
  "CREATE INDEX orders_big ON orders (status) WHERE sizes[sizes[1]]>2 -- big",
  "CREATE INDEX orders_low ON orders (id, -- the key\n status) WHERE id < 5 AND status <> 'a -- b'; -- the end",
  "ALTER TABLE orders ADD CONSTRAINT sized CHECK (sizes[sizes[1]]>2 /* a -- b */ AND status <> '--')",
  "-- all ---\nUPDATE orders SET status = 'a && b' -- all of them\n",
  "DO $$ BEGIN -- in a body\n ALTER TABLE orders ADD CONSTRAINT low CHECK (id > 0); -- never\nEND $$",
  "ALTER TABLE orders\n  DROP COLUMN status, -- no use\n  DROP COLUMN sizes",
  "ALTER TABLE orders ALTER COLUMN status -- is needed\n SET NOT NULL",
  "ALTER TABLE orders RENAME COLUMN -- better\n status TO state",
  "CREATE TABLE lines (id int PRIMARY KEY, -- small\n order_id bigint REFERENCES orders (id));\nDROP TABLE users -- gone",
];
const ids = statements.map((_, at) => `set--${at}-`);

const inXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const xml = (): string => {
  const set = (id: string, sql: string): string =>
    `<changeSet id="${id}" author="ann"><sql>${inXml(sql)}</sql><addColumn tableName="orders"><column name="c${id.length}" type="int"/></addColumn></changeSet>`;
  const alone = (id: string, sql: string): string =>
    `<changeSet id="${id}x" author="ann"><sql>${inXml(sql)}</sql></changeSet>`;
  const all = statements.flatMap((sql, at) => [
    at % 2 === 0 ? set(ids[at] ?? "", sql) : alone(ids[at] ?? "", sql),
  ]);
  return `<databaseChangeLog>\n<changeSet id="tables" author="ann"><sql>${inXml(table)}</sql></changeSet>\n${all.join("\n")}\n</databaseChangeLog>\n`;
};
const sets = (): unknown => ({
  databaseChangeLog: [table, ...statements].map((sql, at) => ({
    changeSet: { id: ["tables", "no", ...ids][at], author: "ann", changes: [{ sql: { sql } }] },
  })),
});
const yaml = (): string => {
  const set = (id: string, sql: string): string =>
    `  - changeSet:\n      id: "${id}"\n      author: ann\n      changes:\n        - sql:\n            sql: |\n${sql.replaceAll(/^/gm, "              ")}\n`;
  return `databaseChangeLog:\n${[table, ...statements].map((sql, at) => set(["tables", "no", ...ids][at] ?? "", sql)).join("")}`;
};

async function advice(file: string, text: string): Promise<readonly string[]> {
  const fs = memoryFileSystem({ [file]: text });
  const { findings } = await lintProject({ fs, facts: { dialect: "postgres" } });
  const all = findings.flatMap((one) => [one, ...(one.also ?? [])]);
  const found = all.flatMap(({ instead = "" }) =>
    /<changeSet|changeSet:|"changeSet"|<sql|- sql:/.test(instead) ? [instead] : [],
  );
  expect(found.length).toBeGreaterThan(4);
  return found;
}

const withoutQueries = (text: string): string => text.replaceAll(/^SELECT [^\n]*$/gm, "");

/** Its comments, CDATA and tags are those of XML, and nothing is left open; undefined: all of it is well-formed. */
function problemOf(text: string): string | undefined {
  const open: string[] = [];
  const part =
    /<!--(?<comment>[^]*?)-->|<!\[CDATA\[[^]*?\]\]>|<\/(?<close>\w+)>|<(?<name>\w+)(?: \w+="[^<"]*")*(?<empty>\/?)>|(?<text>[^<]+)|(?<other><)/g;
  for (const { 0: all, groups = {} } of text.matchAll(part)) {
    const { comment, close, name, empty, text: plain, other } = groups;
    if (other !== undefined) return text.slice(text.indexOf(all));
    if (comment !== undefined && /--|-$/.test(comment)) return all;
    if (plain !== undefined && /&(?!\w+;)|\]\]>/.test(plain)) return all;
    if (close !== undefined && open.pop() !== close) return all;
    if (name !== undefined && empty === "") open.push(name);
  }
  return open.at(-1);
}

test("xml", async () => {
  for (const text of await advice("changelog.xml", xml()))
    expect([text, problemOf(withoutQueries(text))]).toEqual([text, undefined]);
});

test("yaml", async () => {
  for (const text of await advice("changelog.yaml", yaml())) {
    const { errors } = parseDocument(withoutQueries(text));
    expect([text, errors.map(({ message }) => message)]).toEqual([text, []]);
  }
});

test("json", async () => {
  for (const text of await advice("changelog.json", JSON.stringify(sets(), null, 1))) {
    const parts = withoutQueries(text)
      .replaceAll(/^\/\/ .*$/gm, "")
      .replaceAll(/\}\s*\n\s*(?=\{)/g, "},\n");
    expect(() => JSON.parse(`[${parts}]`) as unknown, text).not.toThrow();
  }
});
