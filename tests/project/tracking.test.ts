/** What ddlint expects in the tables of tools, against what the tools themselves have written there: see tools/runners. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findHistories, memoryFileSystem } from "../../src/index.ts";
import { toolNamed } from "../../src/project/known-tools.ts";
import { tools } from "../../src/project/tools/index.ts";

interface Recording {
  readonly tool: string;
  readonly probes: Readonly<
    Record<
      string,
      readonly {
        readonly files: Readonly<Record<string, string>>;
        readonly exit: string;
        readonly recorded: readonly string[];
      }[]
    >
  >;
}

const folder = join(import.meta.dirname, "../../fixtures/runners");
/** The query of the recording reads another column, or only a part of the key. */
const otherColumn = new Set(["django", "drizzle", "liquibase", "typeorm"]);

const recordings = readdirSync(folder)
  .map(
    (name) =>
      [name.replace(".json", ""), JSON.parse(readFileSync(join(folder, name), "utf8")) as Recording] as const,
  )
  .filter(([name]) => !otherColumn.has(name.replace(/\..*/, "")));

describe("the key of a migration is what its tool writes down", () => {
  it.each(recordings)("%s", (name, { probes }) => {
    const tool = name.replace(/\..*/, "");
    const { tracking } = toolNamed(tool);
    const [run] = probes["transaction"] ?? [];
    expect(run?.exit).toBe("ok");
    const fs = memoryFileSystem(run?.files ?? {});
    const [history] = findHistories({ fs, facts: { tool } });
    const keys = (history?.migrations ?? []).map((migration) => tracking?.keyOf(migration));
    expect(tracking?.newestOnly === true ? keys.slice(-1) : keys).toEqual(run?.recorded);
  });
});

it("the table of a query is one of the tool's own", () => {
  for (const { name, tracking, trackingTables } of tools) {
    if (tracking === undefined) continue;
    const tables = typeof tracking.table === "string" ? [tracking.table] : Object.values(tracking.table);
    const own = trackingTables.map((table) => table.replace(/^.*\./, "").toLowerCase());
    for (const table of tables)
      expect(own, name).toContain(
        table
          .replace(/^.*\.|"/g, "")
          .replaceAll('"', "")
          .toLowerCase(),
      );
  }
});

it("tools with a table have command lines, or are called by the project", () => {
  const without = tools.filter(({ commands, tracking }) => commands === undefined && tracking !== undefined);
  expect(without.map(({ name }) => name)).toEqual([
    "maragudk-migrate",
    "morph",
    "play-evolutions",
    "postgres-migrations",
  ]);
});
