/** Migrations of Alembic: `upgrade` and `downgrade`, whose calls of `op` become the SQL that Alembic sends. */
import type { RefusedCall } from "../../../model/call.ts";
import type { Span } from "../../../text/span.ts";
import type { CodeDirection, CodeInput, CodeMigration, HistoryReader, SourceHistory } from "../../source.ts";
import { SqlText } from "../../sql-text.ts";
import { irreversibleReason } from "../../../text/irreversible-mark.ts";
import type { Module, Sources } from "../modules.ts";
import { Output } from "../output.ts";
import { mayBeFrom, releaseOf } from "../../../text/python-releases.ts";
import type { PythonTool } from "../tool.ts";
import { child, docstring, statements, stringIn, type Tree } from "../tree.ts";
import { unitOf } from "../unit.ts";
import { isNothing, textOf, type CallValue } from "../value.ts";
import { Run } from "../walk.ts";
import { callOf, callsSomething, wholeOf, parametersOf } from "./alembic-calls.ts";
import { environmentOf, type Environment } from "./alembic-env.ts";
import { Writer } from "./sqlalchemy/writer.ts";
import { AlembicHost } from "./alembic-host.ts";

/** What the SQL of later migrations depends on. */
interface State {
  /** Enum types of PostgreSQL that tables brought with them: each is made once in a run. */
  readonly types: ReadonlySet<string>;
}

const initial: State = { types: new Set() };

export const alembic: PythonTool = {
  name: "alembic",
  open: (history, sources) => new AlembicReader(history, sources),
};

class AlembicReader implements HistoryReader {
  readonly #history: SourceHistory;
  readonly #sources: Sources;
  #environment: Environment | undefined;

  constructor(history: SourceHistory, sources: Sources) {
    this.#history = history;
    this.#sources = sources;
  }

