/** `ddlint verify`: runs migrations up, down and up again on a server. */
import { UserError, jsonText, verifyMigrations } from "../index.ts";
import type { VerifiedMigration, VerifyProblem, VerifyResult } from "../index.ts";
import { configFor, type Outcome } from "./check.ts";
import { factsFrom, type CheckOptions } from "./options.ts";
import { printedLines } from "./printed-lines.ts";
import { startProgress } from "./progress.ts";

export interface VerifyCommandOptions extends CheckOptions {
  readonly server?: string | true;
  readonly throwAwayServer?: boolean;
  readonly json?: boolean;
}

export async function verify(
  migrations: readonly string[],
  options: VerifyCommandOptions,
  cwd: string,
): Promise<Outcome> {
  const { server, throwAwayServer } = options;
  if (throwAwayServer === true && server === undefined)
    throw new UserError("--throw-away-server does nothing without --server");
  const config = await configFor(options, cwd);
  const facts = factsFrom(options, config.facts);
  const progress = startProgress();
  const result = await verifyMigrations({
    cwd,
    root: config.root,
    facts,
    migrations,
    server,
    throwAwayServer,
    onProgress: progress.show,
  }).finally(progress.clear);
  const stdout = options.json === true ? `${jsonText(result)}\n` : textOf(result);
  const hasErrors = result.migrations.some(({ problems }) =>
    problems.some(({ severity }) => severity === "error"),
  );
  const stderr = printedLines(result.notes.map((note) => `ddlint: ${note}`));
  return { exitCode: hasErrors ? 1 : 0, stdout, stderr };
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

function textOf(result: VerifyResult): string {
  const { server, before, migrations } = result;
  const problems = migrations.flatMap((one) => one.problems);
  const counts = (["error", "warning", "note"] as const)
    .map((severity) => plural(problems.filter((one) => one.severity === severity).length, severity))
    .join(", ");
  return [
    `${server}, after ${plural(before, "earlier migration")}`,
    ...migrations.flatMap((one) => ["", ...linesOf(one)]),
    "",
    `${plural(migrations.length, "migration")} verified: ${counts}`,
    "",
  ].join("\n");
}

function linesOf({
  file,
  up,
  down,
  upAgain,
  seeded,
  problems,
  statements,
}: VerifiedMigration): readonly string[] {
  const back = down === "none" ? ", no rollback" : `, down ${down}, up again ${upAgain}`;
  return [
    `${file}: up ${up}${back}${seeded ? " (with rows in the tables)" : ""}`,
    ...problems.flatMap(problemLines),
    ...statements.flatMap(({ direction, file: path, line, locks, rewritten }) => {
      const at = `${path}:${line ?? 1} (${direction})`;
      return [
        ...locks.map(({ relation, mode }) => `  ${at}: ${mode} on ${relation}`),
        ...rewritten.map((relation) => `  ${at}: rewrites ${relation}`),
      ];
    }),
  ];
}

const problemLines = ({ severity, message, file, line, details }: VerifyProblem): readonly string[] => [
  `  ${severity}: ${file}${line === undefined ? "" : `:${line}`}: ${message}`,
  ...details.flatMap((detail) => detail.split("\n").map((text) => `      ${text}`)),
];
