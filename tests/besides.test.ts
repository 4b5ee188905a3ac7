/**
 * Where findings of a rule's fixtures stand, with the text that they point at, and what they say besides their messages:
 * `npx vitest run tests/besides.test.ts -u` writes it.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "../src/index.ts";
import { adviceFor } from "../src/lint/advice.ts";
import type { Finding } from "../src/index.ts";
import type { Rule } from "../src/lint/rule.ts";
import { lintFixture, lintFolder } from "../src/testing/lint-fixture.ts";

const root = join(import.meta.dirname, "../fixtures/rules");

/** Long recipes are held elsewhere. */
const short = (text: string): string => {
  const [first = "", ...more] = text.split("\n");
  return `${first.slice(0, 120)}${more.length > 0 || first.length > 120 ? " …" : ""}`;
};

/** What a finding points at, in one line; of a long text both ends. */
function pointedAt({ line, column, endLine, endColumn }: Finding, text: string): string {
  const lines = text.split(/\r\n|\r|\n/).slice(line - 1, endLine);
  if (lines.length > 0) lines[lines.length - 1] = lines.at(-1)?.slice(0, endColumn - 1) ?? "";
  const shown = lines
    .join("\n")
    .slice(column - 1)
    .replace(/ -- want ".*$/gm, "")
    .replace(/\s+/g, " ");
  return shown.length <= 100 ? shown : `${shown.slice(0, 60)} … ${shown.slice(-35)}`;
}

/** Weaker or stronger than the rule, another advice than its own, other places, fixes. */
function besides(finding: Finding, { severity, docs }: Rule): readonly string[] {
  return [
    ...(finding.severity === severity ? [] : [finding.severity]),
    ...(finding.instead === adviceFor(docs) ? [] : [`instead: ${short(finding.instead ?? "")}`]),
    ...finding.related.map(({ file, line, column, message }) =>
      [...(file === finding.file ? [] : [file]), line, column].join(":").concat(` ${message}`),
    ),
    ...(finding.fix ? [`fix: ${finding.fix.title}`] : []),
    ...finding.suggestions.map(({ title }) => `suggestion: ${title}`),
    ...(finding.confidential ? ["confidential"] : []),
  ];
}

describe("findings stand where they stood, and say the same besides their messages", () => {
  it.each(rules.map(({ id }) => id))("%s", async (id) => {
    const rule = rules.find((one) => one.id === id);
    const lines: string[] = [];
    for (const entry of readdirSync(join(root, id), { withFileTypes: true })) {
      const path = join(root, id, entry.name);
      if (entry.isFile() && !/(?<!\.fixed)\.sql$/.test(entry.name)) continue;
      const text = entry.isFile() ? readFileSync(path, "utf8") : "";
      const { findings, texts }: Awaited<ReturnType<typeof lintFolder>> = entry.isFile()
        ? { ...lintFixture(entry.name, text, rules, id), texts: { [entry.name]: text } }
        : await lintFolder(path, id);
      const folder = entry.isFile() ? "" : `${entry.name}/`;
      for (const finding of findings) {
        const { file, line, column } = finding;
        const source = texts[file] ?? "";
        lines.push(`${folder}${file}:${line}:${column} ${pointedAt(finding, source)}`.trimEnd());
        if (rule && finding.ruleId === id) lines.push(...besides(finding, rule).map((one) => `  ${one}`));
      }
    }
    const file = join(root, id, "besides.txt");
    if (lines.length > 0 || existsSync(file)) await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(file);
  });
});
