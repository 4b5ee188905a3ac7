/**
 * A run with a cache says what one without says, whatever was changed in between. `DDLINT_FUZZ=5000 DDLINT_SEED=7` plays
 * more edits, or others.
 */
import { describe, expect, it } from "vitest";
import {
  lintProject,
  memoryFileSystem,
  type Facts,
  type LintOptions,
  type LintResult,
} from "../../src/index.ts";
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
  let grown = 0;
  let asked = 0;
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

  it.each(fixtureProjects().map(({ name, files }) => [name, files] as const))(
    "changes nothing of %s while it grows",
    async (_, files) => {
      const { histories } = await lintProject({ fs: memoryFileSystem(files), facts: { now } });
      const added = histories.flatMap(({ migrations }) =>
        migrations.map(({ up, down }) => [up.path, down?.path]),
      );
      const cache = { store: memoryStore(), least: 1 };
      for (const left of [3, 1, 0]) {
        const later = new Set(added.slice(added.length - left).flat());
        const fs = memoryFileSystem(
          Object.fromEntries(Object.entries(files).filter(([path]) => !later.has(path))),
        );
        const run = (more: Pick<LintOptions, "cache" | "paths">) =>
          lintProject({ fs, facts: { now }, ...more });
        expect(text(await run({ cache }))).toBe(text(await run({})));
        const [newest] = added[added.length - left - 1] ?? [];
        const paths = newest === undefined ? [] : [newest];
        expect(text(await run({ cache, paths }))).toBe(text(await run({ paths })));
      }
      grown += cache.store.found.get("linted") ?? 0;
      asked += cache.store.found.get("past") ?? 0;
    },
  );

  it("uses what was found before", () => {
    expect(grown).toBeGreaterThan(30);
    expect(asked).toBeGreaterThan(30);
  });

  it(`changes nothing after each of ${edits} edits`, { timeout: 60_000 + edits * 500 }, async () => {
    let made = 0;
    const found = { run: 0, past: 0, linted: 0 };
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
          const whole = await lintProject({ fs, facts, cache });
          expect(text(whole)).toBe(text(await lintProject({ fs, facts })));
          for (const kind of ["run", "past", "linted"] as const)
            found[kind] = Math.max(found[kind], store.found.get(kind) ?? 0);
          return whole;
        };
      },
    });
    expect(made).toBe(edits);
    expect(Math.min(found.past, found.linted)).toBeGreaterThan(0);
  });
});

it.each(fixtureProjects().map(({ name, files }) => [name, files] as const))(
  "a file of %s alone has the findings that it has among the others",
  async (_, files) => {
    const options = { fs: memoryFileSystem(files), facts: { now }, merge: false, everyFinding: true };
    const { findings, histories } = await lintProject(options);
    for (const { migrations } of histories) {
      const file = migrations.at(-1)?.up.path ?? "";
      const alone = await lintProject({ ...options, paths: [file] });
      // Where the folder isn't found without the paths, the file is read as something else.
      if (alone.histories.length !== histories.length) continue;
      expect(alone.findings).toEqual(findings.filter((finding) => finding.file === file));
    }
  },
);
