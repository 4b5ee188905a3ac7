/** `ddlint preflight`: asks a server what is wrong before migrations run. */
import { UserError, askPreflight, jsonText, planPreflight, printable, sentByPreflight } from "../index.ts";
import type { CheckAnswer, Preflight } from "../index.ts";
import type { Outcome } from "./check.ts";
import { printedLines } from "./printed-lines.ts";
import { batchOptions, type RunbookCommandOptions } from "./runbook.ts";

export interface PreflightCommandOptions extends RunbookCommandOptions {
  readonly server?: string | true;
  readonly timeout?: string;
}

export async function preflight(
  migrations: readonly string[],
  { server, timeout, dryRun, json, ...options }: PreflightCommandOptions,
  cwd: string,
): Promise<Outcome> {
  const plan = await planPreflight(await batchOptions(migrations, options, cwd));
  const seconds = timeout === undefined ? undefined : secondsOf(timeout);
  const notes = plan.unchecked.map(({ what, why }) => `ddlint: not asked: ${what} (${why})`);
  if (dryRun === true) {
    const sent = await sentByPreflight(plan, seconds);
    const stdout = json === true ? jsonText(plan) : sent.map((sql) => `${sql};`).join("\n");
    return { exitCode: 0, stdout: `${stdout}\n`, stderr: printedLines(notes) };
  }
  const answers = await askPreflight(plan, { server: server ?? true, timeout: seconds });
  const isWrong = answers.some((answer) => isFound(answer));
  const stdout = json === true ? `${jsonText({ ...plan, checks: answers })}\n` : shown(plan, answers);
  return { exitCode: isWrong ? 1 : 0, stdout, stderr: printedLines(notes) };
}

/** @throws UserError if it isn't a number of seconds */
function secondsOf(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new UserError(`--timeout: "${text}" isn't a number of seconds`, { expected: "for example 60" });
  return Number(text);
}

/** A row that means something wrong, or a question without an answer. */
const isFound = ({ check, rows, error }: CheckAnswer): boolean =>
  check.level !== "figure" && (rows.length > 0 || error !== undefined);

function shown({ migrations }: Preflight, answers: readonly CheckAnswer[]): string {
  const found = answers.filter(isFound);
  const figures = answers.filter(({ check, rows }) => check.level === "figure" && rows.length > 0);
  const asked = answers.filter(({ check }) => check.level !== "figure");
  const lines = found.flatMap(({ check: { level, wrong }, rows, error }) => [
    error !== undefined
      ? `not answered: ${wrong}: ${error}`
      : `${level === "fails" ? "wrong" : "look"}: ${wrong}`,
    ...rows.map((row) => `  ${rowText(row)}`),
  ]);
  const sizes = figures.flatMap(({ check: { wrong }, rows }) => [
    `${wrong}:`,
    ...rows.map((row) => `  ${rowText(row)}`),
  ]);
  const sum = `${migrations.join(", ")}: ${found.length === 0 ? "nothing wrong" : `${found.length} found`} in ${asked.length} checks`;
  return `${[...lines, ...sizes, sum].map((line) => printable(line)).join("\n")}\n`;
}

const rowText = (row: CheckAnswer["rows"][number]): string =>
  Object.entries(row)
    .map(([name, value]) => `${name}: ${value?.replaceAll(/\s+/g, " ") ?? "NULL"}`)
    .join(", ");
