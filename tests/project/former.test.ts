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
