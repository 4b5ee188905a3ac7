/** `ddlint status`: which migrations the tool's table says are applied. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  UserError,
  askServer,
  jsonText,
  planStatus,
  printable,
  reasonOf,
  statusQuery,
  trackingRows,
} from "../index.ts";
import type { MigrationStatus, Status, TrackingRow } from "../index.ts";
import { configFor, type Outcome } from "./check.ts";
import { factsFrom, type CheckOptions } from "./options.ts";
import { readStdin } from "./request.ts";

export interface StatusCommandOptions extends CheckOptions {
  readonly in?: string;
  readonly query?: boolean;
  readonly server?: string | true;
  readonly table?: string;
  readonly json?: boolean;
}

export async function status(
  file: string | undefined,
  options: StatusCommandOptions,
  cwd: string,
): Promise<Outcome> {
  const { in: folder, query, server, table, json } = options;
  const paths = folder === undefined ? [] : [folder];
  const config = await configFor(options, cwd, paths);
  const asked = { cwd, root: config.root, facts: factsFrom(options, config.facts), paths, table };
  if (query === true) return { exitCode: 0, stdout: `${(await statusQuery(asked)).sql}\n`, stderr: "" };
  if (file === undefined && server === undefined)
    throw new UserError("give --server, or what the query of --query printed", {
      hint: "a file, or - for standard input",
    });
  const rows =
    file === undefined
      ? await serverRows(await statusQuery(asked), server ?? true)
      : await trackingRows(file === "-" ? readStdin() : textOf(file, cwd));
  const found = await planStatus(rows, asked);
  const isWrong =
    found.unknown.length > 0 ||
    found.migrations.some(({ state }) => state !== "applied" && state !== "pending");
  const stdout = json === true ? `${jsonText(found)}\n` : shown(found);
  return { exitCode: isWrong ? 1 : 0, stdout, stderr: "" };
}

async function serverRows(
  { dialect, sql }: Awaited<ReturnType<typeof statusQuery>>,
  server: string | true,
): Promise<readonly TrackingRow[]> {
  const rows = (await askServer(dialect, sql, { server })) ?? [];
  return rows.map(({ migration, state, checksum }) => ({
    migration: migration ?? "",
    state: state ?? "",
    checksum: checksum ?? null,
  }));
}

/** @throws UserError if it can't be read */
function textOf(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), "utf8");
  } catch (error) {
    throw new UserError(`can't read ${file}: ${reasonOf(error)}`);
  }
}

const words: Readonly<Record<MigrationStatus["state"], string>> = {
  applied: "applied",
  edited: "edited",
  failed: "failed",
  pending: "pending",
  late: "out of order",
};

const meanings: Readonly<Partial<Record<MigrationStatus["state"], string>>> = {
  edited: "applied with another text",
  failed: "it began and didn't end",
  late: "pending, and newer ones are applied",
};

function shown({ tool, root, migrations, unknown }: Status): string {
  const count = (...states: readonly MigrationStatus["state"][]): number =>
    migrations.filter(({ state }) => states.includes(state)).length;
  const lines = migrations.map(({ name, state, note }) => {
    const why = [meanings[state], note].filter((one) => one !== undefined).join("; ");
    return `${words[state].padEnd(12)}  ${name}${why === "" ? "" : `: ${why}`}`;
  });
  const others = unknown.map((name) => `${"unknown".padEnd(12)}  ${name}: applied, and no file has it`);
  const sum = `${tool}, ${root}: ${count("applied", "edited")} applied, ${count("pending", "late", "failed")} to apply`;
  return `${[...lines, ...others, sum].map((line) => printable(line)).join("\n")}\n`;
}
