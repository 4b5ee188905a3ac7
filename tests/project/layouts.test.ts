import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { nodeFileSystem } from "../../src/project/files/file-system.ts";
import type { AnyHistory, Script } from "../../src/project/migration.ts";

const home = join(import.meta.dirname, "../../fixtures/layouts");

/** What the golden lists hold: enough to see every decision, short enough to be read. */
function shown(history: AnyHistory): unknown {
  const script = (script: Script): string => {
    const section = script.text.slice(script.part.start, script.part.end);
    const { wraps, sends, optedOut, autoDetect } = script.transaction;
    const whole = section === script.text ? "" : ` ${JSON.stringify(section)}`;
    const notes = [
      script.empty ? "empty" : "",
      optedOut ? "opted out" : "",
      autoDetect === true ? "auto" : "",
    ];
    return `${script.path}${whole} (${[wraps, sends, ...notes].filter((note) => note !== "").join(", ")})`;
  };
  return {
    root: history.root,
    tool: `${history.tool} as ${history.layout}`,
    evidence: history.evidence,
    dialect: [history.dialect, ...(history.dialectEvidence ?? [])].join(": "),
    ...(history.serverVersion === undefined
      ? {}
      : { server: [history.serverVersion, ...(history.serverEvidence ?? [])].join(": ") }),
    rollbacks: history.rollbacks,
    migrations: history.migrations.map((migration) => ({
      is: [migration.version ?? "-", migration.description, migration.kind].join(" | "),
      up: script(migration.up),
      down:
        migration.down === undefined
          ? `none, would be ${history.rollbackName(migration)}`
          : script(migration.down),
      ...(migration.irreversible === undefined ? {} : { irreversible: migration.irreversible }),
    })),
    problems: history.problems.map((problem) => `${problem.rule} ${problem.path}: ${problem.message}`),
  };
}

describe("golden migration lists", () => {
  test.each(readdirSync(home))("%s", async (name) => {
    const found = discover(nodeFileSystem(join(home, name, "project")), []).map(shown);
    const golden = join(home, name, "expected.json");
    await expect(`${JSON.stringify(found, null, 2)}\n`).toMatchFileSnapshot(golden);
  });
});

test("messages name what happens, in lower case, without a full stop, within 100 characters", () => {
  for (const name of readdirSync(home)) {
    for (const { problems } of discover(nodeFileSystem(join(home, name, "project")), [])) {
      for (const { message } of problems) {
        expect(message).toMatch(/^[^A-Z].{0,98}[^.]$/);
        expect(message).not.toMatch(/please|should/i);
      }
    }
  }
});
