/** The schema of a history as SQL: its replayed objects, and what it does beside them. */
import { BesideSchema, type Beside } from "../plan/beside.ts";
import { forClient } from "../plan/down-text.ts";
import { namesIn } from "../plan/definitions.ts";
import { mermaidOf } from "../plan/picture/mermaid.ts";
import { svgOf } from "../plan/picture/svg.ts";
import { pictureOf, type Picture } from "../plan/picture/tables.ts";
import { inDefaultPath, wholeSchema, type TextOf, type WholeSchema } from "../plan/whole.ts";
import type { FileSystem, History, Migration, Script } from "../project/migration.ts";
import { factsOf, type Facts } from "../project/facts.ts";
import type { Schema } from "../schema/schema.ts";
import { chosen, lastApplied, noted, stateBefore, textsOf } from "./chosen-migration.ts";
import { replayer } from "./replayer.ts";
import type { Flow } from "./flow.ts";
import { openProject } from "./open-project.ts";
import { openWorlds } from "./open.ts";
import type { SchemaNote, SchemaOptions, SchemaPlan } from "./schema.ts";

/** A history up to one of its migrations. */
export interface ReplayedHistory {
  readonly fs: FileSystem;
  readonly flow: Flow;
  readonly history: History;
  readonly migration: Migration;
  readonly schema: Schema;
  /** What the last migration that is stated as applied leaves; undefined: none is stated. */
  readonly applied: Schema | undefined;
  readonly textOf: TextOf;
  readonly beside: Beside;
}

/** @throws UserError if there is no such migration */
export async function replayTo({ at, ...options }: SchemaOptions): Promise<ReplayedHistory> {
  const { facts = {} } = options;
  const { fs, flow, histories } = await openProject(options);
  const found = chosen(histories, at);
  const { history } = found;
  // Repeatable ones run behind those with a version.
  const migration = at === undefined ? (history.migrations.at(-1) ?? found.migration) : found.migration;
  const world = openWorlds(fs, facts, flow)(history);
  const beside = new BesideSchema();
  let applied: Schema | undefined;
  const replay = replayer(history, flow, world);
  const last = lastApplied(history, facts);
  let state = stateBefore(history, { index: 0 }, flow, world);
  for (const each of history.migrations.filter(({ index }) => index <= migration.index)) {
    const replayed = replay(each, state);
    if (each.unread === true) beside.unread(each);
    for (const step of replayed.scope.steps) beside.add(step);
    state = replayed.state;
    if (last !== undefined && each.index <= last.index) applied = state.schema;
  }
  const { schema } = state;
  return {
    fs,
    flow,
    history,
    migration,
    schema,
    applied,
    textOf: textsOf(history, flow, dumpOf(fs, history, facts, flow)),
    beside: beside.of(inDefaultPath(schema)),
  };
}

/** The snapshot that the history begins with. */
function dumpOf(fs: FileSystem, history: History, facts: Facts, flow: Flow): Script | undefined {
  const { schema: path } = factsOf(history, facts);
  if (path === undefined) return history.dump === undefined ? undefined : flow.dump(fs, history);
  const text = fs.read(path) ?? "";
  const transaction = { wraps: "none", sends: "unknown", optedOut: false } as const;
  return { path, text, part: { start: 0, end: text.length }, transaction, empty: false };
}

/**
 * The schema of a history as SQL.
 *
 * @throws UserError if there is no such migration
 */
export async function writeSchema(options: SchemaOptions): Promise<SchemaPlan> {
  const replayed = await replayTo(options);
  const { history, migration, schema, applied, textOf, beside } = replayed;
  const whole = wholeSchema(schema, textOf, beside);
  const gaps = gapsOf(replayed, whole);
  const { show } = namesIn(inDefaultPath(schema));
  const filled = [...beside.filled].map(show).sort();
  const leftOut = filled.length === 0 ? [] : [`the rows that migrations write into ${filled.join(", ")}`];
  const comments = [
    `Schema after ${migration.name}, by ddlint. Don't edit: migrations change it.`,
    ...leftOut.map((what) => `Not in here: ${what}`),
    ...gaps.map(
      ({ what, file, line }) => `Not known: ${what}${file === undefined ? "" : ` (${file}:${line ?? 1})`}`,
    ),
  ];
  const picture = (): Picture => pictureOf(schema, applied);
  const lines = comments.map((line) => `-- ${line.replaceAll(/\s+/g, " ")}`);
  const statements = whole.statements.map((sql) => forClient(sql, schema.dialect));
  return {
    migration: migration.name,
    file: migration.up.path,
    dialect: history.dialect,
    statements: whole.statements,
    text: `${lines.join("\n")}\n\n${statements.join("\n\n")}${statements.length === 0 ? "" : "\n"}`,
    get mermaid() {
      return mermaidOf(picture());
    },
    get svg() {
      return svgOf(picture(), `Schema after ${migration.name}`);
    },
    gaps,
    leftOut,
  };
}

function gapsOf({ beside }: ReplayedHistory, { gaps }: WholeSchema): readonly SchemaNote[] {
  return [
    ...gaps.map((what) => ({ what })),
    ...beside.notes.map(({ migration, ...note }) => noted({ migration })(note)),
  ];
}
