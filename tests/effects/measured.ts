import { readFileSync } from "node:fs";
import { combine, effectsOn, noEffects, withoutNew, type Effects } from "../../src/effects/index.ts";
import { lockModes, type LockMode } from "../../src/effects/effects.ts";
import type { Key } from "../../src/model/names.ts";
import { applyStatement } from "../../src/schema/apply.ts";
import { emptySchema, type Schema } from "../../src/schema/schema.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";

const folder = new URL("../../fixtures/effects/postgres/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");

export const versions = [13, 14, 15, 16, 17, 18] as const;

/** What one statement did on a server; lists that are empty are left out. */
export interface Measured {
  readonly locks?: Readonly<Partial<Record<LockMode, readonly Key[]>>>;
  readonly rewrites?: readonly Key[];
  readonly scans?: readonly Key[];
  readonly rebuilds?: readonly Key[];
  readonly builds?: readonly Key[];
  readonly inTransaction?: false;
  /** SQLSTATE, and the server's message. */
  readonly fails?: string;
  readonly message?: string;
  /** The setup uses syntax that this version lacks. */
  readonly impossible?: "setup";
}

/** `setup` is committed first; `session` runs in the session before; results by versions: `13-17`, `18`. */
export interface Case {
  readonly id: string;
  readonly setup?: string;
  readonly session?: string;
  readonly sql: string;
  readonly withoutBuilds?: true;
  readonly on: Readonly<Record<string, Measured>>;
}

const lines = (name: string): readonly Case[] =>
  read(name)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);

/** On six versions, and more on one alone: of those, the names of new indexes weren't kept. */
export const cases: readonly Case[] = [
  ...lines("cases.jsonl"),
  ...lines("more-cases.jsonl").map((more) => ({ ...more, withoutBuilds: true }) as const),
];

export function measuredOn(measured: Case, version: number): Measured | undefined {
  return Object.entries(measured.on).find(([range]) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return first <= version && version <= last;
  })?.[1];
}

interface Run {
  readonly schema: Schema;
  readonly effects: readonly Effects[];
  readonly settings: ReadonlyMap<string, string>;
}

function run(sql: string, schema: Schema, migration: number, version: number, before?: Run): Run {
  const effects: Effects[] = [];
  const settings = new Map(before?.settings);
  const server = { version, setting: (name: string) => settings.get(name) };
  let now = schema;
  for (const statement of postgres.read(sql).statements) {
    const schemas = applyStatement(now, statement.operations, { migration, path: "", span: statement.span });
    statement.operations.forEach((operation, i) => {
      if (operation.kind === "setOption" && operation.value !== undefined)
        settings.set(operation.name, operation.value);
      effects.push(effectsOn("postgres", operation, schemas[i - 1] ?? now, server, statement.operations));
    });
    now = schemas.at(-1) ?? now;
  }
  return { schema: now, effects, settings };
}

let start: Schema | undefined;
const fixture = (): Schema =>
  (start ??= run(read("schema.sql"), emptySchema(), 0, 18).schema.withClosed(true));

/** The effects of a case's statements together; undefined where the setup fails. */
function effectsAfterSetup(measured: Case, version: number): Effects | undefined {
  const setup = run(measured.setup ?? "", fixture(), 1, version);
  const session = run(measured.session ?? "", setup.schema, 1, version, setup);
  if (setup.effects.some((e) => e.fails !== undefined)) return undefined;
  const result = run(measured.sql, session.schema, 2, version, session);
  const isNew = (key: Key): boolean => {
    const found = result.schema.relation(key);
    return (
      found.is === "present" &&
      found.value.origin?.migration === 2 &&
      session.schema.relation(key).is !== "present"
    );
  };
  return withoutNew(combine(result.effects), isNew);
}

export const effectsIn = (measured: Case, version: number): Effects =>
  effectsAfterSetup(measured, version) ?? { ...noEffects, fails: "the setup isn't possible" };

/** What we say about a case, in the form of the measured one. */
export function computed(measured: Case, version: number): Measured {
  const effects = effectsAfterSetup(measured, version);
  if (effects === undefined) return { impossible: "setup" };
  return inForm(measured.withoutBuilds === true ? { ...effects, builds: [] } : effects);
}

function inForm(effects: Effects): Measured {
  const list = (name: string, keys: readonly Key[]): object =>
    keys.length === 0 ? {} : { [name]: [...keys].sort() };
  const locks = lockModes.flatMap((mode) => {
    const held = effects.locks.filter((lock) => lock.mode === mode).map((lock) => lock.relation);
    return held.length === 0 ? [] : [[mode, held.sort()]];
  });
  return {
    ...(locks.length === 0 ? {} : { locks: Object.fromEntries(locks) as Measured["locks"] }),
    ...list("rewrites", effects.rewrites),
    ...list("scans", effects.scans),
    ...list("rebuilds", effects.rebuilds),
    // An index lives in the schema of its table.
    ...list(
      "builds",
      effects.builds.map(({ index, table }) => `${table.slice(0, table.indexOf("."))}.${index}`),
    ),
    ...(effects.inTransaction ? {} : { inTransaction: false }),
    ...(effects.fails === undefined ? {} : { fails: "", message: effects.fails }),
  };
}

/** Names what differs; undefined: they agree. Which words a failure has isn't compared. */
export function difference(ours: Measured, measured: Measured): string | undefined {
  if (measured.impossible !== undefined || ours.impossible !== undefined)
    return measured.impossible === ours.impossible ? undefined : `setup: ${JSON.stringify(ours)}`;
  if (measured.fails !== undefined || ours.fails !== undefined)
    return (measured.fails === undefined) === (ours.fails === undefined)
      ? undefined
      : `fails: ${ours.message ?? "-"} / measured: ${measured.message ?? "-"}`;
  const parts = (["locks", "rewrites", "scans", "rebuilds", "builds", "inTransaction"] as const).flatMap(
    (part) => {
      const [a, b] = [JSON.stringify(ours[part] ?? null), JSON.stringify(measured[part] ?? null)];
      return a === b ? [] : [`${part}: ${a} / measured: ${b}`];
    },
  );
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** Cases that don't agree yet: id, or `id@version`, with the reason. */
export const notYet = (): Readonly<Record<string, string>> =>
  JSON.parse(read("not-yet.json")) as Record<string, string>;
