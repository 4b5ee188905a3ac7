/** Advice names what the project declares beside its migrations, as its file has it. */
import { describe, expect, it } from "vitest";
import { lintProject, memoryFileSystem, type Finding } from "../../src/index.ts";

type Files = Readonly<Record<string, string>>;

async function adviceOf(files: Files, rule: string): Promise<readonly (string | undefined)[]> {
  const { findings } = await lintProject({
    fs: memoryFileSystem(files),
    opinions: { presets: ["strict"] },
  });
  const all = (list: readonly Finding[]): readonly Finding[] =>
    list.flatMap((finding) => [finding, ...all(finding.also ?? [])]);
  return all(findings).flatMap(({ ruleId, instead }) => (ruleId === rule ? [instead] : []));
}

const prisma = (sql: string, schema?: string): Files => ({
  "package.json": '{ "dependencies": { "prisma": "6.0.0" } }',
  "prisma/migrations/migration_lock.toml": 'provider = "postgresql"',
  "prisma/migrations/20240101000000_init/migration.sql": sql,
  ...(schema === undefined ? {} : { "prisma/schema.prisma": schema }),
});

const drizzle = (sql: string): Files => ({
  "package.json":
    '{ "dependencies": { "drizzle-orm": "0.44.0" }, "devDependencies": { "drizzle-kit": "0.31.0" } }',
  "drizzle.config.ts": 'export default { dialect: "postgresql" }',
  "drizzle/meta/_journal.json": '{"dialect":"postgresql","entries":[{"idx":0,"when":1,"tag":"0000_a"}]}',
  "drizzle/meta/0000_snapshot.json": "{}",
  "drizzle/0000_a.sql": sql,
});

const refers =
  "CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users (id));\n";
const twice =
  "CREATE TABLE orders (id bigint PRIMARY KEY, code text NOT NULL UNIQUE);\nCREATE INDEX orders_code_idx ON orders (code);\n";

const order = (lines: string): string =>
  `model Order {\n  id BigInt @id\n  owner BigInt @map("user_id")\n  code String @unique\n${lines}\n  @@map("orders")\n}\n`;

describe("an index for a foreign key", () => {
  const index = async (files: Files) => (await adviceOf(files, "foreign-key-without-index"))[0]?.split("\n");

  it("has the model's and the field's names", async () => {
    expect(await index(prisma(refers, order("")))).toEqual([
      "CREATE INDEX orders_user_id_idx ON orders (user_id);",
      "-- and in schema.prisma, in the model Order: @@index([owner])",
    ]);
  });

  it("is declared already", async () => {
    expect(await index(prisma(refers, order("  @@index([owner, code])")))).toEqual([
      "CREATE INDEX orders_user_id_idx ON orders (user_id);",
      "-- schema.prisma declares one already, in the model Order: @@index([owner, code]); if no later migration makes it, the next one that the tool generates does",
    ]);
  });

  it("has the name that it is declared with", async () => {
    expect((await index(prisma(refers, order('  @@index([owner], map: "by_owner")'))))?.[0]).toBe(
      "CREATE INDEX by_owner ON orders (user_id);",
    );
  });

  it("belongs to a table that isn't declared any more", async () => {
    expect(await index(prisma(refers, "model Other {\n  id Int @id\n}\n"))).toEqual([
      "CREATE INDEX orders_user_id_idx ON orders (user_id);",
    ]);
  });

  it("guesses no field without the file", async () => {
    expect((await index(prisma(refers)))?.[1]).toBe(
      "-- and in schema.prisma, where orders is declared: an index on user_id",
    );
  });

  it("writes SQL by hand where the tool has no snapshot to compare with", async () => {
    const kept = Object.entries(drizzle(refers)).filter(([path]) => !path.endsWith("_snapshot.json"));
    expect(await index(Object.fromEntries(kept))).toEqual([
      "--> statement-breakpoint",
      "CREATE INDEX orders_user_id_idx ON orders (user_id);",
      "-- and in the schema in TypeScript, where orders is declared: an index on user_id; write the SQL yourself, into a file of `drizzle-kit generate --custom`: without snapshots, drizzle-kit would create all tables again",
    ]);
  });

  const entities = (entity: string): Files => ({
    "package.json": '{ "dependencies": { "typeorm": "0.3.20", "pg": "8.0.0" } }',
    "src/entity/order.ts": entity,
    "src/migrations/1700000000000-orders.ts": `import { MigrationInterface, QueryRunner } from "typeorm";
export class Orders1700000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner) {
    await queryRunner.query(\`CREATE TABLE users (id bigint PRIMARY KEY)\`);
    await queryRunner.query(\`CREATE TABLE orders (id bigint PRIMARY KEY, "userId" bigint NOT NULL REFERENCES users (id))\`);
  }
  async down(queryRunner: QueryRunner) {}
}`,
  });

  it("is declared on the relation that makes the column", async () => {
    const entity = `@Entity() class User { @PrimaryGeneratedColumn() id: string }
@Entity("orders") export class Order { @PrimaryColumn() id: string; @ManyToOne(() => User) user: User; }`;
    expect((await index(entities(entity)))?.at(-1)).toBe(
      '// and in the entity, in Order: @Index("orders_userId_idx", ["user"])',
    );
  });

  it("isn't declared on a column that may be that of a relation", async () => {
    expect((await index(entities("export const nothing = 1;")))?.at(-1)).toBe(
      "// and in the entity, where orders is declared: an index on the field whose column is userId, called orders_userId_idx",
    );
  });

  it("changes the snapshot of a tool that compares with one", async () => {
    expect(await index(drizzle(refers))).toEqual([
      "--> statement-breakpoint",
      "CREATE INDEX orders_user_id_idx ON orders (user_id);",
      "-- and in the schema in TypeScript, where orders is declared: an index on user_id; generate the migration from it: its snapshot has to change, too",
    ]);
  });
});

