/** What one statement drops, and the locks that it takes for it. */
import { expect, it } from "vitest";
import { defineRule, lintProject, memoryFileSystem } from "../../src/index.ts";
import type { LockMode } from "../../src/effects/effects.ts";

it.each(["a, b", "b, a"])("DROP VIEW %s CASCADE locks a view and the view over it", async (names) => {
  const locked = new Map<string, LockMode>();
  const collect = defineRule({
    id: "collect",
    category: "locks",
    severity: "note",
    presets: ["strict"],
    dialects: ["postgres"],
    fix: "none",
    docs: { summary: "", why: "", instead: "" },
    messages: {},
    on: {
      dropView({ effects }) {
        for (const { relation, mode } of effects.locks) locked.set(relation, mode);
      },
    },
  });
  const fs = memoryFileSystem({
    "migrations/001_a.sql":
      "CREATE TABLE t (id int); CREATE VIEW a AS SELECT id FROM t; CREATE VIEW b AS SELECT id FROM a;",
    "migrations/002_b.sql": `DROP VIEW IF EXISTS ${names} CASCADE;`,
  });
  await lintProject({ fs, rules: [collect], opinions: { presets: ["strict"] } });
  expect(locked).toEqual(
    new Map([
      ["public.a", "ACCESS EXCLUSIVE"],
      ["public.b", "ACCESS EXCLUSIVE"],
    ]),
  );
});
