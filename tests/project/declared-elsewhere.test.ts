/** Plain SQL from before a schema in code, from which a tool makes the tables now. */
import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

type Files = Readonly<Record<string, string>>;

const sql = (name: string): string => `CREATE TABLE public.${name} (id bigint PRIMARY KEY);\n`;
const declared = ["users", "orders", "items", "carts", "notes"];
const drizzle: Files = {
  "server/package.json":
    '{ "scripts": { "db:push": "drizzle-kit push:pg" }, "devDependencies": { "drizzle-kit": "0.20.8" } }',
  "server/drizzle.config.ts": 'export default { schema: "./src/schema.ts", out: "./drizzle" };\n',
  "server/src/schema.ts": declared.map((name) => `export const ${name} = pgTable("${name}", {});\n`).join(""),
};
const app: Files = {
  "package.json": "{}",
  ...drizzle,
  "sql/migrations/001_initial.sql": ["users", "orders", "items", "carts", "logs"].map(sql).join(""),
  "README.md": "├── sql/migrations/   # The migrations\n\n[The schema](./sql/migrations/001_initial.sql)\n",
};
const unrun = (more: Files, stated?: string) =>
  discover(memoryFileSystem({ ...app, ...more }), [], stated === undefined ? {} : { tool: stated }).map(
    ({ unrun: found }) => found,
  );

describe("plain files whose tables a schema in code declares, which has gone on without them", () => {
  test("are named as run by nothing", () => {
    expect(unrun({})).toEqual([
      {
        says: "sql/migrations: nothing runs these files, and server/package.json calls drizzle, which makes their tables from the schema that server/drizzle.config.ts names (--tool raw if that is wrong)",
        isSure: true,
      },
    ]);
  });

  test("Prisma's schema", () => {
    const models = declared.map((name) => `model ${name} {\n  id Int @id\n}\n`).join("");
    const prisma = {
      "server/package.json": '{ "scripts": { "push": "prisma db push" } }',
      "server/drizzle.config.ts": "",
      "server/prisma/schema.prisma": `datasource db {\n  provider = "postgresql"\n}\n${models}`,
    };
    expect(unrun(prisma).map((one) => one?.isSure)).toEqual([true]);
  });

  test.each<[name: string, more: Files]>([
    ["the files make all tables", { "sql/migrations/002_notes.sql": sql("notes") }],
    [
      "they make few of them",
      { "sql/migrations/001_initial.sql": ["users", "orders", "logs"].map(sql).join("") },
    ],
    ["nothing calls the tool", { "server/package.json": '{ "devDependencies": { "drizzle-kit": "1" } }' }],
    ["a document says to run them", { "README.md": "1. Run `sql/migrations/001_initial.sql`\n" }],
    ["a document's step is a link", { "SETUP.md": "2. [Run it](sql/migrations/001_initial.sql)\n" }],
    ["a script names the folder", { "deploy.sh": 'psql -f "sql/migrations/$1"\n' }],
    ["a container runs them", { "compose.yml": "    - ./sql/migrations:/docker-entrypoint-initdb.d\n" }],
  ])("remain: %s", (_name, more) => {
    expect(unrun(more)).toEqual([undefined]);
  });

  test("remain: the tool is stated", () => {
    expect(unrun({}, "raw")).toEqual([undefined]);
  });
});
