import { readFileSync } from "node:fs";
import { effectsIn, preparedSchema } from "../../src/engine/effects-of.ts";
import type { Effects } from "../../src/effects/index.ts";
import { lockModes, type LockMode } from "../../src/effects/effects.ts";
import type { Key } from "../../src/model/names.ts";

const folder = new URL("../../fixtures/effects/postgres/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");
const fixture = read("schema.sql");

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
  readonly on: Readonly<Record<string, Measured>>;
}

const lines = (name: string): readonly Case[] =>
  read(name)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);

/** Statements of every kind; a snapshot holds what messages say to them. */
export const mainCases: readonly Case[] = lines("cases.jsonl");
export const cases: readonly Case[] = [...mainCases, ...lines("more-cases.jsonl")];

export function measuredOn(measured: Case, version: number): Measured | undefined {
  return Object.entries(measured.on).find(([range]) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return first <= version && version <= last;
  })?.[1];
}

const prepared = new Map<number, ReturnType<typeof preparedSchema>>();

/** The effects of a case's statements together, of PostgreSQL `version`. */
export function effectsOn({ sql, setup, session }: Case, version: number): Effects {
  const schema = prepared.get(version) ?? preparedSchema(fixture, version);
  prepared.set(version, schema);
  return effectsIn(sql, schema, { setup, session, version });
}

/** What we say about a case, in the form of the measured one. */
export function computed(measured: Case, version: number): Measured {
  const effects = effectsOn(measured, version);
  if (effects.fails?.startsWith("setup: ") === true) return { impossible: "setup" };
  return inForm(effects);
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
