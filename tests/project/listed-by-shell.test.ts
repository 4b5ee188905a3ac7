/** Folders whose files the shell of a container lists for psql, and what their names say of the tool. */
import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import type { AnyHistory } from "../../src/project/migration.ts";

type Files = Readonly<Record<string, string>>;

const history = (files: Files): AnyHistory | undefined => discover(memoryFileSystem(files), [])[0];
const table = (name: string): string => `CREATE TABLE ${name} (id bigint PRIMARY KEY);\n`;
const folder: Files = {
  "deploy/migrations/01_all_up.sql": table("a"),
  "deploy/migrations/010_b.sql": table("b"),
  "deploy/migrations/011_c.sql": table("c"),
  "deploy/migrations/012_d.sql": table("d"),
  "deploy/migrations/013_e.sql": table("e"),
};
const compose = (command: string): string =>
  `services:\n  migrate:\n    command:\n      - -c\n      - |\n        ${command}\n    volumes:\n      - ./migrations:/migrations:ro\n`;
const cat = 'cat /migrations/*.sql | psql "$URL" -v ON_ERROR_STOP=1';
const loop = 'for f in /migrations/*.sql; do\n          psql "$URL" -f "$f"\n        done';

describe("a shell of a container that lists the files", () => {
  test.each<[string, Files]>([
    ["compose, piped", { "deploy/docker-compose.yaml": compose(cat) }],
    ["another compose file", { "deploy/docker-compose.prod.yaml": compose(cat) }],
    ["compose, in a loop", { "deploy/compose.yml": compose(loop) }],
    ["supervisord", { "deploy/supervisord.conf": `[program:m]\ncommand=/bin/sh -c "${cat}"\n` }],
  ])("sorts the names byte by byte: %s", (_, more) => {
    const found = history({ ...folder, ...more });
    expect(found).toMatchObject({ tool: "raw", runner: "psql" });
    expect(found?.migrations.map(({ version }) => version)).toEqual(["010", "011", "012", "013", "01"]);
    expect(found?.problems.map(({ message }) => message)).toEqual([
      "the shell sorts names as text: 01 runs after 013",
    ]);
  });

  test.each<[string, Files]>([
    ["a script, whose locale may sort", { "deploy/up.sh": `#!/bin/bash\n${cat}\n` }],
    ["files one by one", { "deploy/compose.yml": compose("psql -f /migrations/01_all_up.sql") }],
    [
      "sorted by number",
      { "deploy/compose.yml": compose("ls /migrations/*.sql | sort -V | xargs cat | psql") },
    ],
    ["another folder", { "deploy/compose.yml": compose("cat /other/*.sql | psql; ls /migrations") }],
  ])("isn't known: %s", (_, more) => {
    expect(history({ ...folder, ...more })?.migrations.map(({ version }) => version)[0]).toBe("01");
  });

  test("runs two files of one number in the order of their names", () => {
    const files = { "db/migrations/001_a.sql": table("a"), "db/migrations/001_b.sql": table("b") };
    const found = history({ ...files, "db/compose.yaml": compose(cat) });
    expect(found?.problems).toEqual([]);
  });

  test("isn't that of a script that sends files of other folders", () => {
    const other = 'sed /Down/d "../services/a/migrations/001_x.up.sql" | psql\n';
    const found = history({ ...folder, "deploy/docker-compose.yaml": compose(cat), "deploy/m.sh": other });
    expect(found?.migrations[0]?.version).toBe("010");
  });
});

describe("a name that ends in _up by chance", () => {
  const module = "module m\nrequire github.com/golang-migrate/migrate/v4 v4.17.0\n";

  test("makes no folder of golang-migrate's", () => {
    expect(history({ ...folder, "go.mod": module })).toMatchObject({ tool: "raw", problems: [] });
  });

  test("one wrong name among right ones is a mistake", () => {
    const files = { "m/1_a.up.sql": table("a"), "m/2_b.up.sql": table("b"), "m/3_c.sql": table("c") };
    const found = history({ ...files, "go.mod": module });
    expect(found).toMatchObject({ tool: "golang-migrate", problems: [{ rule: "bad-file-name" }] });
  });
});

describe("a program that reads names by their endings alone", () => {
  const program = `package db
func Load(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasSuffix(name, ".up.sql") {
			isUp = true
		} else if strings.HasSuffix(name, ".down.sql") {
			isUp = false
		} else {
			continue
		}
	}
}
func Migrate(dir string) error {
	text, _ := os.ReadFile(dir)
	_, err := p.Exec(ctx, string(text))
}
`;
  test.each([
    ["migrations/001_a.up.sql", "single-query"],
    ["migrations/001_a.sql", undefined],
  ])("%s", (path, runner) => {
    const found = history({ "pkg/db/migrate.go": program, [path]: table("a") });
    expect(found?.migrations).toHaveLength(1);
    expect(found?.runner).toBe(runner);
  });
});

test("a file without marks is no mistake where nothing but the marks of others speaks for the tool", () => {
  const marked = `-- +migrate Up\n${table("a")}-- +migrate Down\nDROP TABLE a;\n`;
  const files = { "m/1_a.up.sql": marked, "m/1_a.down.sql": "DROP TABLE a;\n" };
  expect(history(files)?.problems).toMatchObject([{ rule: "syntax-error", severity: "warning" }]);
  expect(history({ ...files, "dbconfig.yml": "" })?.problems[0]?.severity).toBeUndefined();
});
