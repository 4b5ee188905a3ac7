/** `ddlint schema`: the schema that the migrations lead to. */
import { jsonText, planSchema } from "../index.ts";
import type { SchemaNote } from "../index.ts";
import { configFor, type Outcome } from "./check.ts";
import { factsFrom, type CheckOptions } from "./options.ts";
import { printedLines } from "./printed-lines.ts";
import { existing } from "./request.ts";

export interface SchemaCommandOptions extends Omit<CheckOptions, "format" | "diff"> {
  readonly at?: string;
  readonly json?: boolean;
}

export async function schema(
  paths: readonly string[],
  options: SchemaCommandOptions,
  cwd: string,
): Promise<Outcome> {
  const config = await configFor({ ...options, format: undefined, diff: undefined }, cwd, paths);
  const facts = factsFrom({ ...options, format: undefined, diff: undefined }, config.facts);
  const plan = await planSchema({
    cwd,
    root: config.root,
    facts,
    paths: existing(paths, cwd),
    at: options.at,
  });
  const stderr = printedLines([
    ...plan.leftOut.map((what) => `ddlint: not in the schema: ${what}`),
    ...plan.gaps.map((note) => `ddlint: not known: ${shown(note)}`),
  ]);
  const stdout = options.json === true ? `${jsonText(plan)}\n` : plan.text;
  return { exitCode: 0, stdout, stderr };
}

const shown = ({ what, file, line }: SchemaNote): string =>
  file === undefined ? what : `${what} (${file}:${line ?? 1})`;
