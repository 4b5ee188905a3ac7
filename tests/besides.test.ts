/** What findings of a rule's fixtures say besides their messages: `npx vitest run tests/besides.test.ts -u` writes it. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { rules } from "../src/index.ts";
import type { Finding } from "../src/index.ts";
import type { Rule } from "../src/lint/rule.ts";
import { lintFixture, lintFolder, load } from "./support/lint-fixture.ts";

const root = join(import.meta.dirname, "../fixtures/rules");

beforeAll(load);

/** Long recipes are held elsewhere. */
const short = (text: string): string => {
  const [first = "", ...more] = text.split("\n");
  return `${first.slice(0, 120)}${more.length > 0 || first.length > 120 ? " …" : ""}`;
};

/** Weaker or stronger than the rule, another advice than its own, other places, fixes. */
function besides(finding: Finding, { severity, docs }: Rule): readonly string[] {
  return [
    ...(finding.severity === severity ? [] : [finding.severity]),
    ...(finding.instead === docs.instead ? [] : [`instead: ${short(finding.instead ?? "")}`]),
    ...finding.related.map(({ file, line, column, message }) =>
      [...(file === finding.file ? [] : [file]), line, column].join(":").concat(` ${message}`),
    ),
    ...(finding.fix ? [`fix: ${finding.fix.title}`] : []),
    ...finding.suggestions.map(({ title }) => `suggestion: ${title}`),
    ...(finding.confidential ? ["confidential"] : []),
  ];
}

describe("besides their messages, findings say the same as before", () => {
  it.each(rules.map(({ id }) => id))("%s", async (id) => {
    const rule = rules.find((one) => one.id === id);
    const lines: string[] = [];
    for (const entry of readdirSync(join(root, id), { withFileTypes: true })) {
      const path = join(root, id, entry.name);
      if (entry.isFile() && !/(?<!\.fixed)\.sql$/.test(entry.name)) continue;
      const { findings } = entry.isFile()
        ? lintFixture(entry.name, readFileSync(path, "utf8"), rules, id)
        : await lintFolder(path, id);
      for (const finding of findings) {
        const said = rule && finding.ruleId === id ? besides(finding, rule) : [];
        const folder = entry.isFile() ? "" : `${entry.name}/`;
        if (said.length > 0)
          lines.push(`${folder}${finding.file}:${finding.line}`, ...said.map((one) => `  ${one}`));
      }
    }
    const file = join(root, id, "besides.txt");
    if (lines.length > 0 || existsSync(file)) await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(file);
  });
});
