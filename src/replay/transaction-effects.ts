/** What the statements of one transaction do together, seen from outside of it: `effectsOf` of the public API. */
import { combine, noEffects, type Effects, type Lock } from "../effects/index.ts";
import { keyOf, type Key } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import { failureText } from "../schema/failure.ts";
import { emptySchema, type Schema } from "../schema/schema.ts";
import type { ParsedText, Statement } from "../sql/front-end.ts";
import { canUseAddedValue } from "../effects/postgres/enum-value.ts";
import { usesLabel } from "./questions/values/enum-use.ts";
import { inSearchPath } from "./run-script.ts";
import { runStatement, type SessionServer } from "./run-statement.ts";

type ReadText = (text: string) => ParsedText;

/** A schema and the settings of a session, after some statements. */
export interface SessionState {
  readonly schema: Schema;
  readonly settings: ReadonlyMap<string, string>;
  /** Why a statement is certain to have failed. */
  readonly fails?: string | undefined;
}

type Server = Pick<SessionServer, "dialect" | "version">;

/** Number of the transaction that is asked about, as the origin of what it creates. */
const asked = 1;

/** What a server has for settings that nobody sets (manual, section 19.11.2). */
const builtIn: ReadonlyMap<string, string> = new Map([["timezone", "GMT"]]);

/** The schema that a script leaves, taken as a whole: what it doesn't create isn't there. */
export const stateAfter = (sql: string, read: ReadText, server: Server): SessionState => {
  const run = new Run({ schema: emptySchema(server.dialect), settings: builtIn }, server, 0);
  run.all(read(sql), sql);
  return { ...run.state(), schema: run.schema.withWhole() };
};

/** The session after some more statements. */
export function continued(before: SessionState, sql: string, read: ReadText, server: Server): SessionState {
  const run = new Run(before, server, 0);
  run.all(read(sql), sql);
  return run.state();
}

/**
 * The effects of all statements of a text as one transaction: relations under the names that they had before,
 * strongest locks; nothing of what the transaction itself creates.
 */
export function transactionEffects(
  before: SessionState,
  sql: string,
  read: ReadText,
  server: Server,
): Effects {
  const run = new Run(before, server, asked);
  run.all(read(sql), sql);
  return run.effects();
}

class Run {
  schema: Schema;
  readonly #server: Server;
  readonly #migration: number;
  readonly #start: Schema;
  readonly #settings: Map<string, string>;
  #effects: readonly Effects[] = [];
  #text = "";
  #alone = true;
  /** Enum values that the transaction adds. */
  readonly #labels: { readonly type: string; readonly label: string; readonly madeHere: boolean }[] = [];
  /** Of relations renamed in the transaction: the name that everybody else knows. */
  #known = new Map<Key, Key>();
  /** Names that were others' before the transaction dropped or renamed those. */
  #gone = new Set<Key>();
  #savepoints: { readonly name: string; readonly schema: Schema; readonly effects: readonly Effects[] }[] =
    [];

  constructor(before: SessionState, server: Server, migration: number) {
    this.schema = inSearchPath(before.schema, before.settings.get("search_path"));
    this.#start = this.schema;
    this.#server = server;
    this.#migration = migration;
    this.#settings = new Map(before.settings);
  }

