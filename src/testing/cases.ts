/** The fixtures of a rule as cases: each is right, or says what is wrong with it. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { rules as builtInRules } from "../../rules/index.ts";
import { optionsProblem } from "../config/read.ts";
import { fixOf } from "../findings/apply-fixes.ts";
import type { Finding } from "../lint/finding.ts";
import type { Opinions } from "../lint/opinions.ts";
import { checkedRule } from "../lint/packs.ts";
import type { InternalError, LintResult } from "../lint/result.ts";
import type { Rule } from "../lint/rule.ts";
import { drawn, mismatches, withFixes } from "./compare.ts";
import { codeTexts, directiveProblems, FixtureError, readGiven, readWants, type Given } from "./fixture.ts";
import { lintFixture, lintTexts, opinionsFor, textsBelow } from "./lint-fixture.ts";
import { isOfWatcher, watchersFor, withoutRepeats } from "./watchers.ts";

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
    .filter((entry) => entry.isDirectory() || entry.name.endsWith(".sql") || isCode(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => {
      const path = join(folder, entry.name);
      const problems = async (): Promise<readonly string[]> => {
        if (entry.isDirectory()) return folderProblems(rule, textsBelow(path), entry.name);
        if (isCode(entry.name))
          return folderProblems(rule, codeTexts(entry.name, readFileSync(path, "utf8")), entry.name);
        if (entry.name.endsWith(".fixed.sql")) return fixProblems(rule, path);
        return textProblems(rule, readFileSync(path, "utf8"), entry.name);
      };
      return { name: entry.name, problems };
    });
}

/** What is wrong with one fixture, in lines; empty: nothing. `name`: of its file. */
export function textProblems(rule: Rule, text: string, name = "fixture.sql"): readonly string[] {
  return orFixtureError(() => {
    const own = ownProblems(ready(rule), text);
    if (own.length > 0) return [...own, "", text];
    const { findings, errors } = lintText(rule, text, name);
    const wrong = [
      ...mismatches(findings, readWants(text)),
      ...wantsOfAnything(rule, text),
      ...(isBad(name) ? withoutWants(rule, [text]) : []),
      ...errors.map(errorText),
    ];
    return wrong.length === 0 ? [] : [...wrong, "", drawn(text, findings)];
  }, text);
}

/** What the fixture's first line says is read before all else: without it, nothing can be linted. */
function orFixtureError(problems: () => readonly string[], text: string): readonly string[] {
  try {
    return problems();
  } catch (error) {
    if (error instanceof FixtureError) return [`line 1: ${error.message}`, "", text];
    throw error;
  }
}

/** Mistakes of the fixture itself, with which it would test nothing. */
function ownProblems(rule: Rule, text: string): readonly string[] {
  const { options } = readGiven(text);
  const wrong = options && optionsProblem(rule, options);
  return [...(wrong === undefined ? [] : [`line 1: options: ${wrong}`]), ...directiveProblems(text)];
}

/** A rule of a pack isn't loaded yet. */
const ready = (rule: Rule): Rule => (isBuiltIn(rule) ? rule : checkedRule(rule));
const isBuiltIn = (rule: Rule): boolean => builtInRules.includes(rule);
const watchersOf = (rule: Rule): readonly Rule[] => watchersFor(ready(rule), isBuiltIn(rule));

const isCode = (name: string): boolean => /\.[cm]?[jt]s$/.test(name);
const isBad = (name: string): boolean => /^bad\b/.test(name);

const withoutWants = ({ id }: Rule, texts: readonly string[]): readonly string[] =>
  texts.some((text) => readWants(text).some(({ pattern }) => !isOfWatcher(pattern)))
    ? []
    : [`a bad fixture needs -- want "regex" at the end of the line where ${id} reports it`];

const lintText = (rule: Rule, text: string, name: string): LintResult =>
  withoutRepeats(
    lintFixture(`migrations/${name}`, text, withOthers(rule), rule.id, watching(rule, readGiven(text))),
    rule,
  );

