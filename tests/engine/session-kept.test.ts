/** A session that continues from what another one has replayed answers what a fresh one answers. */
import { describe, expect, it } from "vitest";
import { loadEngine, memoryFileSystem, type FileSystem, type LintResult } from "../../src/index.ts";
import { fixtureProjects } from "../../tools/fuzz/projects.ts";
import { memoryStore } from "../support/memory-store.ts";

const engine = await loadEngine();
const text = ({ findings, errors, counts }: LintResult): string => JSON.stringify([findings, errors, counts]);

describe("what a session has replayed", () => {
  let found = 0;
  it.each(fixtureProjects().map(({ name, files }) => [name, files] as const))(
    "changes nothing of %s",
    (_, files) => {
      const facts = { now: "2026-06-01T00:00:00Z" };
      const cache = { store: memoryStore(), least: 1 };
      const open = (fs: FileSystem, more = {}) => engine.createSession({ fs, facts, ...more });
      const fs = memoryFileSystem(files);
      const paths = open(fs)
        .histories()
        .flatMap(({ migrations }) => migrations.map(({ up }) => up.path));
      const last = paths.at(-1);
      if (last === undefined) return;
      const first = open(fs, { cache });
      first.lint(last);
      // What nobody has saved is no part of what is kept.
      first.update(paths[0] ?? last, "CREATE TABLE not_saved (id int);\n");
      first.lint(last);
      for (const changed of [undefined, last, paths[0] ?? last]) {
        const now = changed === undefined ? files : { ...files, [changed]: `${files[changed] ?? ""}\n\n` };
        const after = memoryFileSystem(now);
        const [kept, fresh] = [open(after, { cache }), open(after)];
        for (const path of [last, ...paths.slice(-3), paths[0] ?? last])
          expect(text(kept.lint(path))).toBe(text(fresh.lint(path)));
      }
      found += cache.store.found.get("states") ?? 0;
    },
  );

  it("is used", () => {
    expect(found).toBeGreaterThan(100);
  });
});
