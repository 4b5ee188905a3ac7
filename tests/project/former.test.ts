/** A folder of the program that a project was, beside those of the services that it was divided into. */
import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

type Files = Readonly<Record<string, string>>;

const table = (name: string): string => `CREATE TABLE ${name} (id bigint PRIMARY KEY);\n`;
const compose = (service: string): Files => ({
  [`deployments/${service}/docker-compose.yaml`]: `services:\n  migrate:\n    image: migrate/migrate\n    volumes:\n      - ../../${service}/db/migrations:/migrations\n    command: ["-path=/migrations", "up"]\n`,
});

const project: Files = {
  "go.mod": "module shop\n\nrequire github.com/golang-migrate/migrate/v4 v4.18.0\n",
  "pkg/db/postgres.go":
    'package db\n\nimport "github.com/golang-migrate/migrate/v4"\n\nconst path = "file://internal/db/migrations"\n// cannot close migrations source\n',
  "pkg/db/migrations/000001_init.up.sql": table("users") + table("orders"),
  "user/db/migrations/000001_init.up.sql": table("users"),
  "order/db/migrations/000001_init.up.sql": table("orders"),
  "order/db/migrations/000002_note.up.sql": "ALTER TABLE orders ADD COLUMN note text;\n",
  ...compose("user"),
  ...compose("order"),
};

const roots = (more: Files): readonly string[] =>
  discover(memoryFileSystem({ ...project, ...more }), []).map(({ root }) => root);

describe("a folder that no runner names, whose tables others make", () => {
  test("is left out, and named", () => {
    expect(roots({})).toEqual(["order/db/migrations", "user/db/migrations"]);
    const says = discover(memoryFileSystem(project), []).flatMap(({ loose = [] }) => loose);
    expect(says).toEqual([
      "pkg/db/migrations is left out: nothing names it, and deployments/order/docker-compose.yaml names order/db/migrations; its tables are made by what runs",
    ]);
  });

  test.each([
    ["a table that no other makes", { "pkg/db/migrations/000002_more.up.sql": table("reports") }],
    ["its path in a Makefile", { Makefile: "up:\n\tmigrate -path ./pkg/db/migrations up\n" }],
    ["its path in parts", { "cmd/main.go": 'var dir = filepath.Join("pkg", "db", "migrations")\n' }],
    ["a program beside it", { "pkg/db/run.go": 'package db\n\nconst dir = "file://migrations"\n' }],
    [
      "a program that embeds it",
      { "pkg/db/run.go": "package db\n\n//go:embed migrations/*.sql\nvar files embed.FS\n" },
    ],
    [
      "a program in it",
      { "pkg/db/migrations/fs.go": "package migrations\n\n//go:embed *.sql\nvar FS embed.FS\n" },
    ],
    ["any folder of the one above", { "run.sh": 'migrate -path "pkg/db/$WHICH" up\n' }],
  ])("remains: %s", (_name, more: Files) => {
    expect(roots(more)).toContain("pkg/db/migrations");
  });

  test("remains where no runner names the others either", () => {
    const unnamed = {
      "deployments/user/docker-compose.yaml": "",
      "deployments/order/docker-compose.yaml": "",
    };
    expect(roots(unnamed)).toContain("pkg/db/migrations");
  });
});

describe("plain files from before a tool", () => {
  const typeorm = `export class Init1785537039854 implements MigrationInterface {
  async up(queryRunner: QueryRunner) {
    await queryRunner.query(\`CREATE TABLE "users" ("id" uuid)\`);
    await queryRunner.query(\`CREATE TABLE "public"."orders" ("id" uuid)\`);
    await queryRunner.createTable(new Table({ name: "notes", columns: [] }));
  }
  async down(queryRunner: QueryRunner) { await queryRunner.query(\`CREATE TABLE "old" ("id" uuid)\`); }
}
`;
  const app: Files = {
    "package.json": "{}",
    "apps/api/package.json": '{ "dependencies": { "typeorm": "^0.3.0", "pg": "^8.0.0" } }',
    "apps/api/src/main.ts": 'import { source } from "./database/data-source";\n',
    "apps/api/src/database/migrations/1785537039854-Init.ts": typeorm,
    "database/001_schema.sql": table("users") + table("orders"),
    "database/002_notes.sql": table("notes"),
    "README.md": "- [The schema](database/001_schema.sql)\n",
  };
  const rootsOf = (more: Files): readonly string[] =>
    discover(memoryFileSystem({ ...app, ...more }), []).map(({ root }) => root);

  test("are left out where nothing names them, and named", () => {
    expect(rootsOf({})).toEqual(["apps/api/src/database/migrations"]);
    const says = discover(memoryFileSystem(app), []).flatMap(({ loose = [] }) => loose);
    expect(says).toEqual([
      "database is left out: nothing names it, and typeorm makes its tables with apps/api/src/database/migrations",
    ]);
    expect(discover(memoryFileSystem(app), ["database"]).map(({ root }) => root)).toEqual(["database"]);
  });

  test.each([
    [
      "half of the tables are theirs alone",
      { "database/003_more.sql": table("a") + table("b") + table("old") },
    ],
    ["a container runs them", { "docker-compose.yml": "    - ./database:/docker-entrypoint-initdb.d\n" }],
    ["a settings file names them", { "infra/values.yaml": "schema: ../database\n" }],
    ["a program names one of them", { "apps/api/src/load.ts": 'const first = "001_schema.sql";\n' }],
    [
      "they are of another database",
      { "database/001_schema.sql": "CREATE TABLE users (id int) ENGINE=InnoDB;\n" },
    ],
  ])("remain: %s", (_name, more: Files) => {
    expect(rootsOf(more)).toContain("database");
  });
});
