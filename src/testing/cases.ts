/** The fixtures of a rule as cases: each is right, or says what is wrong with it. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { rules as builtInRules } from "../../rules/index.ts";
import type { Finding } from "../lint/finding.ts";
import type { InternalError } from "../lint/result.ts";
import type { Rule } from "../lint/rule.ts";
import { drawn, mismatches, withFixes } from "./compare.ts";
import { readWants } from "./fixture.ts";
import { lintFixture, lintFolder } from "./lint-fixture.ts";

export interface FixtureCase {
  /** `bad.sql`, `bad.fixed.sql`, or the name of a folder. */
  readonly name: string;
  /** What is wrong, in lines, with the text and its findings at the end; empty: nothing. */
  readonly problems: () => Promise<readonly string[]>;
}

/** The cases of a rule's folder, which may be missing. */
export function fixtureCases(rule: Rule, folder: string): readonly FixtureCase[] {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  return entries
    .filter((entry) => entry.isDirectory() || entry.name.endsWith(".sql"))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => {
      const path = join(folder, entry.name);
      const problems = async (): Promise<readonly string[]> => {
        if (entry.isDirectory()) return folderProblems(rule, path);
        if (entry.name.endsWith(".fixed.sql")) return fixProblems(rule, path);
        return textProblems(rule, readFileSync(path, "utf8"), entry.name);
      };
      return { name: entry.name, problems };
    });
}

/** What is wrong with one fixture, in lines; empty: nothing. `name`: of its file. */
export function textProblems(rule: Rule, text: string, name = "fixture.sql"): readonly string[] {
  const { findings, errors } = lintText(rule, text, name);
  const wrong = [
    ...mismatches(findings, readWants(text)),
    ...wantsOfAnything(rule, text),
    ...errors.map(errorText),
  ];
  return wrong.length === 0 ? [] : [...wrong, "", drawn(text, findings)];
}

const lintText = (rule: Rule, text: string, name: string): ReturnType<typeof lintFixture> =>
  lintFixture(`migrations/${name}`, text, withBuiltIn(rule), rule.id);

/** Only the rule runs, unless the fixture asks for more; suppressions may name the others. */
const withBuiltIn = (rule: Rule): readonly Rule[] => [
  ...builtInRules.filter(({ id }) => id !== rule.id),
  rule,
];

/** The text beside it with all fixes applied is this file. */
function fixProblems(rule: Rule, path: string): readonly string[] {
  const before = path.replace(/\.fixed\.sql$/, ".sql");
  if (!existsSync(before)) return [`there is no ${before}`];
  const text = readFileSync(before, "utf8");
  const fixed = withFixes(text, lintText(rule, text, "fixture.sql").findings);
  return fixed === readFileSync(path, "utf8") ? [] : ["the fixes make another text:", "", fixed];
}

async function folderProblems(rule: Rule, folder: string): Promise<readonly string[]> {
  const { texts, findings, errors } = await lintFolder(folder, rule.id, withBuiltIn(rule));
  const here = (path: string): readonly Finding[] => findings.filter(({ file }) => file === path);
  const wrong = [
    ...errors.map(errorText),
    ...Object.entries(texts).flatMap(([path, text]) =>
      [...mismatches(here(path), readWants(text)), ...wantsOfAnything(rule, text)].map(
        (line) => `${path}: ${line}`,
      ),
    ),
    ...findings
      .filter(({ file }) => texts[file] === undefined)
      .map(({ file, ruleId, message }) => `${file}: unwanted ${ruleId}: ${message}`),
  ];
  if (wrong.length === 0) return [];
  const pictures = Object.entries(texts).flatMap(([path, text]) => ["", path, drawn(text, here(path))]);
  return [...wrong, ...pictures];
}

const errorText = ({ stack, message }: InternalError): string => stack ?? message;

/** A want that is the id alone, or less, would match any message. */
const wantsOfAnything = ({ id }: Rule, text: string): readonly string[] =>
  readWants(text)
    .filter(({ pattern }) => new RegExp(pattern, "u").test(`${id}: `))
    .map(({ pattern, line }) => `line ${line}: "${pattern}" matches every message`);
