/** What a database's dump has otherwise than the history, and the statements that lead from the one to the other. */
import { UserError } from "../config/user-error.ts";
import { aligned } from "../plan/aligned.ts";
import { withPath } from "../plan/beside.ts";
import { between, type Between } from "../plan/between.ts";
import { namesIn } from "../plan/definitions.ts";
import { forClient } from "../plan/down-text.ts";
import { inDefaultPath } from "../plan/whole.ts";
import type { Script } from "../project/migration.ts";
import { snapshotSchema } from "../replay/snapshot.ts";
import { diff } from "../schema/diff.ts";
import type { Difference } from "../schema/model.ts";
import { schemaOf, stateOf, type Schema } from "../schema/schema.ts";
import { emptyMap, keys, remove } from "../schema/persistent.ts";
import { textsOf } from "./chosen-migration.ts";
import type { DriftOptions, DriftPlan } from "./schema.ts";
import { replayTo, type ReplayedHistory } from "./write-schema.ts";

/**
 * @throws UserError if there is no such migration, or the text isn't a dump
 */
export async function writeDrift({ dump, adopt = false, ...options }: DriftOptions): Promise<DriftPlan> {
  const replayed = await replayTo(options);
  const { flow, history, migration, beside } = replayed;
  // A dump has everything but what extensions bring: a type or function that the history doesn't make is drift, too.
  const own = inDefaultPath(replayed.schema);
  const wanted = own.closed ? own.withWhole() : own;
  const read = readerOf(replayed, dump.path);
  const there = read(dump.text);
  const { canonical } = flow.dialects.of(history.dialect).frontEnd("");
  const { schema: found, unsure, doubtful, otherCharset } = aligned(there, wanted, canonical);
  const lead = (from: Schema): Between =>
    between(adopt ? wanted : from, adopt ? from : wanted, aroundOf(replayed, dump.path, dump.text, adopt));
  const { statements, gaps, nullable } = lead(found);
  const differences = diff(wanted, found);
  const after = adopt
    ? wanted
    : aligned(read(`${dump.text}\n${statements.join("\n")}`), wanted, canonical).schema;
  const left = [
    ...lead(after).statements.filter((sql) => !nullable.some((column) => isNotNullOf(sql, column, wanted))),
    ...diff(wanted, after)
      .filter(({ object, text }) => !nullable.some((column) => text === `${object} ${column}`))
      .map(sentence),
  ];
  const { show } = namesIn(wanted);
  const lines = differences.map(sentence);
  // The history makes no table, so it may begin with some.
  const older = [...there.relations()].filter(
    ({ key, ownedBy }) => ownedBy === undefined && wanted.relation(key).is === "unknown",
  );
  const notes = [
    ...older.map(({ kind, key }) => `whether the history begins with ${kind} ${show(key)}`),
    ...doubtful.map((key) => `whether ${show(key)} is the same: statements that change it may not have run`),
    ...unsure.map((key) => `whether the query of ${show(key)} is the same: the server writes it anew`),
    ...otherCharset.map(
      ({ key, tableOptions = {} }) =>
        `whether ${show(key)} should have the character set ${tableOptions["collate"] ?? tableOptions["charset"] ?? ""}: the history states none, and more tables have another`,
    ),
    ...gaps,
    ...left.map((sql) => `how to reconcile what this doesn't: ${sql.replaceAll(/\s+/g, " ")}`),
    ...beside.notes.map(({ what, at }) => `${what} (${at.path})`),
  ];
  const comments = [
    ...(lines.length + statements.length + gaps.length === 0
      ? [`No drift: ${dump.path} has the schema after ${migration.name}`]
      : [
          `${dump.path} against the schema after ${migration.name}:`,
          ...lines,
          ...nullable.map((column) => `${column} takes NULL, as old rows have no value there`),
        ]),
    ...notes.map((note) => `Not known: ${note}`),
  ];
  const text = [
    comments.map((line) => `-- ${line.replaceAll(/\s+/g, " ")}\n`).join(""),
    ...statements.map((sql) => `${forClient(sql, wanted.dialect)}\n`),
  ].join("\n");
  return {
    migration: migration.name,
    file: migration.up.path,
    dialect: history.dialect,
    differences: lines,
    statements,
    text,
    nullable,
    gaps: notes,
    isSame: differences.length + statements.length + gaps.length === 0,
  };
}

const isNotNullOf = (sql: string, column: string, schema: Schema): boolean => {
  const name = column.slice(column.lastIndexOf(".") + 1);
  return (
    sql.includes(`ALTER COLUMN ${name} SET NOT NULL`) || sql.includes(`MODIFY COLUMN ${schema.spell(name)}`)
  );
};

/** For people: what the database has otherwise. */
function sentence({ change, text, detail }: Difference): string {
  switch (change) {
    case "missing":
      return `${text}: the database doesn't have it`;
    case "extra":
      return `${text}: the history doesn't make it`;
    default:
      return `${text}: ${detail ?? "another definition"}`;
  }
}

/** The schema of a dump, without the tool's own tables, unless the history makes those. */
function readerOf({ flow, history, schema }: ReplayedHistory, path: string): (text: string) => Schema {
  const dialect = flow.dialects.of(history.dialect);
  const { trackingTables } = history;
  return (text) => {
    const found = snapshotSchema(path, text, flow.read, dialect, history);
    if (found === undefined)
      throw new UserError("this isn't a dump of a schema", {
        file: path,
        expected: "what pg_dump --schema-only or mysqldump --no-data writes",
      });
    const state = stateOf(inDefaultPath(found));
    let { relations, indexes } = state;
    const isTracking = (key: string): boolean =>
      trackingTables.some((name) => key === name || key.endsWith(`.${name}`)) &&
      schema.relation(key).is !== "present";
    for (const key of keys(relations)) {
      const relation = found.relation(key);
      const owner = relation.is === "present" ? relation.value.ownedBy?.table : undefined;
      if (isTracking(key) || (owner !== undefined && isTracking(owner))) relations = remove(relations, key);
    }
    for (const { schema: home, name, table } of found.indexes())
      if (isTracking(table)) indexes = remove(indexes, `${home}.${name}`);
    return schemaOf({ ...state, relations, indexes, gone: emptyMap() });
  };
}

function aroundOf(
  { history, flow, textOf, beside, schema }: ReplayedHistory,
  path: string,
  text: string,
  adopt: boolean,
): Parameters<typeof between>[2] {
  const transaction = { wraps: "none", sends: "unknown", optedOut: false } as const;
  const dump: Script = { path, text, part: { start: 0, end: text.length }, transaction, empty: false };
  const dumpText = textsOf(history, flow, dump);
  const isDump = (origin: { readonly migration: number; readonly path: string }): boolean =>
    origin.migration < 0 && origin.path === path;
  const pathOf = adopt ? () => undefined : beside.pathOf;
  return {
    concurrently: false,
    madeBy(origin, makes) {
      if (origin === undefined) return undefined;
      if (isDump(origin)) return dumpText(origin, makes);
      const found = textOf(origin, makes);
      return found && withPath(found, beside.pathOf(origin), inDefaultPath(schema));
    },
    pathOf,
    refill: () => [],
    isAdded: () => true,
    moved: undefined,
    mayBeOlder: false,
    isWhole: () => false,
  };
}