const syntaxError = "syntax-error";

/** Only the rule runs, unless the fixture asks for more, and what sees that the text is SQL. */
function watching(rule: Rule, given: Given): Opinions {
  const opinions = opinionsFor(given, rule.id, [rule]);
  // Texts that are no SQL are its subject.
  if (rule.id === syntaxError) return opinions;
  const watchers = [syntaxError, ...watchersOf(rule).map(({ id }) => id)];
  return {
    ...opinions,
    only: opinions.only && [...opinions.only, ...watchers],
    rules: { ...opinions.rules, ...Object.fromEntries(watchers.map((id) => [id, "error"])) },
  };
}

/** Suppressions of a fixture may name the built-in rules. */
const withOthers = (rule: Rule): readonly Rule[] => [
  ...builtInRules.filter(({ id }) => id !== rule.id),
  ...watchersOf(rule),
  ready(rule),
];

/** The text beside it with all fixes applied is this file. */
function fixProblems(rule: Rule, path: string): readonly string[] {
  const before = path.replace(/\.fixed\.sql$/, ".sql");
  if (!existsSync(before)) return [`there is no ${before}`];
  const text = readFileSync(before, "utf8");
  return orFixtureError(() => {
    const { findings } = lintText(rule, text, "fixture.sql");
    const fixed = withFixes(text, findings);
    if (fixed !== readFileSync(path, "utf8")) return ["the fixes make another text:", "", fixed];
    return fixed === text ? ["the fixes change nothing"] : afterFixes(rule, findings, fixed);
  }, text);
}

/** What is wrong with the text that fixes made: `--fix` would take them back. */
function afterFixes(rule: Rule, before: readonly Finding[], fixed: string): readonly string[] {
  const { findings: after } = lintText(rule, fixed, "fixture.sql");
  const errors = (all: readonly Finding[]): readonly Finding[] =>
    all.filter(({ ruleId }) => ruleId === syntaxError);
  const [error] = errors(after).slice(errors(before).length);
  if (error !== undefined)
    return [`line ${error.line}: the fixes make a text that is no SQL: ${error.message}`];
  const isFixable = (one: Finding): boolean => one.ruleId === rule.id && fixOf(one, true) !== undefined;
  const left = after.filter(isFixable);
  return left.length < before.filter(isFixable).length
    ? []
    : left.map(({ line }) => `line ${line}: the fix leaves the finding as it is`);
}

async function folderProblems(
  rule: Rule,
  all: Readonly<Record<string, string>>,
  name: string,
): Promise<readonly string[]> {
  const own = Object.entries(all).flatMap(([path, text]) =>
    orFixtureError(() => ownProblems(ready(rule), text), text).map((line) => `${path}: ${line}`),
  );
  if (own.length > 0) return own;
  const result = await lintTexts(all, rule.id, withOthers(rule), (given) => watching(rule, given));
  const { texts, findings, errors } = withoutRepeats(result, rule);
  const here = (path: string): readonly Finding[] => findings.filter(({ file }) => file === path);
  const wrong = [
    ...errors.map(errorText),
    ...(isBad(name) ? withoutWants(rule, Object.values(texts)) : []),
    ...Object.entries(texts).flatMap(([path, text]) =>
      [...mismatches(here(path), readWants(text)), ...wantsOfAnything(rule, text)].map(
        (line) => `${path}: ${line}`,
      ),
    ),
    ...findings
      .filter(({ file }) => texts[file] === undefined)
      .map(({ file, ruleId, message }) => `${file}: unwanted ${ruleId}: ${message}`),
  ];
  const migrations = Object.keys(texts).filter((path) => path.startsWith("migrations/"));
  if (isCode(name) && result.counts.migrations < migrations.length)
    wrong.push(`only ${result.counts.migrations} of ${migrations.length} migrations are read`);
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
