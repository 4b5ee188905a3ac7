/** The safe steps in place of a migration: advice is followed until there is none left, and the result is checked. */
import { UserError } from "../config/user-error.ts";
import { rulesByDialect } from "../lint/rules-for.ts";
import { isCodeOnly } from "../model/dialect.ts";
import { ownPiece, type Piece } from "../plan/pieces.ts";
import { outsideOf, statementsOf } from "../plan/sequence.ts";
import type { FileSystem, History, Migration, Script } from "../project/migration.ts";
import { overlay } from "../project/files/file-system.ts";
import type { Schema } from "../schema/schema.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import { rules as builtInRules } from "../../rules/index.ts";
import { chosenOfAll, isApplied, noted, stateBefore } from "./chosen-migration.ts";
import { replayer } from "./replayer.ts";
import { documentPlan } from "./document-plan.ts";
import { writtenNames } from "./written-names.ts";
import { piecesOf } from "./migration-pieces.ts";
import { openProject } from "./open-project.ts";
import { openWorlds } from "./open.ts";
import { additionsOf, differencesOf, leftOver } from "./part-differences.ts";
import { filesOf } from "./plan-files.ts";
import type { Plan, PlanFile, PlanOptions, PlanStep } from "./plan.ts";
import { followed } from "./follow-advice.ts";
import { stepsOf } from "./plan-steps.ts";
import { reportedOn, replayParts, type Following, type ReplayedPart } from "./replay-parts.ts";

/** @throws UserError if there is no such migration, it isn't read, or the server refuses it */
export async function writePlan(options: PlanOptions): Promise<Plan> {
  const { facts = {}, sql } = options;
  const { fs, flow, histories, reopen } = await openProject(options);
  const { history, migration } =
    sql === undefined ? chosenOfAll(histories, options.migration) : behindNewest(histories, sql);
  if (migration.unread === true)
    throw new UserError("ddlint doesn't read this migration", { file: migration.up.path });
  const isOld = isApplied(history, migration, facts);
  const world = openWorlds(fs, isOld ? { ...facts, startAfter: undefined } : facts, flow)(history);
  const state = stateBefore(history, migration, flow, world);
  const replay = replayer(history, flow, world);
  if (isCodeOnly[history.dialect]) {
    const { scope } = replay(migration, state);
    return documentPlan({ history, migration, scope, isApplied: isOld, options });
  }
  const asWritten = writtenNames(history, migration, flow);
  const run = (script: Script): ReplayedMigration =>
    replay({ ...migration, up: script, down: undefined }, state).scope;
  const meant = run({ ...alone(migration.up), transaction: outsideOf(migration.up.transaction) });
  refuseWrong(meant);
  const { pieces, isBlock } = piecesOf(meant);
  const following: Following = {
    history,
    migration,
    state,
    flow,
    facts: world.facts,
    isBlock,
    rulesFor: rulesByDialect(options.rules ?? builtInRules, options.opinions ?? {}),
    asWritten,
  };
  const differences = (parts: readonly ReplayedPart[]): readonly string[] =>
    differencesOf(parts, meant).map(({ text }) => text);
  const plan = followed(following, pieces, options.values ?? {}, differences);
  const { solved, gaps } = plan;
  // It stays as it is where its statements do, and other migrations for them are no better.
  const isUnchanged =
    sql === undefined &&
    solved.length + gaps.length === 0 &&
    plan.parts.reduce((sum, part) => sum + part.findings.length, 0) >=
      reportedOn(run(migration.up), following.rulesFor, asWritten).length;
  const parts = isUnchanged ? replayParts(following, [inOne(pieces)]) : plan.parts;
  const planned = stepsOf(following, parts);
  const { steps, places } = planned;
  const note = noted(meant);
  const isWritten = options.files === true && gaps.length === 0 && !isUnchanged;
  const files = isWritten
    ? filesOf({ fs, history, migration, reopen, now: options.now ?? new Date() }, { steps }, planned.downs)
    : undefined;
  const written = files && replayFiles(following, reopen(withFiles(fs, files)), steps);
  const findings =
    written?.findings ??
    planned.findings.map(({ part, ...finding }) => ({ ...finding, step: places[part] ?? 0 }));
  return {
    ...(files === undefined ? {} : { files }),
    isApplied: isOld,
    isUnchanged,
    ...(sql === undefined ? { migration: migration.name, file: migration.up.path } : {}),
    dialect: history.dialect,
    tool: history.tool,
    steps,
    solved,
    gaps: gaps.map(({ what, at, hint, rule }) => ({ ...note({ what, at }), hint, rule })),
    additions: [...additionsOf(parts)].map(asWritten.text),
    differences: [
      ...differences(parts),
      ...(written === undefined
        ? []
        : leftOver(written.end, meant, additionsOf(parts)).map(({ text }) => text)),
    ].map(asWritten.text),
    findings,
  };
}

