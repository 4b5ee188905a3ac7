/**
 * Advice for Alembic and Django is migrations of the tool: `npm run frameworks` runs the recorded ones with the tool
 * itself, and these tests hold that they are what is advised, and that there is nothing left to say of them.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { follow, type Project } from "../support/advised.ts";

const home = join(import.meta.dirname, "../../fixtures/frameworks/advice");
const tools = { django: "shop/migrations", alembic: "alembic/versions" } as const;

/** What is still said, and why it may be. */
const left: Readonly<Record<string, readonly string[]>> = {
  // The constraint takes its index along when it is dropped; the migration before would drop it next.
  "alembic/unique": [
    "alembic/versions/ae5ca29eec7f_unique_2.py rollback-does-not-reverse: doesn't restore the schema: index uq_orders_note is missing",
  ],
};

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && !/\.pyc$/.test(one.name))
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
    .sort();

const read = (folder: string): Project =>
  Object.fromEntries(filesIn(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));

describe.each(Object.entries(tools))("advice for %s", (tool, migrations) => {
  const base = read(join(home, tool, "base"));
  const cases = readdirSync(join(home, tool)).filter((name) => name !== "base");

  it.each(cases)("%s", async (name) => {
    const own = join(home, tool, name);
    const path = `${migrations}/0002_${name}.py`;
    const unsafe = readFileSync(join(own, `0002_${name}.py`), "utf8");
    const { files, findings } = await follow({ ...base, [path]: unsafe }, path);
    const advised = Object.entries(files).filter(([file]) => base[file] === undefined);
    expect(files[path]).not.toBe(unsafe);
    const folder = join(own, "advised");
    for (const [file, text] of advised)
      await expect(text).toMatchFileSnapshot(join(folder, file.slice(migrations.length + 1)));
    expect(existsSync(folder) ? filesIn(folder) : []).toEqual(
      advised.map(([file]) => file.slice(migrations.length + 1)).sort(),
    );
    expect(findings.map(({ file, ruleId, message }) => `${file} ${ruleId}: ${message}`)).toEqual(
      left[`${tool}/${name}`] ?? [],
    );
  });
});