describe("an index that is left out", () => {
  const typeorm = (index: string, entity: string): Files => ({
    "package.json": '{ "dependencies": { "typeorm": "0.3.20", "pg": "8.0.0" } }',
    "src/entity/order.ts": entity,
    "src/migrations/1700000000000-orders.ts": `import { MigrationInterface, QueryRunner } from "typeorm";
export class Orders1700000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner) {
    await queryRunner.query(\`CREATE TABLE orders (id bigint PRIMARY KEY, code text UNIQUE, firm text, UNIQUE (firm, code))\`);
    await queryRunner.query(\`${index}\`);
  }
  async down(queryRunner: QueryRunner) {}
}`,
  });

  it("is the one with its name, and not the primary key", async () => {
    const entity = `@Entity("orders") @Index("orders_pkey2", ["id"], { unique: true })
export class Order { @PrimaryColumn() id: string; @Column() code: string; @Column() firm: string; }`;
    const [key] = await adviceOf(
      typeorm("CREATE UNIQUE INDEX orders_pkey2 ON orders (id)", entity),
      "redundant-index",
    );
    expect(key).toContain(`(@Index("orders_pkey2", ["id"], { unique: true }) in Order)`);
  });

  it("is that of a base class, which others extend: it stays", async () => {
    const base =
      "export abstract class Base { @PrimaryColumn() id: string; @Index() @Column() firm: string; }\n";
    const order = `@Entity("orders") export class Order extends Base { @Column() code: string; }\n`;
    const index = "CREATE INDEX orders_firm ON orders (firm)";
    const [alone] = await adviceOf(typeorm(index, base + order), "redundant-index");
    expect(alone).toContain("(@Index of firm in Order)");
    const shop = '@Entity("shops") export class Shop extends Base {}';
    expect(await adviceOf(typeorm(index, base + order + shop), "redundant-index")).toEqual([]);
  });

  it.each([
    [
      "declared",
      order("  @@index([code])"),
      "Leave it out, here and in schema.prisma (@@index([code]) in the model Order): otherwise the next migration creates it again.",
    ],
    ["not declared", order(""), "Leave it out."],
    [
      "of no known file",
      undefined,
      "Leave it out, here and in schema.prisma, if that declares it, too: otherwise the next migration creates it again.",
    ],
  ])("%s", async (_, schema, expected) => {
    expect(await adviceOf(prisma(twice, schema), "redundant-index")).toEqual([expected]);
  });

  it("by the schema of a tool that compares with its snapshot", async () => {
    expect(await adviceOf(drizzle(twice), "redundant-index")).toEqual([
      "Leave it out of the schema in TypeScript, and generate the migration from it: its snapshot has to change, too.",
    ]);
  });
});

describe("a key of 64 bits", () => {
  const items = "CREATE TABLE items (order_id integer NOT NULL REFERENCES orders);\n";
  const key = async (tool: (sql: string) => Files, column: string, others = items) =>
    adviceOf(tool(`CREATE TABLE orders (id ${column} PRIMARY KEY);\n${others}`), "integer-primary-key");
  const generate = "Then generate the migration from it: its snapshot has to change, too.";

  it.each([
    [
      drizzle,
      "serial",
      'Use `BIGSERIAL`, and `bigint` for items.order_id, which refers to it, and for foreign keys that refer to it later. In the schema in TypeScript: `bigserial("id", { mode: "number" }).primaryKey()`, and `bigint("order_id", { mode: "number" })` there. ' +
        generate,
    ],
    [
      drizzle,
      "integer GENERATED ALWAYS AS IDENTITY",
      'Use `bigint GENERATED ALWAYS AS IDENTITY`, and `bigint` for items.order_id, which refers to it, and for foreign keys that refer to it later. In the schema in TypeScript: `bigint("id", { mode: "number" }).generatedAlwaysAsIdentity().primaryKey()`, and `bigint("order_id", { mode: "number" })` there. ' +
        generate,
    ],
    [
      prisma,
      "serial",
      "Use `BIGSERIAL`, and `bigint` for items.order_id, which refers to it, and for foreign keys that refer to it later. In schema.prisma: `BigInt @id @default(autoincrement())`, and `BigInt` there. Prisma Client then gives `bigint` values in place of numbers, which `JSON.stringify` refuses.",
    ],
  ])("%o: %s", async (tool, column, expected) => {
    expect(await key(tool, column)).toEqual([expected]);
  });

  it("speaks of later foreign keys where none refers to it yet", async () => {
    expect(await key(drizzle, "serial", "")).toEqual([
      `Use \`BIGSERIAL\`, and \`bigint\` for foreign keys that refer to it later. In the schema in TypeScript: \`bigserial("id", { mode: "number" }).primaryKey()\`. ${generate}`,
    ]);
  });
});

