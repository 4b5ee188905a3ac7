/**
 * What a whole run said, kept until anything that it was made from is another one: the histories as they were found and
 * read, facts, opinions and what the configuration names. The files are found and read at every run.
 */
import { digestOf } from "../cache/digest.ts";
import type { Store } from "../cache/store.ts";
import { addTexts } from "../findings/code-places.ts";
import type { Beside } from "../lint/coverage.ts";
import type { LintResult } from "../lint/result.ts";
import type { Rule } from "../lint/rule.ts";
import { factsIn, factsOf, type Facts } from "../project/facts.ts";
import type { FileSystem, History } from "../project/migration.ts";
import { rules as builtInRules } from "../../rules/index.ts";
import type { LintOptions } from "./lint.ts";

/** How each option is compared: as it is, by the histories that it leads to, or not at all, as it changes nothing. */
const comparedBy: Readonly<Record<keyof LintOptions, "itself" | "histories" | "nothing">> = {
  facts: "itself",
  opinions: "itself",
  everyFinding: "itself",
  merge: "itself",
  paths: "itself",
  cwd: "histories",
  root: "histories",
  fs: "histories",
  // Without a comparison and with the built-in rules alone: others aren't kept.
  changes: "nothing",
  rules: "nothing",
  onProgress: "nothing",
  cache: "nothing",
};
const compared = (Object.keys(comparedBy) as (keyof LintOptions)[]).filter(
  (name) => comparedBy[name] === "itself",
);

/** What is found anew at every run isn't kept. */
const found = { histories: undefined, leftOut: undefined, sources: undefined, unchecked: undefined };

interface KeptRun {
  /** When it was, in milliseconds since 1970. */
  readonly at: number;
  readonly result: Omit<LintResult, keyof typeof found> & typeof found;
}

/** Rules of packages are code, which may do anything. */
export const isRepeatable = ({ rules = builtInRules }: LintOptions): boolean =>
  rules.length === builtInRules.length && rules.every((rule: Rule, i) => rule === builtInRules[i]);

interface Inputs {
  readonly fs: FileSystem;
  readonly histories: readonly History[];
  readonly options: LintOptions & { readonly facts: Facts };
  readonly beside: Beside;
  readonly asked: readonly string[] | undefined;
}

/** The name of a run with these inputs. */
export function nameOfRun({ fs, histories, options, beside, asked }: Inputs): string {
  const { facts } = options;
  const named = [
    ...["", ...Object.keys(facts.folders ?? {})].map((folder) => factsIn(folder, facts)),
    ...histories.map((history) => factsOf(history, facts)),
  ].flatMap(({ schema, stats }) => [schema ?? [], stats ?? []].flat());
  const files = [...named, ...histories.flatMap(({ dump }) => dump ?? []), ...(asked ?? [])];
  return `run-${digestOf([
    histories.map((history) => [history, history.migrations.map((one) => history.rollbackName(one))]),
    [...compared.map((name) => options[name]), asked],
    beside,
    [...new Set(files)].map((path) => [path, fs.read(path), fs.list(path).length]),
    "WebAssembly" in globalThis,
  ])}`;
}

/** Undefined: there was no such run. */
export function keptResult(
  store: Store,
  name: string,
  histories: readonly History[],
  { files = [] }: Beside,
): LintResult | undefined {
  const kept = store.read(name) as KeptRun | undefined;
  // A clock that went back: what was no longer ahead may be so again.
  if (kept === undefined || kept.at > Date.now()) return undefined;
  const sources = new Map<string, string>();
  for (const { migrations } of histories)
    for (const { up, down } of migrations)
      for (const script of down ? [up, down] : [up]) addTexts(script, sources, new Map());
  return { ...kept.result, histories, sources, unchecked: files };
}

export function keepResult(store: Store, name: string, result: LintResult): void {
  store.write(name, { at: Date.now(), result: { ...result, ...found } } satisfies KeptRun);
}