  read(input: CodeInput, before: unknown): { migration: CodeMigration | undefined; after: unknown } {
    const state = (before as State | undefined) ?? initial;
    if (this.#environment?.isCurrent(input.readFile) !== true)
      this.#environment = environmentOf(this.#history, this.#sources, input);
    try {
      const reading = new Reading(input, this.#history, this.#sources, this.#environment);
      return reading.migration(state);
    } catch (error) {
      // A text that nests deeper than the call stack.
      if (!(error instanceof RangeError)) throw error;
      return { migration: undefined, after: state };
    }
  }
}

/** One migration. */
class Reading {
  readonly #input: CodeInput;
  readonly #history: SourceHistory;
  readonly #sources: Sources;
  readonly #environment: Environment;
  readonly #text: SqlText;

  constructor(input: CodeInput, history: SourceHistory, sources: Sources, environment: Environment) {
    this.#input = input;
    this.#history = history;
    this.#sources = sources;
    this.#environment = environment;
    this.#text = new SqlText(input.path, input.text.length + 1);
  }

  migration(state: State): { migration: CodeMigration | undefined; after: State } {
    const { text } = this.#input;
    const types = new Set(state.types);
    const up = this.#direction("upgrade", types);
    const down = this.#direction("downgrade", new Set());
    if (up === undefined) return { migration: undefined, after: state };
    const { comments } = up.module;
    const tree = down?.tree;
    const inDown = (comment: Span): boolean =>
      tree !== undefined &&
      tree.start <= comment.start &&
      (comment.end <= tree.end || indentedComments.test(text.slice(tree.end, comment.end)));
    const follows = up.module.scope.own("down_revision");
    // `alembic merge` writes one that only joins branches; one of them may be gone by now.
    const isMerge = follows?.is === "list" && follows.items.length > 0;
    // One that only begins a branch.
    const label = up.module.scope.own("branch_labels");
    const isBranch = !isNothing(label) && !(label?.is === "list" && label.items.length === 0);
    const isShared = dispatches.test(text.slice(up.tree.start, up.tree.end));
    const calls = up.calls.filter(({ at }) => up.tree.start <= at.start && at.end <= up.tree.end);
    const direction = (one: Direction, own: readonly Span[]): CodeDirection => ({
      part: one.part,
      comments: own,
      optedOut: false,
      empty: one.empty && !isMerge && !isBranch && (one === up || !one.callsOthers),
      unsent: [],
      refused: one.refused,
    });
    return {
      migration: {
        text: `${text}\n${this.#text.text}`,
        map: this.#text.map,
        pieces: this.#text.pieces,
        problems: [],
        elsewhere: up.empty && up.callsOthers ? true : undefined,
        up: direction(
          up,
          [
            (up.empty ? docstring(up.tree) : undefined) ?? [],
            (up.empty ? stringIn(up.module.program.children) : undefined) ?? [],
            comments.filter((one) => !inDown(one)),
          ].flat(),
        ),
        down: down && direction(down, [docstring(down.tree) ?? [], comments.filter(inDown)].flat()),
        irreversible: irreversibleReason(text, comments) ?? down?.raises,
        unit: unitOf({
          module: up.module,
          name: textOf(up.module.scope.own("revision")) ?? "",
          follows,
          releases: this.#releases(),
          calls,
          ...wholeOf(statements(child(up.tree, "Body")), isShared ? undefined : calls),
          parameters: this.#environment.given.size === 0 ? undefined : parametersOf(up.tree, text),
          ends: this.#environment.sendsBefore ? "op.get_bind().commit()" : undefined,
          others: asksForSqlite.test(text) ? ["SQLite"] : this.#environment.others,
          ofModels: this.#environment.ofModels,
          closed: isShared ? severalDatabases : undefined,
        }),
      },
      after: [...types].join() === [...state.types].join() ? state : { types },
    };
  }

  #releases(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const name of ["alembic", "sqlalchemy"]) {
      const release = releaseOf(this.#history, this.#input.readFile, name);
      if (release !== undefined) found.set(name, release);
    }
    return found;
  }

  #direction(name: string, types: Set<string>): Direction | undefined {
    const { path, text, readFile } = this.#input;
    const host = new AlembicHost(new Output(this.#text), this.#history, this.#input, types);
    const run = new Run(host, { readFile }, this.#sources);
    const module = run.open(path, text);
    const { dialect, serverVersion } = this.#history;
    const { convention, given } = this.#environment;
    const release = (of: string): string | undefined => releaseOf(this.#history, readFile, of);
    const mayUse = (of: string, from: string): boolean => mayBeFrom(this.#history, readFile, of, from);
    host.writer = new Writer({ dialect, serverVersion, run, module, convention, release, mayUse });
    const called = module.scope.own(name);
    if (called?.is !== "function") return undefined;
    const start = this.#text.length;
    const body = called.tree.children.find(({ type }) => type === "Body") ?? called.tree;
    this.#text.mark("\n", { start: called.tree.start, end: Math.min(body.start + 1, called.tree.end) });
    run.callFunction(called, callOf(called, given));
    return {
      part: { start, end: this.#text.length },
      // A way back that only raises is none.
      empty: host.output.count === 0 && (name === "downgrade" || host.raisedFirst === undefined),
      callsOthers: callsSomething(body, text),
      tree: called.tree,
      raises: host.raisedFirst,
      refused: host.output.refused,
      module,
      calls: host.calls,
    };
  }
}

/** Behind a function's last statement, in its block still: `# ### end Alembic commands ###`. */
const indentedComments = /^[ \t]*(?:#[^\n]*)?(?:\r?\n[ \t]+#[^\n]*|\r?\n[ \t]*(?=\r?\n))*$/;

/** Alembic's template for several databases: `globals()["upgrade_%s" % engine_name]()`. */
const dispatches = /\bglobals\(\)\[/;

const severalDatabases =
  "Each database has functions of its own in the project's migrations: `alembic revision` makes a new one with them, and what it does belongs in the function of this database.";

/** The migration does something else there. */
const asksForSqlite = /==\s*["']sqlite["']|["']sqlite["']\s*==|startswith\(["']sqlite["']\)/;

interface Direction {
  readonly part: Span;
  readonly empty: boolean;
  /** Calls of what isn't followed, or what only other databases are sent. */
  readonly callsOthers: boolean;
  readonly tree: Tree;
  /** What it raises before it does anything; empty if that is no text. */
  readonly raises: string | undefined;
  readonly refused: readonly RefusedCall[];
  readonly module: Module;
  /** Of `op`, each a statement that certainly runs. */
  readonly calls: readonly CallValue[];
}
