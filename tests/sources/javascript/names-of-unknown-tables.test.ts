/** Names that Knex makes of a table's name, where that isn't known before it runs. */
import { beforeAll, expect, test } from "vitest";
import { loadCode } from "../../../src/sources/javascript/index.ts";
import { lintProject, memoryFileSystem } from "../../../src/index.ts";

beforeAll(async () => {
  await loadCode();
});

test.each(["pg", "mysql2"])("hold its placeholder: %s", async (client) => {
  const { findings, errors } = await lintProject({
    fs: memoryFileSystem({
      "knexfile.js": `module.exports = { client: "${client}" };`,
      "migrations/20240101000000_a.js": `exports.up = (knex) => knex.schema.createTable("t", (t) => { t.increments(); t.string("code").unique(); t.index("code"); });
exports.down = (knex) => knex.schema.dropTable("t");`,
      "migrations/20240102000000_b.js": `const { Order } = require("@shop/models");
exports.up = (knex) => knex.schema.table(Order.tableName, (t) => { t.dropIndex("code"); t.dropUnique("code"); t.dropPrimary(); });
exports.down = (knex) => knex.schema.table(Order.tableName, (t) => { t.primary("id"); t.unique("code"); t.index("code"); });`,
    }),
  });
  expect(errors).toEqual([]);
  const texts = findings.flatMap(({ file, message }) => (file.endsWith("b.js") ? [message] : [])).join("\n");
  expect(texts).not.toMatch(/\bt_(?:code|pkey)/);
  expect(texts).toContain("${Order.tableName}");
});