  state(): SessionState {
    return { schema: this.schema, settings: this.#settings, fails: this.effects().fails };
  }

  effects(): Effects {
    return combine(this.#effects.length === 0 ? [noEffects] : this.#effects);
  }

  all({ statements, problems }: ParsedText, text: string): void {
    this.#text = text;
    this.#alone = statements.length < 2;
    const [problem] = problems;
    if (problem !== undefined) this.#add({ ...noEffects, fails: problem.message });
    for (const statement of statements) this.#statement(statement);
  }

  #statement(statement: Statement): void {
    const server = {
      ...this.#server,
      setting: (name: string): string | undefined => this.#settings.get(name),
    };
    const origin = { migration: this.#migration, path: "", span: statement.span };
    for (const ran of runStatement(statement, this.schema, origin, server)) {
      const { operation, before, after, effects } = ran;
      const first = ran.failures.find(({ kind }) => kind !== "differs");
      const fails =
        effects.fails ??
        (first === undefined ? this.#refused(operation, effects, before) : failureText(first));
      this.#add(
        fails === undefined ? this.#seenFromOutside(effects, operation, before) : { ...effects, fails },
      );
      this.#rename(operation, before, after);
      for (const { relation } of effects.locks)
        if (this.#start.relation(relation).is === "present" && after.relation(relation).is !== "present")
          this.#gone.add(relation);
      this.schema = ran.left;
      this.#session(operation);
    }
  }

  /** What only the transaction around makes impossible. */
  #refused(operation: Operation, { inTransaction }: Effects, before: Schema): string | undefined {
    if (this.#migration !== asked) return undefined;
    if (!inTransaction && !this.#alone) return "it cannot run inside a transaction block";
    const step = { operation, before, script: { text: this.#text } };
    const unsafe = this.#labels.find(
      ({ type, label, madeHere }) =>
        !canUseAddedValue(this.#server.version, madeHere) && usesLabel(step, type, label) === "yes",
    );
    if (operation.kind === "addEnumValue") {
      const { type, label } = operation;
      const found = before.type(type);
      const madeHere = found.is === "present" && found.value.origin?.migration === asked;
      this.#labels.push({ type: type.name, label, madeHere });
    }
    return unsafe === undefined
      ? undefined
      : `unsafe use of new value "${unsafe.label}" of enum type ${unsafe.type}`;
  }

  #add(effects: Effects): void {
    this.#effects = [...this.#effects, effects];
  }

  #isNew(key: Key, now: Schema): boolean {
    const found = now.relation(key);
    if (found.is !== "present" || found.value.origin?.migration !== asked) return false;
    return this.#gone.has(key) || this.#start.relation(key).is !== "present";
  }

  #seenFromOutside(effects: Effects, operation: Operation, now: Schema): Effects {
    // An empty table refers to nothing: the referenced one isn't read.
    const own = operation.kind === "addForeignKey" ? now.relation(operation.table) : undefined;
    const isEmpty = own?.is === "present" && this.#isNew(own.value.key, now) && !own.value.loaded;
    const isOld = (key: Key): boolean => !this.#isNew(key, now);
    const known = (key: Key): Key => this.#known.get(key) ?? key;
    const isOldIndex = (key: Key): boolean => {
      const found = now.index(key);
      return found.is !== "present" || found.value.origin.migration !== asked;
    };
    return {
      ...effects,
      locks: effects.locks
        .filter(({ relation }) => isOld(relation))
        .map(({ relation, mode }): Lock => ({ relation: known(relation), mode })),
      rewrites: effects.rewrites.filter(isOld).map(known),
      scans: isEmpty ? [] : effects.scans.filter(isOld).map(known),
      builds: effects.builds
        .filter(({ table }) => isOld(table))
        .map(({ index, table }) => ({ index, table: known(table) })),
      rebuilds: effects.rebuilds.filter(isOldIndex),
    };
  }

  #rename(operation: Operation, before: Schema, after: Schema): void {
    const moved = target(operation);
    if (moved === undefined) return;
    const from = before.resolve(moved.name);
    const to = moved.to(from);
    if (before.relation(from).is !== "present" || after.relation(to).is !== "present") return;
    if (!this.#isNew(from, before)) this.#known.set(to, this.#known.get(from) ?? from);
    this.#known.delete(from);
  }

  #session(operation: Operation): void {
    if (operation.kind === "setOption") {
      if (operation.name === "all") this.#settings.clear();
      else if (operation.value === undefined) this.#settings.delete(operation.name);
      else this.#settings.set(operation.name, operation.value);
      this.schema = inSearchPath(this.schema, this.#settings.get("search_path"));
    } else if (operation.kind === "savepoint") this.#savepoint(operation.action, operation.name);
  }

  /** Going back to a savepoint gives up the locks taken since. */
  #savepoint(action: "set" | "release" | "rollback", name: string): void {
    if (action === "set") this.#savepoints.push({ name, schema: this.schema, effects: this.#effects });
    if (action !== "rollback") return;
    const found = this.#savepoints.findLast((savepoint) => savepoint.name === name);
    if (found === undefined) return;
    this.schema = found.schema;
    this.#effects = found.effects;
  }
}

/** Of operations that give a relation another name or schema: its name, and the key that it gets. */
function target(operation: Operation) {
  const inSchema = (name: string) => (key: Key) => keyOf(key.slice(0, key.indexOf(".")), name);
  const under = (schema: string) => (key: Key) => keyOf(schema, key.slice(key.indexOf(".") + 1));
  switch (operation.kind) {
    case "renameTable":
      return { name: operation.table, to: inSchema(operation.to.text) };
    case "setTableSchema":
      return { name: operation.table, to: under(operation.to.text) };
    case "renameView":
      return { name: operation.view, to: inSchema(operation.to.text) };
    case "renameObject":
      return operation.name && { name: operation.name, to: inSchema(operation.to.text) };
    case "setObjectSchema":
      return operation.name && { name: operation.name, to: under(operation.to.text) };
    default:
      return undefined;
  }
}