describe("a rule whose advice is another schema", () => {
  const table = "CREATE TABLE orders (id bigint PRIMARY KEY, code char(3) NOT NULL);\n";

  it("names the declaration", async () => {
    const text = "Use `text`, with a CHECK if the length matters.";
    expect(await adviceOf(prisma(table), "char-column")).toEqual([
      `${text} Change schema.prisma, too: otherwise the next migration undoes it.`,
    ]);
    expect(await adviceOf(drizzle(table), "char-column")).toEqual([
      `${text} Change the schema in TypeScript, and generate the migration from it: its snapshot has to change, too.`,
    ]);
    expect(await adviceOf({ "migrations/001_a.sql": table }, "char-column")).toEqual([text]);
  });
});

it("a column that is to go is optional in schema.prisma, too", async () => {
  const files = {
    ...prisma("CREATE TABLE orders (id bigint PRIMARY KEY, code text NOT NULL);\n"),
    "prisma/migrations/20240102000000_b/migration.sql": "ALTER TABLE orders DROP COLUMN code;\n",
  };
  expect((await adviceOf(files, "drop-column"))[0]).toContain(
    "\n-- until then it stays in schema.prisma, marked @ignore, with `?` behind its type\n",
  );
});

it("a table that is to go is left out of the client with the fields of other models that refer to it", async () => {
  const files = {
    ...prisma("CREATE TABLE orders (id bigint PRIMARY KEY);\n"),
    "prisma/migrations/20240102000000_b/migration.sql": "DROP TABLE orders;\n",
  };
  expect((await adviceOf(files, "drop-table"))[0]).toContain(
    "\n-- until then it stays in schema.prisma, marked @@ignore, and each field of its type in other models @ignore\n",
  );
});

it("a default for old rows is declared until it is dropped", async () => {
  const files = {
    ...prisma("CREATE TABLE orders (id bigint PRIMARY KEY);\n"),
    "prisma/migrations/20240102000000_b/migration.sql":
      "ALTER TABLE orders ADD COLUMN amount integer NOT NULL;\n",
  };
  expect((await adviceOf(files, "add-column-not-null"))[0]).toContain(
    "\n-- until then the default is declared in schema.prisma, too\n",
  );
});

it("a column that is to be required later is optional in the declaration until then", async () => {
  const files = {
    ...prisma("CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY);\n"),
    "prisma/migrations/20240102000000_b/migration.sql":
      "ALTER TABLE orders ADD COLUMN user_id bigint NOT NULL;\nALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;\n",
  };
  expect((await adviceOf(files, "add-column-not-null"))[0]).toContain(
    "user_id bigint;\n-- until then the column is declared as one that may be NULL in schema.prisma, too\n",
  );
});

it("a default that stays is declared, too", async () => {
  const files = {
    ...prisma("CREATE TABLE orders (id bigint PRIMARY KEY);\n"),
    "prisma/migrations/migration_lock.toml": 'provider = "mysql"',
    "prisma/migrations/20240102000000_b/migration.sql":
      "ALTER TABLE orders ADD COLUMN amount int NOT NULL;\n",
  };
  expect((await adviceOf(files, "add-column-not-null"))[0]).toContain(
    "DEFAULT 0;\n-- and declare the default in schema.prisma, too: otherwise the next migration undoes it",
  );
});

it("another name is declared, too", async () => {
  const [advice] = await adviceOf(
    prisma('CREATE TABLE orders (id bigint PRIMARY KEY, "userId" bigint);\n'),
    "quoted-identifier",
  );
  expect(advice).toContain("Change schema.prisma, too: otherwise the next migration undoes it.");
});

it("is left out of a rollback that somebody has written, too", async () => {
  const files = {
    "migrations/001_a.up.sql": twice,
    "migrations/001_a.down.sql": "DROP INDEX orders_code_idx;\n",
  };
  expect(await adviceOf(files, "redundant-index")).toEqual(["Leave it out, here and in the rollback."]);
  const kept = { ...files, "migrations/001_a.down.sql": "DROP TABLE orders;\n" };
  expect((await adviceOf(kept, "redundant-index"))[0]).not.toContain("rollback");
});
