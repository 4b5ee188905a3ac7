/** A failed build leaves an INVALID index: conditions that an index is missing must not take it for one. */
import { describe, expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

async function advice(file: string, text: string): Promise<string> {
  const fs = memoryFileSystem({ [file]: text });
  const { findings } = await lintProject({ fs, facts: { dialect: "postgres" } });
  return findings.find(({ ruleId }) => ruleId === "index-without-concurrently")?.instead ?? "";
}

const check = "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('orders_status') AND indisvalid";

describe("xml", () => {
  const changelog = (conditions: string): string => `<databaseChangeLog>
<changeSet id="1" author="a"><sql>CREATE TABLE orders (id bigint PRIMARY KEY, status text)</sql></changeSet>
<changeSet id="9" author="a"><preConditions onFail="MARK_RAN">${conditions}</preConditions><createIndex tableName="orders" indexName="orders_status"><column name="status"/></createIndex></changeSet>
</databaseChangeLog>`;
  test.each([
    '<and><tableExists tableName="orders"/><not><indexExists tableName="orders" indexName="orders_status"/></not></and>',
    `<sqlCheck expectedResult="0">select count(*) from pg_indexes where schemaname = 'public' and indexname = 'orders_status'</sqlCheck>`,
  ])("%s", async (conditions) => {
    const text = await advice("changelog.xml", changelog(conditions));
    expect(text).toContain(`<sqlCheck expectedResult="0">${check}</sqlCheck>`);
    expect(text).not.toMatch(/indexExists|pg_indexes/);
  });
  test("a query that asks something else besides stays, with a remark", async () => {
    const query = "select count(*) from pg_indexes where indexname = 'orders_status' or indexname = 'o'";
    const text = await advice("changelog.xml", changelog(`<sqlCheck expectedResult="0">${query}</sqlCheck>`));
    expect(text).toContain(query);
    expect(text).toContain("drop it before the next attempt");
  });
  test("a query about something else has no remark", async () => {
    const query = "select count(*) from pg_class where relname = 'users'";
    const text = await advice("changelog.xml", changelog(`<sqlCheck expectedResult="1">${query}</sqlCheck>`));
    expect(text).toContain(query);
    expect(text).not.toContain("next attempt");
  });
});

test("yaml: beside other conditions", async () => {
  const not = (name: string): string =>
    `        - not:\n            - indexExists:\n                indexName: ${name}\n                tableName: orders\n`;
  const changelog = `databaseChangeLog:
  - changeSet:
      id: "1"
      author: a
      changes:
        - sql: { sql: "CREATE TABLE orders (id bigint PRIMARY KEY, status text)" }
  - changeSet:
      id: "9"
      author: a
      preConditions:
        - onFail: MARK_RAN
        - tableExists: { tableName: orders }
${not("orders_other")}${not("orders_status")}      changes:
        - createIndex: { indexName: orders_status, tableName: orders, columns: [{ column: { name: status } }] }
`;
  const text = await advice("changelog.yaml", changelog);
  expect(text).toContain(`
      - not:
          - indexExists:
              indexName: orders_other
              tableName: orders
      - sqlCheck:
          expectedResult: 0
          sql: ${JSON.stringify(check)}
    changes:`);
});

test("json: beside other conditions", async () => {
  const changelog = {
    databaseChangeLog: [
      {
        changeSet: {
          id: "1",
          author: "a",
          changes: [{ sql: { sql: "CREATE TABLE orders (id bigint PRIMARY KEY, status text)" } }],
        },
      },
      {
        changeSet: {
          id: "9",
          author: "a",
          preConditions: [
            { onFail: "MARK_RAN" },
            { tableExists: { tableName: "orders" } },
            { not: [{ indexExists: { indexName: "orders_status" } }] },
          ],
          changes: [
            {
              createIndex: {
                indexName: "orders_status",
                tableName: "orders",
                columns: [{ column: { name: "status" } }],
              },
            },
          ],
        },
      },
    ],
  };
  const text = await advice("changelog.json", JSON.stringify(changelog, null, 2));
  expect(text).toContain(`{ "sqlCheck": { "expectedResult": 0, "sql": ${JSON.stringify(check)} } }`);
  expect(text).not.toContain("indexExists");
});
