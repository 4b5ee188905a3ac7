/**
 * Whether what `ddlint schema` prints makes the database that the history makes, and whether `ddlint schema --diff` finds
 * nothing in that database's own dump.
 */
import { nodeFileSystem } from "../../src/project/files/file-system.ts";
import { planDrift, planSchema, type SchemaOptions } from "../../src/engine/schema.ts";
import { failureOf } from "../../src/verify/run.ts";
import { apply, makeSurroundings, planned } from "./apply.ts";
import { inGeneral } from "./compare.ts";
import { openReplays, type Replay } from "./histories.ts";
import type { Lab, Labs } from "./lab.ts";

/** Of the printed schema, and of the dump. `partly`: the same, but for what ddlint says that it doesn't know. */
export type Verdict = "equal" | "partly" | "differs" | "fails" | "not run";

export interface Compared {
  readonly name: string;
  readonly migrations: number;
  readonly printed: Verdict;
  readonly dumped: Verdict;
  /** What differs, or why it isn't run. */
  readonly details: readonly string[];
}

/** Every history below a folder that this server runs. */
export async function compareFolder(name: string, folder: string, labs: Labs): Promise<readonly Compared[]> {
  const found: Compared[] = [];
  const { replays, facts } = await openReplays({ cwd: folder }, labs.database, labs.version);
  for (const replay of replays) {
    const { root, migrations } = replay.history;
    const own = { ...facts, dialect: labs.database, migrations: [root] };
    const options = { fs: nodeFileSystem(folder, { root: folder }), facts: own };
    const compared = await compare(replay, options, labs).catch((error: unknown): Outcome => ({
      printed: "fails",
      dumped: "fails",
      details: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    }));
    found.push({ name: `${name} ${root}`, migrations: migrations.length, ...compared });
  }
  return found;
}

type Outcome = Omit<Compared, "name" | "migrations">;

const notRun = (why: string): Outcome => ({ printed: "not run", dumped: "not run", details: [why] });

async function compare(replay: Replay, options: SchemaOptions, labs: Labs): Promise<Outcome> {
  const lab = await labs.open();
  try {
    const why = await play(replay, lab);
    if (why !== undefined) return notRun(why);
    const expected = await lab.objects();
    const dump = lab.dump();
    const printed = await comparePrinted(replay, options, labs, expected);
    const dumped = await compareDump(options, dump);
    return { printed: printed.is, dumped: dumped.is, details: [...printed.details, ...dumped.details] };
  } finally {
    await lab.close();
  }
}

interface Part {
  readonly is: Verdict;
  readonly details: readonly string[];
}

/** Runs the history; why it can't be run as a whole. */
async function play(replay: Replay, lab: Lab): Promise<string | undefined> {
  await lab.prepare(replay.history.tool);
  let state = replay.start;
  for (const migration of replay.history.migrations) {
    const { path } = migration.up;
    if (migration.unread === true) return `${path} isn't read`;
    const plan = planned(replay, migration, state);
    for (const because of plan.left.values())
      if (because !== "COPY FROM STDIN") return `${because} in ${path}`;
    await makeSurroundings(lab, plan);
    const failure = failureOf(await apply(lab, replay, plan));
    if (failure !== undefined) return `${path}: ${failure.error?.message ?? ""}`;
    state = plan.state;
  }
  return undefined;
}

async function comparePrinted(
  replay: Replay,
  options: SchemaOptions,
  labs: Labs,
  expected: readonly string[],
): Promise<Part> {
  const { statements, gaps } = await planSchema(options);
  const unknown = gaps.map(({ what, file }) => `? ${what}${file === undefined ? "" : ` (${file})`}`);
  const lab = await labs.open();
  try {
    await lab.prepare(replay.history.tool);
    for (const sql of statements) {
      const error = await send(lab, sql);
      if (error === undefined || gaps.length > 0) continue;
      return { is: "fails", details: [`${inGeneral(error)}: ${sql.replaceAll(/\s+/g, " ").slice(0, 200)}`] };
    }
    const found = await lab.objects();
    const [was, is] = [new Set(expected), new Set(found)];
    const lines = [
      ...expected.filter((line) => !is.has(line)).map((line) => `- ${line}`),
      ...found.filter((line) => !was.has(line)).map((line) => `+ ${line}`),
    ];
    if (lines.length === 0) return { is: "equal", details: [] };
    return gaps.length > 0 ? { is: "partly", details: unknown } : { is: "differs", details: lines };
  } finally {
    await lab.close();
  }
}

/** With the roles and extensions that somebody else makes; roles belong to the whole server, where the history made them. */
async function send(lab: Lab, sql: string): Promise<string | undefined> {
  for (;;) {
    const error = await lab.send(sql);
    if (error !== undefined && /^role ".*" already exists$/.test(error.message)) return undefined;
    if (error === undefined || !(await lab.supply(error))) return error?.message;
  }
}

async function compareDump(options: SchemaOptions, text: string | undefined): Promise<Part> {
  if (text === undefined) return { is: "not run", details: [] };
  const { isSame, differences, statements, gaps } = await planDrift({
    ...options,
    dump: { path: "dump.sql", text },
  });
  if (isSame)
    return { is: gaps.length === 0 ? "equal" : "partly", details: gaps.map((gap) => `dump: ? ${gap}`) };
  const found = differences.length > 0 ? differences : statements;
  return { is: "differs", details: found.map((one) => `dump: ${one}`) };
}

/** What was compared, as Markdown. */
export function tableOf(server: string, all: readonly Compared[], examples: number): string {
  const count = (of: (one: Compared) => Verdict, is: Verdict): number =>
    all.filter((one) => of(one) === is).length;
  const verdicts: readonly Verdict[] = ["equal", "partly", "differs", "fails", "not run"];
  const row = (title: string, of: (one: Compared) => Verdict): string =>
    `| ${[title, ...verdicts.map((is) => count(of, is))].join(" | ")} |\n`;
  const lines = all.map(({ name, migrations, printed, dumped, details }) => {
    const shown = details
      .slice(0, examples)
      .map((detail) => `  - ${detail.replaceAll(/\s+/g, " ").slice(0, 400)}\n`);
    const rest = details.length - shown.length;
    return [
      `- ${name} (${migrations} migrations): ${printed}, its dump: ${dumped}\n`,
      ...shown,
      ...(rest > 0 ? [`  - ${rest} more\n`] : []),
    ].join("");
  });
  return [
    `# Printed schemas and own dumps on ${server}\n\n`,
    `| | ${verdicts.join(" | ")} |\n|---|${"---:|".repeat(verdicts.length)}\n`,
    row("printed schema", ({ printed }) => printed),
    row("own dump", ({ dumped }) => dumped),
    "\n",
    ...lines,
  ].join("");
}
