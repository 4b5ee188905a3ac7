/** Which reports are written, and where: `--format` (repeatable, `name` or `name=file`) and `--output`. */
import { appendFileSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { UserError, formatNames, formats, oneOf, reasonOf, writeFile } from "../index.ts";
import type { FormatName, Report } from "../index.ts";
import { colorsFor } from "./colors.ts";
import { columns } from "./columns.ts";
import type { CheckOptions } from "./options.ts";

export interface Output {
  readonly format: FormatName;
  /** Undefined: standard output. */
  readonly file?: string | undefined;
  /** The option that named the file. */
  readonly option: "--format" | "--output";
}

/** @throws UserError if two reports would go to one place */
export function outputsFrom({ format, brief, output }: CheckOptions): readonly Output[] {
  const given = brief === true ? ["brief", ...(format ?? [])] : (format ?? ["text"]);
  const outputs = given.map((text) => outputFrom(text, output));
  const toStdout = outputs.filter(({ file, option }) => file === undefined || option === "--output");
  const [first, second] = toStdout;
  if (first !== undefined && second !== undefined)
    throw new UserError(`--format: ${first.format} and ${second.format} would be written to one place`, {
      hint: `write one to a file: --format ${second.format}=<file>`,
    });
  if (output !== undefined && first === undefined)
    throw new UserError("--output: each format has a file of its own already");
  const files = outputs.map(({ file }) => file && resolve(file));
  const twice = outputs.find(({ file }, i) => file !== undefined && files.indexOf(files[i]) !== i);
  if (twice?.file !== undefined)
    throw new UserError(`--format: two reports would be written to "${twice.file}"`);
  return outputs;
}

function outputFrom(text: string, output: string | undefined): Output {
  const split = text.indexOf("=");
  const format = oneOf(split < 0 ? text : text.slice(0, split), formatNames, "--format");
  if (split < 0) return { format, file: output, option: output === undefined ? "--format" : "--output" };
  const file = text.slice(split + 1);
  if (file === "")
    throw new UserError(`--format: "${text}" names no file`, { hint: "is a shell variable empty?" });
  return { format, file, option: "--format" };
}

/** Writes the reports that go to files; returns the one for standard output. */
export async function writeReports(
  report: Report,
  outputs: readonly Output[],
  options: CheckOptions,
  { cwd, root }: { readonly cwd: string; readonly root: string },
): Promise<string> {
  const folder = folderOfRun(cwd);
  let stdout = "";
  for (const { format, file, option } of outputs) {
    const style = { colors: colorsFor(options.color, file === undefined), width: columns(), folder };
    const text = (await formats[format]())(report, style);
    if (file === undefined) stdout = text;
    else writeOutput(file, text, { cwd, root, option });
  }
  return stdout;
}

/** Below the checkout of a pipeline, which GitHub and GitLab name; undefined: it is the root, or neither runs us. */
function folderOfRun(cwd: string): string | undefined {
  const { GITHUB_WORKSPACE, CI_PROJECT_DIR } = process.env;
  const root = GITHUB_WORKSPACE || CI_PROJECT_DIR;
  if (root === undefined || root === "") return undefined;
  const folder = relative(resolve(root), cwd).replaceAll(sep, "/");
  return folder === "" || folder.startsWith("..") || isAbsolute(folder) ? undefined : folder;
}

/** @throws UserError if it can't be written */
export function writeOutput(
  file: string,
  text: string,
  { cwd, root, option }: { readonly cwd: string; readonly root: string; readonly option: string },
): void {
  const path = resolve(cwd, file);
  const { GITHUB_STEP_SUMMARY: summary } = process.env;
  try {
    // Other commands of the step write there as well.
    if (summary !== undefined && summary !== "" && resolve(summary) === path) appendFileSync(path, text);
    else writeFile(path, text, { within: { root, files: [path] } });
  } catch (error) {
    throw new UserError(`${option}: can't write "${file}": ${reasonOf(error)}`);
  }
}
