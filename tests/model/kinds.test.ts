/** The table of kinds against what the front ends read in the fixtures of the rules. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadDialects } from "../../src/dialects/load.ts";
import { kinds, tableOf } from "../../src/model/kinds.ts";
import type { Operation } from "../../src/model/operation.ts";
import { readFixture } from "../../src/testing/fixture.ts";

const root = join(import.meta.dirname, "../../fixtures/rules");
const dialects = await loadDialects(["postgres", "mysql", "mariadb"], undefined);

interface Seen {
  readonly family: "postgres" | "mysql";
  readonly operation: Operation;
}

const seen: readonly Seen[] = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".sql"))
  .flatMap((entry) => {
    const { given, history } = readFixture("x.sql", readFileSync(join(entry.parentPath, entry.name), "utf8"));
    const family = given.dialect === "postgres" ? "postgres" : "mysql";
    return history.migrations.flatMap(({ up }) =>
      dialects
        .of(given.dialect)
        .frontEnd("")
        .read(up.text, up.part)
        .statements.flatMap(({ operations }) =>
          operations.map((operation) => ({ family, operation }) as const),
        ),
    );
  });

describe("the table of kinds", () => {
  it("has the databases whose front ends read a kind", () => {
    const wrong = seen.filter(
      ({ family, operation: { kind } }) =>
        !kinds[kind].databases.some((name) => (name === "postgres") === (family === "postgres")),
    );
    expect([...new Set(wrong.map(({ family, operation }) => `${family}: ${operation.kind}`))]).toEqual([]);
  });

  it("says of every kind that MySQL's family has whether it commits", () => {
    const undecided = Object.entries(kinds).filter(
      ([, { databases, commits }]) =>
        databases.some((name) => name === "mysql" || name === "mariadb") !== (commits !== undefined),
    );
    expect(undecided.map(([kind]) => kind)).toEqual([]);
  });

  it("finds the table of an operation, and no other field", () => {
    for (const { operation } of seen) {
      const table = tableOf(operation);
      if (table === undefined) continue;
      expect(Object.keys(table), operation.kind).toEqual(expect.arrayContaining(["name", "text", "span"]));
    }
    expect(new Set(seen.map(({ operation }) => operation.kind)).size).toBeGreaterThan(90);
  });
});
