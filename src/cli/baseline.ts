import { UserError, baselineText, jsonText, lintProject, baselineRefusal, shownPath } from "../index.ts";
import { configFor, type Outcome } from "./check.ts";
import { factsFrom, opinionsFrom, type CheckOptions } from "./options.ts";
import { writeOutput } from "./outputs.ts";
import { existing } from "./request.ts";
import { printedLines } from "./printed-lines.ts";

const usual = "ddlint-baseline.json";

/** Accepts what is found now: writes it to the baseline, from which only new findings differ. */
export async function writeBaseline(
  paths: readonly string[],
  options: CheckOptions,
  cwd: string,
): Promise<Outcome> {
  const config = await configFor(options, cwd, paths);
  // What an older one accepts counts again.
  const opinions = opinionsFrom({ ...options, baseline: undefined }, { ...config, baseline: undefined }, cwd);
  const { findings } = await lintProject({
    cwd,
    root: config.root,
    paths: existing(paths, cwd),
    facts: factsFrom(options, config.facts),
    opinions,
    rules: config.rules,
    everyFinding: true,
  });
  const file = options.baseline ?? config.baseline ?? usual;
  // A pull request decides what the configuration calls a baseline.
  const refusal = baselineRefusal(file, cwd, { root: config.root, named: options.baseline !== undefined });
  if (refusal !== undefined)
    throw new UserError(`"${shownPath(file, cwd)}" was not replaced: ${refusal}`, {
      hint: "remove it, or name another file: --baseline <file>",
    });
  writeOutput(file, baselineText(findings), { cwd, root: config.root, option: "--baseline" });
  const count = `${findings.length} ${findings.length === 1 ? "finding" : "findings"}`;
  const shown = shownPath(file, cwd);
  const how =
    config.baseline === undefined ? `; name it in ddlint.jsonc: "baseline": ${jsonText(shown)}` : "";
  return { exitCode: 0, stdout: printedLines([`${shown}: ${count} accepted${how}`]), stderr: "" };
}
