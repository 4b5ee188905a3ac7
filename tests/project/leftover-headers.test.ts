/** Headers of Liquibase in files that a program of the project sends whole. */
import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

type Files = Readonly<Record<string, string>>;

const runner = `package platform

func RunMigrations(ctx context.Context, db *pgxpool.Pool, dir string) error {
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".sql" {
			continue
		}
		sqlBytes, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		tx, err := db.Begin(ctx)
		if _, err := tx.Exec(ctx, string(sqlBytes)); err != nil {
			return err
		}
		if err := tx.Commit(ctx); err != nil {
			return err
		}
	}
	return markOld(ctx, db)
}

func markOld(ctx context.Context, db *pgxpool.Pool) error {
	tx, err := db.Begin(ctx)
	_, err = tx.Exec(ctx, "INSERT INTO applied VALUES ('001_orders.sql')")
	return tx.Commit(ctx)
}
`;

const service: Files = {
  "go.mod": "module shop\n\nrequire github.com/jackc/pgx/v5 v5.7.0\n",
  "internal/platform/migrations.go": runner,
  "migrations/001_orders.sql":
    "--liquibase formatted sql\n\n--changeset ann:1\nCREATE TABLE orders (id bigint);\n",
  "migrations/002_note.sql": "ALTER TABLE orders ADD COLUMN note text;\n",
};

const read = (more: Files): string =>
  discover(memoryFileSystem({ ...service, ...more }), [])
    .map(
      ({ tool, migrations }) => `${tool}, ${migrations.length}, ${migrations[0]?.up.transaction.wraps ?? ""}`,
    )
    .join("; ");

describe("headers of Liquibase, and a program that reads the folder", () => {
  test("they are left over: each file runs whole, in one transaction, also those without a header", () => {
    expect(read({})).toBe("raw, 2, each");
  });

  test.each([
    ["settings of Liquibase", { "liquibase.properties": "url=jdbc:postgresql://localhost/shop\n" }],
    [
      "a changelog that includes them",
      {
        "migrations/changelog.yaml":
          "databaseChangeLog:\n  - include:\n      file: migrations/001_orders.sql\n",
      },
    ],
    ["a container runs it", { "compose.yml": "services:\n  up:\n    image: liquibase/liquibase:4.29\n" }],
    [
      "the program knows the headers",
      { "internal/platform/migrations.go": `${runner}\nconst mark = "--changeset"\n` },
    ],
    ["no program reads them", { "internal/platform/migrations.go": "package platform\n" }],
  ])("they are its own: %s", (_name, more: Files) => {
    expect(read(more)).toBe("liquibase, 1, each");
  });
});
