/** `ddlint schema`: the schema that the migrations lead to. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UserError, jsonText, oneOf, planDrift, planSchema, reasonOf } from "../index.ts";
import type { SchemaNote, SchemaOptions } from "../index.ts";
import { configFor, type Outcome } from "./check.ts";
import { factsFrom, type CheckOptions } from "./options.ts";
import { printedLines } from "./printed-lines.ts";
import { existing, readStdin } from "./request.ts";
import { schemaFormats } from "./schema-formats.ts";

export interface SchemaCommandOptions extends Omit<CheckOptions, "format" | "diff"> {
  readonly at?: string;
  readonly diff?: string;
  readonly adopt?: boolean;
  readonly format?: string;
  readonly json?: boolean;
}

export async function schema(
  paths: readonly string[],
  options: SchemaCommandOptions,
  cwd: string,
): Promise<Outcome> {
  const config = await configFor({ ...options, format: undefined, diff: undefined }, cwd, paths);
  const facts = factsFrom({ ...options, format: undefined, diff: undefined }, config.facts);
  const asked = { cwd, root: config.root, facts, paths: existing(paths, cwd), at: options.at };
  const format = oneOf(options.json === true ? "json" : (options.format ?? "sql"), schemaFormats, "--format");
  if (options.diff !== undefined) return drift(asked, options.diff, { ...options, format }, cwd);
  if (options.adopt === true)
    throw new UserError("--adopt has nothing to adopt", { hint: "add --diff <dump>" });
  const plan = await planSchema(asked);
  const stderr = printedLines([
    ...plan.leftOut.map((what) => `ddlint: not in the schema: ${what}`),
    ...plan.gaps.map((note) => `ddlint: not known: ${shown(note)}`),
  ]);
  const { text: sql, svg, mermaid } = plan;
  const stdout = format === "json" ? `${jsonText(plan)}\n` : { sql, svg, mermaid }[format];
  return { exitCode: 0, stdout, stderr };
}

/** Exit code 1: something differs. */
async function drift(
  asked: SchemaOptions,
  file: string,
  { adopt, format }: SchemaCommandOptions,
  cwd: string,
): Promise<Outcome> {
  if (format === "svg" || format === "mermaid")
    throw new UserError("--diff has no picture", { hint: "leave out --format" });
  const dump = { path: file === "-" ? "dump" : file, text: file === "-" ? readStdin() : textOf(file, cwd) };
  const plan = await planDrift({ ...asked, dump, adopt });
  const stderr = printedLines(plan.gaps.map((gap) => `ddlint: not known: ${gap}`));
  const stdout = format === "json" ? `${jsonText(plan)}\n` : plan.text;
  return { exitCode: plan.isSame ? 0 : 1, stdout, stderr };
}

/** @throws UserError if it can't be read */
function textOf(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), "utf8");
  } catch (error) {
    throw new UserError(`can't read ${file}: ${reasonOf(error)}`);
  }
}

const shown = ({ what, file, line }: SchemaNote): string =>
  file === undefined ? what : `${what} (${file}:${line ?? 1})`;
