/** Advice for MongoDB is code that runs in place of the call, and about which its own rule has nothing to say. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lintProject, memoryFileSystem, type LintResult } from "../../src/index.ts";

const home = join(import.meta.dirname, "../../fixtures/rules");
const cases = readdirSync(home).flatMap((rule) =>
  readdirSync(join(home, rule))
    .filter((file) => /^bad.*\.js$/.test(file))
    .map((file) => [rule, file] as const),
);

const lint = (text: string): Promise<LintResult> =>
  lintProject({
    fs: memoryFileSystem({
      "package.json": '{ "dependencies": { "migrate-mongo": "^14.0.0", "mongodb": "^7.0.0" } }',
      "migrate-mongo-config.js": "module.exports = { lockTtl: 600 };\n",
      "migrations/20240101000000-change.js": text,
    }),
  });

/** The part for this migration, with a value where only people know one. */
function own(instead: string): string | undefined {
  const lines = instead.split("\n");
  const later = lines.findIndex((line) =>
    /^\/\/ in a(?:n earlier| later) migration|; then, in a later/.test(line),
  );
  const now = lines.slice(0, later < 0 ? undefined : later).join("\n");
  return /^(?:await|for|let|const|\/\/)\b|^\/\//m.test(now) && now.includes(";")
    ? now.replaceAll("<field>: <value>", "plan: 1")
    : undefined;
}

it.each(cases)("%s/%s", async (rule, file) => {
  const { findings } = await lint(readFileSync(join(home, rule, file), "utf8"));
  const advice = findings.flatMap(({ ruleId, instead }) => {
    const code = ruleId === rule && instead !== undefined ? own(instead) : undefined;
    return code === undefined ? [] : [code];
  });
  for (const code of advice) {
    const text = `module.exports = {\n  async up(db, client) {\n${code}\n  },\n};\n`;
    const again = await lint(text);
    expect(again.errors).toEqual([]);
    const wrong = again.findings.filter(({ ruleId }) => ruleId === rule || ruleId === "syntax-error");
    expect(wrong.map(({ ruleId, message }) => `${ruleId}: ${message}\n${text}`)).toEqual([]);
  }
});

it("is there for most of what is reported", async () => {
  const all = await Promise.all(
    cases.map(async ([rule, file]) => {
      const { findings } = await lint(readFileSync(join(home, rule, file), "utf8"));
      return findings.filter(({ ruleId, instead }) => ruleId === rule && own(instead ?? "") !== undefined);
    }),
  );
  expect(all.flat().length).toBeGreaterThan(20);
});
