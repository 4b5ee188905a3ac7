/** The SQL that findings recommend can be sent as it stands, but for its `…` placeholders. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { rules } from "../../src/index.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";
import { lintFixture, load } from "../support/lint-fixture.ts";

const root = join(import.meta.dirname, "../../fixtures/rules");
const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());

beforeAll(load);

/** Lines that end a statement make it SQL; everything else is a sentence. */
const isSql = (text: string): boolean => /^(?!--).*;$/m.test(text);

function problemsOf(instead: string): readonly string[] {
  const text = instead.replace(/(ADD COLUMN \S+ )…/, "$1text").replaceAll("…", "1");
  return postgres.read(text, { start: 0, end: text.length }).problems.map(({ message }) => message);
}

describe("what is recommended can be read by the server", () => {
  it.each(folders.map(({ name }) => name))("%s", (id) => {
    const wrong: string[] = [];
    for (const name of readdirSync(join(root, id)).filter((file) => /^(?:bad|unknown).*\.sql$/.test(file))) {
      const { findings } = lintFixture(
        `migrations/${name}`,
        readFileSync(join(root, id, name), "utf8"),
        rules,
        id,
      );
      for (const { instead } of findings) {
        if (!isSql(instead ?? "")) continue;
        const problems = problemsOf(instead ?? "");
        if (problems.length > 0) wrong.push(`${name}: ${problems.join("; ")}\n${instead ?? ""}`);
      }
    }
    expect(wrong.join("\n\n")).toBe("");
  });
});