const withFiles = (fs: FileSystem, files: readonly PlanFile[]): FileSystem =>
  overlay(fs, Object.fromEntries(files.map(({ file, text }) => [file, text])));

/** The files as the tool reads them: what a check reports on them, and the schema that they lead to. */
function replayFiles(
  { history, migration, state: first, flow, facts, rulesFor, asWritten }: Following,
  histories: readonly History[],
  steps: readonly PlanStep[],
): { readonly end: Schema; readonly findings: Plan["findings"] } {
  const own =
    histories.find(({ root, dialect }) => root === history.root && dialect === history.dialect) ?? history;
  const places = steps.flatMap(({ kind }, at) => (kind === "migration" ? [at] : []));
  const replay = replayer(own, flow, { facts });
  let state = first;
  const migrations = own.migrations.slice(migration.index, migration.index + places.length);
  const findings = migrations.flatMap((one, at) => {
    const replayed = replay(one, state);
    state = replayed.state;
    const step = places[at] ?? 0;
    return reportedOn(replayed.scope, rulesFor, asWritten).map(({ ruleId, severity, message }) => ({
      ruleId,
      severity,
      message,
      step,
    }));
  });
  return { end: state.schema, findings };
}

/** Statements as a migration behind all others. */
function behindNewest(
  histories: readonly History[],
  sql: string,
): { readonly history: History; readonly migration: Migration } {
  const [history, second] = histories.filter(({ migrations }) => migrations.length > 0);
  const newest = history?.migrations.at(-1);
  if (history === undefined || newest === undefined)
    throw new UserError("no migrations found", { hint: "give the folder with --in" });
  if (second !== undefined)
    throw new UserError(`there are several histories of migrations here: ${history.root}, ${second.root}`, {
      hint: "name its folder: --in",
    });
  const text = sql.trim().endsWith(";") ? sql.trim() : `${sql.trim()};`;
  const up: Script = {
    path: `${history.root}/new.sql`,
    text,
    part: { start: 0, end: text.length },
    transaction: {
      ...newest.up.transaction,
      optedOut: false,
      forCalls: newest.up.code === undefined ? undefined : true,
    },
    empty: false,
  };
  const index = newest.index + 1;
  return { history, migration: { index, name: "new", description: "new", kind: "versioned", up } };
}

/** The SQL by itself, also of a migration in code. */
function alone({ path, text, part, transaction, empty }: Script): Script {
  const own = text.slice(part.start, part.end);
  return { path, text: own, part: { start: 0, end: own.length }, transaction, empty };
}

/** @throws UserError if the server refuses a statement, or it can't be read */
function refuseWrong({ steps, migration, problems }: ReplayedMigration): void {
  const file = migration.up.path;
  const [problem] = problems;
  if (problem !== undefined)
    throw new UserError(problem.message, { file, hint: "correct the migration first" });
  const wrong = steps.find(({ refused, skipped }) => refused && !skipped);
  if (wrong === undefined) return;
  const why = [...wrong.failures.map(({ kind }) => kind), wrong.effects.fails ?? []].flat().join(", ");
  throw new UserError(`the server refuses ${wrong.operation.kind}: ${why}`, {
    file,
    hint: "correct the migration first",
  });
}

/** The pieces of a migration as the one that they are. */
const inOne = (pieces: readonly Piece[]): Piece => ({
  ...ownPiece("", ""),
  transaction: pieces.some(({ transaction }) => transaction === "none") ? "none" : "any",
  statements: statementsOf({ kind: "migration", pieces }),
});
