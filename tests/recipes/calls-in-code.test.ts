/** Advice for calls of migrations in code: what stands around a call, and what the migration does later, belongs to it. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

function filesBelow(folder: string, below = ""): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) Object.assign(files, filesBelow(folder, path));
    else files[path] = readFileSync(join(folder, path), "utf8");
  }
  return files;
}

async function adviceOf(rule: string, name: string): Promise<string> {
  const fs = memoryFileSystem(filesBelow(`fixtures/rules/${rule}/${name}`));
  const { findings } = await lintProject({ fs });
  return findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
}

test("a later migration asks what is asked around the call", async () => {
  expect(await adviceOf("drop-column", "bad-alembic-in-try")).toContain(
    "or in the `try`, that is around this",
  );
  expect(await adviceOf("drop-column", "bad-django-copied-by-code")).not.toContain("`try`");
});

test("the index of a column that takes the place of another one waits for its new name", async () => {
  const advice = await adviceOf("add-column-not-null", "bad-django-replaced-key");
  expect(advice).toContain("belongs to status_id_new, in migrations behind this: CREATE INDEX");
  expect(advice).not.toContain("INDEX CONCURRENTLY");
});

test("a column that gets its name again isn't dropped behind the migration", async () => {
  const advice = await adviceOf("drop-locks-referenced-table", "bad-django-replaced-key");
  expect(advice).toMatch(/^Drop the constraint first, /);
});
