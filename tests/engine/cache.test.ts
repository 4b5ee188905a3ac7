/**
 * A run with a cache says what one without says, whatever was changed in between. `DDLINT_FUZZ=5000 DDLINT_SEED=7` plays
 * more edits, or others.
 */
import { describe, expect, it } from "vitest";
import { lintProject, memoryFileSystem, type Facts, type LintResult } from "../../src/index.ts";
import { fixtureProjects } from "../../tools/fuzz/projects.ts";
import { play } from "../../tools/fuzz/sessions.ts";
import { expectPlain, memoryStore } from "../support/memory-store.ts";

const edits = Number(process.env["DDLINT_FUZZ"] ?? 300);
const seed = Number(process.env["DDLINT_SEED"] ?? 21);
const now = "2026-06-01T00:00:00Z";

/** All of a result; functions of histories are made anew at every run. */
const text = ({ sources, ...result }: LintResult): string =>
  JSON.stringify([Object.entries(result).sort(([a], [b]) => (a < b ? -1 : 1)), [...sources]]);

describe("a cache", () => {
  it.each(fixtureProjects().map(({ name, files }) => [name, files] as const))(
    "changes nothing of %s",
    async (_, files) => {
      const fs = memoryFileSystem(files);
      const { histories } = await lintProject({ fs, facts: { now } });
      expectPlain(histories, true);
      for (const at of [undefined, -1, -2]) {
        const last = histories.flatMap(({ migrations }) => migrations).at(at ?? 0);
        const facts: Facts = { now, ...(at !== undefined && { startAfter: last?.name }) };
        const cache = { store: memoryStore(), least: 1 };
        const run = () => lintProject({ fs, facts, cache });
        const fresh = text(await lintProject({ fs, facts }));
        expect(text(await run())).toBe(fresh);
        expect(text(await run())).toBe(fresh);
        for (const name of cache.store.files.keys())
          if (name.startsWith("run-")) cache.store.files.delete(name);
        expect(text(await run())).toBe(fresh);
      }
    },
  );

  it(`changes nothing after each of ${edits} edits`, { timeout: 60_000 + edits * 500 }, async () => {
    let made = 0;
    const found = { run: 0, past: 0 };
    await play({
      seed,
      edits,
      onEdit: (count) => void (made = count),
      answers() {
        const store = memoryStore();
        return async (fs, facts) => {
          // Half of a history is applied, as it mostly is.
          const { histories } = await lintProject({ fs, facts });
          const names = histories[0]?.migrations.map(({ name }) => name) ?? [];
          const startAfter = facts.startAfter ?? names[Math.floor((names.length * 2) / 3)];
          const cache = { store, least: 1 };
          const all = { ...facts, startAfter };
          const [cached, fresh] = [
            await lintProject({ fs, facts: all, cache }),
            await lintProject({ fs, facts: all }),
          ];
          expect(text(cached)).toBe(text(fresh));
          for (const kind of ["run", "past"] as const) found[kind] = store.found.get(kind) ?? 0;
          return lintProject({ fs, facts, cache });
        };
      },
    });
    expect(made).toBe(edits);
    expect(found.past).toBeGreaterThan(0);
  });
});
