import { describe, expect, it } from "vitest";
import { memoryFileSystem } from "../../src/index.ts";
import { modelsIn, prismaTables } from "../../src/project/prisma-schema.ts";

const orders = `
// model Nothing { id Int @id }
enum State { open closed }
type Address { street String }

model Order {
  id     Int     @id(map: "orders_key") @default(autoincrement()) @map("order_id") // @unique
  number String  @unique @db.VarChar(20)
  note   String  @default("a { brace }, and // no comment")
  userId Int     @map("user_id")
  user   User    @relation("placed", fields: [userId], references: [id], map: "order_user")

  @@index([userId, number(sort: Desc)], map: "by_user")
  @@unique(
    [number, note],
    name: "both"
  )
  @@map("orders")
  @@schema("shop")
}
model User { id Int @id
orders Order[] @relation("placed") }
`;

describe("a Prisma schema", () => {
  it("has tables, columns and indexes under their names in the database", () => {
    const [order, user, ...others] = modelsIn(orders);
    expect(others).toEqual([]);
    expect(order).toMatchObject({ name: "the model Order", table: "orders", schema: "shop" });
    expect(Object.fromEntries(order?.columns ?? [])).toMatchObject({
      id: "order_id",
      number: "number",
      userId: "user_id",
    });
    expect(order?.indexes).toEqual([
      { name: "orders_key", unique: true, fields: ["id"], text: '@id(map: "orders_key")' },
      { name: undefined, unique: true, fields: ["number"], text: "@unique" },
      {
        name: "by_user",
        unique: false,
        fields: ["userId", "number"],
        text: '@@index([userId, number(sort: Desc)], map: "by_user")',
      },
      expect.objectContaining({ unique: true, fields: ["number", "note"] }),
    ]);
    expect(user).toMatchObject({ table: "User", schema: undefined });
  });

  it("ends where its text is cut off", () => {
    expect(modelsIn("model User {\n  id Int @id").map(({ table }) => table)).toEqual(["User"]);
    expect(modelsIn("")).toEqual([]);
  });
});

describe("where Prisma looks for its schema", () => {
  const model = (name: string): string => `model ${name} {\n  id Int @id\n}\n`;
  const tables = (files: Readonly<Record<string, string>>, migrations = "prisma/migrations") =>
    prismaTables(memoryFileSystem({ "package.json": "{}", ...files }), migrations)?.map(({ table }) => table);

  it.each([
    ["prisma/schema.prisma", {}],
    ["schema.prisma", {}],
    ["db/main.prisma", { "package.json": '{ "prisma": { "schema": "db/main.prisma" } }' }],
    [
      "db/main.prisma",
      { "package.json": '{ "scripts": { "up": "prisma migrate --schema=db/main.prisma" } }' },
    ],
    [
      "db/main.prisma",
      { "prisma.config.ts": 'export default defineConfig({\n  schema: "db/main.prisma",\n})' },
    ],
    ["db/main.prisma", { "prisma.config.ts": 'export default {\n  schema: path.join("db/main.prisma"),\n}' }],
  ])("%s", (path, settings) => {
    expect(tables({ ...settings, [path]: model("User") })).toEqual(["User"]);
  });

  it("reads all files of a folder", () => {
    const files = { "prisma/schema/a.prisma": model("A"), "prisma/schema/models/b.prisma": model("B") };
    expect(tables(files)).toEqual(["A", "B"]);
    expect(tables(files, "prisma/schema/migrations")).toEqual(["A", "B"]);
  });

  it("tells a schema that it doesn't find from one without models", () => {
    expect(tables({})).toBeUndefined();
    expect(tables({ "prisma/schema.prisma": "datasource db {}" })).toEqual([]);
  });
});
