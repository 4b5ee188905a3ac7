/** Tables that a migration names by a static of a model, which is a class of another file of the project. */
import { describe, expect, it } from "vitest";
import { lintProject, memoryFileSystem } from "../../../src/index.ts";

const first = `exports.up = (knex) => knex.schema.createTable("orders", (t) => { t.increments(); t.string("note"); });
exports.down = (knex) => knex.schema.dropTable("orders");\n`;

/** What is lost when the migration drops a column of the table called `Order.tableName`. */
async function lost(
  imports: string,
  models: Record<string, string>,
  name = "Order.tableName",
): Promise<string> {
  const { findings, errors } = await lintProject({
    fs: memoryFileSystem({
      ...models,
      "migrations/20240101000000_a.js": first,
      "migrations/20240102000000_b.ts": `${imports}
export const up = (knex) => knex.schema.table(${name}, (t) => { t.dropColumn("note"); });
export const down = (knex) => knex.schema.table(${name}, (t) => { t.string("note"); });\n`,
    }),
    facts: { tool: "knex" },
  });
  expect(errors).toEqual([]);
  return findings.flatMap(({ ruleId, message }) => (ruleId === "drop-column" ? [message] : [])).join();
}

const order = `export class Order extends Model { static tableName = "orders"; }`;

describe("a static of a model", () => {
  it.each<[string, string, Record<string, string>]>([
    ["a field", `import { Order } from "../models/order";`, { "models/order.ts": order }],
    [
      "a getter",
      `import { Order } from "../models/order";`,
      {
        "models/order.ts": `export class Order extends Model { static get tableName() { return "orders"; } }`,
      },
    ],
    [
      "of a default export",
      `import Order from "../models/order";`,
      {
        "models/order.ts": `export default class Order extends Model { static readonly tableName = "orders" as const; }`,
      },
    ],
    [
      "passed on by an index file",
      `import { Order } from "../models";`,
      { "models/index.ts": `export * from "./item";\nexport * from "./order";`, "models/order.ts": order },
    ],
    [
      "passed on by name",
      `import { Order } from "../models";`,
      { "models/index.ts": `export { Order } from "./order";`, "models/order.ts": order },
    ],
    [
      "imported by an index file, then exported",
      `import { Order } from "../models";`,
      { "models/index.ts": `import { Order } from "./order";\nexport { Order };`, "models/order.ts": order },
    ],
    [
      "of a class that it extends",
      `import { Order } from "../models/order";`,
      {
        "models/table.ts": `export class Table { static tableName = "orders"; }`,
        "models/order.ts": `import { Table } from "./table";\nexport class Order extends Table { id = 1; }`,
      },
    ],
    [
      "of CommonJS",
      `const Order = require("../models/order");`,
      {
        "models/order.js": `class Order extends Model { static get tableName() { return "orders"; } }\nmodule.exports = Order;`,
      },
    ],
    [
      "of CommonJS, by name",
      `const { Order } = require("../models");`,
      {
        "models/index.js": `module.exports = { Order: require("./order") };`,
        "models/order.js": `module.exports = class extends Model { static get tableName() { return "orders"; } };`,
      },
    ],
    [
      "of CommonJS, as a property of what is required",
      `const Order = require("../models/order").Order;`,
      { "models/order.js": `exports.Order = class Order { static tableName = "orders"; };` },
    ],
    [
      "given behind the class",
      `const Order = require("../models/order");`,
      {
        "models/order.js": `class Order extends Model {}\nOrder.tableName = "orders";\nmodule.exports = Order;`,
      },
    ],
    [
      "that another constant gives",
      `import { Order } from "../models/order";`,
      {
        "models/order.ts": `import { tables } from "./tables";\nexport class Order { static tableName = tables.orders; }`,
        "models/tables.ts": `export const tables = { orders: "orders" };`,
      },
    ],
    ["of the migration's own file", `class Order { static tableName = "orders"; }`, {}],
  ])("%s", async (_, imports, models) => {
    expect(await lost(imports, models)).toMatch(/^the data of orders\.note is lost/);
  });

  it("in a namespace that an index file passes on", async () => {
    const models = { "models/index.ts": `export * from "./order";`, "models/order.ts": order };
    const imports = `import * as models from "../models";`;
    expect(await lost(imports, models, "models.Order.tableName")).toMatch(
      /^the data of orders\.note is lost/,
    );
  });

  it.each([
    [
      "made from what the class is called",
      `export class Order { static get tableName() { return this.name.toLowerCase(); } }`,
    ],
    ["given twice", `export class Order { static tableName = "orders"; }\nOrder.tableName = "purchases";`],
    ["no static", `export class Order { tableName = "orders"; }`],
    ["chosen when it runs", `export class Order { static tableName = process.env.ORDERS; }`],
  ])("isn't known: %s", async (_, text) => {
    const message = await lost(`import { Order } from "../models/order";`, { "models/order.ts": text });
    expect(message).not.toContain("orders");
  });
});
