/** Migrations of Rails: `change`, or `up` and `down`, whose calls become the SQL that ActiveRecord sends. */
import type { RefusedCall } from "../../../model/call.ts";
import type { CodeUnit } from "../../../model/tool.ts";
import type { Span } from "../../../text/span.ts";
import type {
  CodeDirection,
  CodeInput,
  CodeMigration,
  HistoryReader,
  ReadMigration,
  SourceHistory,
} from "../../source.ts";
import { SqlText } from "../../sql-text.ts";
import { unreadable } from "../../unreadable.ts";
import type { ClassInfo, Method } from "../classes.ts";
import { irreversibleReason } from "../../../text/irreversible-mark.ts";
import type { Output } from "../output.ts";
import { Project, type ParsedFile, type Sources } from "../project.ts";
import type { Tree } from "../tree.ts";
import { blocksOf, callsSomething, spread } from "../tree-items.ts";
import { textOf, type Place } from "../value.ts";
import { LiveTables } from "./live.ts";
import { liveModels } from "./live-models.ts";
import type { MigrationHost } from "./migration-host.ts";
import { blocksIn } from "./blocks.ts";
import { inBothWays } from "./both-ways.ts";
import { missingDown } from "./missing-down.ts";
import { startRun } from "./runs.ts";
import { readSchemaFile } from "./schema-file.ts";
import { settingsOf, type Settings } from "./settings.ts";
import { withBody } from "./class-body.ts";
import { isAtLeast, known, printed, versionOf, type Version } from "./versions.ts";

export class RailsReader implements HistoryReader {
  readonly #history: SourceHistory;
  readonly #sources: Sources;
  #settings: Settings | undefined;
  #firstForNewRails: number | undefined;

  constructor(history: SourceHistory, sources: Sources) {
    this.#history = history;
    this.#sources = sources;
  }

  readDump(input: CodeInput): CodeMigration | undefined {
    this.#settings ??= settingsOf(this.#history, input.readFile);
    const file = this.#sources.parse(input.path, input.text);
    return file && readSchemaFile(input, this.#history, this.#settings, this.#sources, file);
  }

  read(input: CodeInput, before: unknown): ReadMigration {
    const tables = (before as LiveTables | undefined) ?? LiveTables.none;
    this.#settings ??= settingsOf(this.#history, input.readFile);
    try {
      const file = this.#sources.parse(input.path, input.text);
      if (file === undefined) return { migration: unreadable(input), after: tables };
      const info = migrationClass(file);
      if (info === undefined) {
        const [first] = file.parsed.errors;
        return first === undefined
          ? { migration: undefined, after: tables }
          : { migration: broken(input, file, first), after: tables };
      }
      const settings = { ...this.#settings, refusesPlain: () => this.#refusesPlain(input) };
      return new Reading(input, this.#history, settings, this.#sources, file, info).migration(tables);
    } catch (error) {
      // A text that nests deeper than the call stack.
      if (!(error instanceof RangeError)) throw error;
      return { migration: unreadable(input), after: tables };
    }
  }

  /** What comes before the first class for Rails 5.1 ran with an older one; new databases load the schema instead. */
  #refusesPlain({ path, readFile }: CodeInput): boolean {
    const { paths } = this.#history;
    this.#firstForNewRails ??= paths.findIndex((one) => forNewRails.test(readFile(one) ?? ""));
    return this.#firstForNewRails >= 0 && this.#firstForNewRails < paths.indexOf(path);
  }
}

const broken = (input: CodeInput, { parsed }: ParsedFile, at: Span): CodeMigration =>
  unreadable(input, [], parsed.comments.length > 0 ? parsed.comments : [{ start: at.start, end: at.start }]);

/** `class AddIndex < ActiveRecord::Migration[7.1]` */
function migrationClass({ top }: ParsedFile): ClassInfo | undefined {
  const all = [...top.classes.values()].flatMap((one) => [one, ...one.classes.values()]);
  const named = all.filter(({ superclass }) => superclassName(superclass) !== undefined);
  const isMigration = ({ superclass }: ClassInfo): boolean =>
    /Migration\b/.test(superclassName(superclass) ?? "");
  return named.find(isMigration) ?? named.find(({ methods }) => methods.has("change") || methods.has("up"));
}

function superclassName(tree: Tree | undefined): string | undefined {
  if (tree?.is === "name") return tree.name;
  // `Migration[5.2]["7.2"]` is the same as `Migration["7.2"]`.
  return tree?.is === "call" && (tree.name === "[]" || tree.name === "current")
    ? superclassName(tree.receiver)
    : undefined;
}

/** Rails 5.0 and earlier take it, for what 4.2 does. */
const isPlain = (tree: Tree | undefined): boolean =>
  tree?.is === "name" && tree.name === "ActiveRecord::Migration";

/** The `7.1` of `ActiveRecord::Migration[7.1]` */
const statedVersion = (
  tree: Tree | undefined,
): { readonly version: Version | undefined; readonly at: Span } | undefined => {
  if (tree?.is !== "call" || tree.name !== "[]") return undefined;
  const [only] = tree.args;
  const text =
    only?.is === "number"
      ? only.printed
      : only?.is === "text"
        ? only.parts.map((part) => ("text" in part ? part.text : "")).join("")
        : undefined;
  return only === undefined
    ? undefined
    : { version: versionOf(text), at: { start: only.start, end: only.end } };
};

const codeOnce = "write `up` and `down`: a rollback of `change` would also run the code beside its commands";

interface Direction {
  /** In production it does nothing. */
  readonly elsewhere?: true;
  readonly part: Span;
  /** No statement. */
  readonly empty: boolean;
  /** Calls of what isn't followed: jobs, settings, services. */
  readonly callsOthers: boolean;
  readonly host: MigrationHost;
  readonly method: Method;
}

/** A class for Rails 5.1 or later, which refuses those without a version. */
const forNewRails = /\bMigration\[(?:5\.[1-9]|[6-9]|[1-9]\d)/;

interface ReadingSettings extends Settings {
  /** The installed Rails surely meets this migration, and wants its class to state a version. */
  readonly refusesPlain: () => boolean;
}

/** One migration. */
class Reading {
  readonly #input: CodeInput;
  readonly #history: SourceHistory;
  readonly #settings: ReadingSettings;
  readonly #sources: Sources;
  readonly #file: ParsedFile;
  readonly #info: ClassInfo;
  readonly #text: SqlText;
  readonly #version: Version;
  readonly #optedOut: boolean;
  readonly #copiedBy: string | undefined;

  constructor(
    input: CodeInput,
    history: SourceHistory,
    settings: ReadingSettings,
    sources: Sources,
    file: ParsedFile,
    info: ClassInfo,
  ) {
    this.#input = input;
    this.#history = history;
    this.#settings = settings;
    this.#sources = sources;
    this.#file = file;
    this.#info = info;
    this.#text = new SqlText(input.path, input.text.length + 1);
    const superclass = this.#superclass();
    this.#version = statedVersion(superclass)?.version ?? (isPlain(superclass) ? [4, 2] : settings.gem);
    this.#optedOut = calledInBody(info, "disable_ddl_transaction!");
    this.#copiedBy = calledInBody(info, "uses_departure!") ? "pt-online-schema-change" : undefined;
  }

  /** `ActiveRecord::Migration[7.1]`, also by way of a class of the project. */
  #superclass(): Tree | undefined {
    const own = this.#info.superclass;
    if (own?.is !== "name" || isPlain(own)) return own;
    const project = new Project(this.#sources, this.#history, this.#input.readFile, this.#file);
    return (
      project.inherits(this.#info).find((one) => isPlain(one) || statedVersion(one) !== undefined) ?? own
    );
  }

  migration(tables: LiveTables): ReadMigration {
    const { text } = this.#input;
    const { methods, ownMethods } = this.#info;
    const up = methods.get("up") ?? ownMethods.get("up");
    const down = methods.get("down") ?? ownMethods.get("down");
    const change = methods.get("change");
    const forward = withBody(this.#info, up ?? change);
    if (forward === undefined) return { migration: this.#helper(), after: tables };
    const upward = this.#direction(forward, tables, false);
    const after = upward.host.editor.tables;
    const back =
      up === undefined && change !== undefined
        ? this.#direction(change, after, true)
        : down && this.#direction(down, after, false);
    const reverted = up === undefined ? back?.host : undefined;
    const isRefused = reverted !== undefined && reverted.oneWays.length > 0;
    const [oneWay, ...others] = (isRefused ? reverted.oneWays : reverted?.caught) ?? [];
    const { comments } = this.#file.parsed;
    const isDerived = up === undefined;
    const method = back?.method.tree;
    const inDown = (one: Span): boolean =>
      !isDerived && method !== undefined && method.start <= one.start && one.end <= method.end;
    // `reversible { |dir| dir.down { … } }`
    const handWritten = isDerived ? blocksOf(method?.body, "down") : [];
    const ways = back?.empty === true ? handWritten : [];
    const inBlock = (one: Span): boolean =>
      ways.some(({ start, end }) => start <= one.start && one.end <= end);
    const direction = (
      { part, empty, elsewhere, callsOthers, host, method: { tree } }: Direction,
      own: readonly Span[],
      derived: boolean,
    ): CodeDirection => ({
      part,
      comments: own,
      optedOut: this.#optedOut || host.editor.leavesTransaction,
      notInProduction: elsewhere,
      copiedBy: this.#copiedBy,
      empty: empty && (derived || tree.name !== "down" || !callsOthers),
      unsent: [],
      refused: [...(host === upward.host ? this.#refusals() : []), ...host.output.refused],
      runAgain: host.runAgain.calls(),
      liveModels: liveModels(host.usedModels, this.#input.text),
      ...(derived ? { derived: true as const } : {}),
      ...(derived && handWritten.length === 0 ? { automatic: true as const } : {}),
    });
    const said = irreversibleReason(text, comments);
    const isOwn = oneWay?.command.at.path === this.#input.path;
    const engine = copiedFrom(text);
    const copied =
      engine !== undefined && (back === undefined || isRefused)
        ? `it is a copy of a migration of ${engine}`
        : undefined;
    const hasDown = back !== undefined && !isRefused && back.host.raisedFirst === undefined;
    return {
      migration: {
        text: `${text}\n${this.#text.text}`,
        map: this.#text.map,
        pieces: this.#text.pieces,
        problems: [],
        elsewhere: upward.elsewhere ?? (upward.empty && upward.callsOthers ? true : undefined),
        up: direction(
          upward,
          comments.filter((one) => !inDown(one)),
          false,
        ),
        down: hasDown
          ? direction(back, comments.filter(isDerived ? inBlock : inDown), isDerived)
          : back === undefined || isDerived
            ? undefined
            : { ...direction(back, comments.filter(inDown), false), empty: true },
        irreversible:
          said ?? back?.host.raisedFirst ?? copied ?? (isRefused && !isOwn ? oneWay?.what : undefined),
        oneWay:
          said === undefined && copied === undefined && oneWay !== undefined && isOwn
            ? {
                at: spanOf(oneWay.command.at),
                what: oneWay.what,
                isCaught: isRefused ? undefined : true,
                instead:
                  back !== undefined && this.#runsBack(back)
                    ? codeOnce
                    : (this.#upAndDown(upward) ??
                      inBothWays(upward.host.editor, [oneWay, ...others], text, upward.host.tablesAt)),
              }
            : undefined,
        missingDown:
          up !== undefined && (back === undefined || back.empty) ? this.#missingDown(upward) : undefined,
        unit: this.#unit(upward.host, forward, isDerived),
        optOut: isAtLeast(this.#settings.gem, [4, 0]) ? undefined : 'execute "COMMIT" before all others',
      },
      after,
    };
  }

  /** Code beside the commands: Rails runs it in a rollback before it takes them back, and records none of it. */
  #runsBack({ part, host }: Direction): boolean {
    return (
      host.usedModels.length > 0 ||
      this.#text.pieces.some((piece) => part.start <= piece.part.start && piece.part.end <= part.end)
    );
  }

  /** Before Rails 4, no call in a `change` does something else in either direction. */
  #upAndDown(upward: Direction): string | undefined {
    const down = isAtLeast(this.#settings.gem, [4, 0]) ? undefined : this.#missingDown(upward);
    if (down === undefined) return undefined;
    return down.startsWith("def ")
      ? `# rename \`change\` to \`up\`, and add:\n${down}`
      : `rename \`change\` to \`up\`, and ${down}`;
  }

  /** Undefined where it does anything besides commands. */
  #missingDown({ part, host, method }: Direction): string | undefined {
    const { sent, editor, tablesAt, usedModels } = host;
    const names = new Set(sent.map(({ name }) => name));
    const own = this.#text.pieces.filter(
      ({ part: { start, end } }) => part.start <= start && end <= part.end,
    );
    const isOfCommands =
      usedModels.length === 0 &&
      sent.every(({ at }) => at.path === this.#input.path) &&
      own.every(({ call }) => call !== undefined && names.has(call.name));
    return isOfCommands ? missingDown(editor, sent, tablesAt, method.tree.ofSelf) : undefined;
  }

  /** A class without a method that runs: Rails does nothing, or refuses. */
  #helper(): CodeMigration | undefined {
    const start = this.#text.length;
    this.#text.mark("\n", { start: 0, end: 0 });
    const part = { start, end: this.#text.length };
    return {
      text: `${this.#input.text}\n${this.#text.text}`,
      map: this.#text.map,
      pieces: [],
      problems: [],
      up: {
        part,
        comments: this.#file.parsed.comments,
        optedOut: this.#optedOut,
        empty: true,
        unsent: [],
        refused: this.#refusals(),
      },
    };
  }

  /** What Rails refuses before it runs anything. */
  #refusals(): readonly RefusedCall[] {
    const { superclass } = this.#info;
    if (superclass === undefined) return [];
    const { gem, release, ranUpTo } = this.#settings;
    if (release === undefined) return [];
    // It ran, with another release: new databases load the schema that came of it.
    const [own] = /\d{14}/.exec(this.#input.path.slice(this.#input.path.lastIndexOf("/"))) ?? [];
    if (own !== undefined && ranUpTo !== undefined && own <= ranUpTo) return [];
    if (isPlain(superclass) && isAtLeast(gem, [5, 1]) && this.#settings.refusesPlain())
      return [
        {
          at: spanOf(superclass),
          why: "Rails 5.1 and later refuse a migration without a version",
          instead: "write ActiveRecord::Migration[4.2], or the version of Rails that it was written for",
        },
      ];
    const stated = statedVersion(superclass);
    if (stated?.version === undefined) return [];
    const { version, at } = stated;
    const isKnown = known.some(([major, minor]) => major === version[0] && minor === version[1]);
    if (isAtLeast(gem, version) && (isKnown || isAtLeast(version, [8, 2]))) return [];
    return [
      {
        at,
        why: `Rails ${release} doesn't know Migration[${printed(version)}]`,
        instead: `write ActiveRecord::Migration[${printed(gem)}]`,
      },
    ];
  }

  /** In production it may be somebody else who does it, `return if Rails.env.production?`: then it is done all the same. */
  #direction(method: Method, tables: LiveTables, isReverting: boolean): Direction {
    const found = this.#tried(method, tables, isReverting, true);
    return found.empty && found.host.asksProduction
      ? { ...this.#tried(method, tables, isReverting, undefined), elsewhere: true }
      : found;
  }

  #tried(
    method: Method,
    tables: LiveTables,
    isReverting: boolean,
    isProduction: true | undefined,
  ): Direction {
    const { path } = this.#input;
    const { output, host, run } = startRun(
      {
        input: this.#input,
        history: this.#history,
        settings: this.#settings,
        sources: this.#sources,
        file: this.#file,
        text: this.#text,
        version: this.#version,
        optedOut: this.#optedOut,
      },
      tables,
    );
    host.isProduction = isProduction;
    const start = this.#text.length;
    const { tree } = method;
    this.#text.mark("\n", { start: tree.start, end: Math.min(tree.nameAt?.end ?? tree.end, tree.end) });
    const at: Place = { path, start: tree.start, end: tree.end };
    const self = { info: this.#info, isClass: tree.ofSelf };
    const visit = (): void => {
      run.callMethod(method, undefined, self, at);
    };
    if (isReverting) host.revert(visit);
    else visit();
    if (!isReverting && this.#file.parsed.errors.length > 0) this.#lostIn(output, tree);
    return {
      part: { start, end: this.#text.length },
      empty: output.count === 0 && (isReverting || tree.name === "down" || host.raisedFirst === undefined),
      callsOthers: callsSomething(tree.body),
      host,
      method,
    };
  }

  /** Where the grammar says no, what stands there isn't known. */
  #lostIn(output: Output, { start, end }: Span): void {
    const { path } = this.#input;
    for (const error of this.#file.parsed.errors.slice(0, 5)) {
      if (error.start < start || error.start > end) continue;
      const at = { path, ...error };
      output.dynamic(at, { flow: { conditional: true, repeated: false }, statement: at, alone: false });
    }
  }

  /** strong_migrations refuses SQL that isn't marked. Where production doesn't have it, the mark fails there. */
  #marksSafe(): CodeUnit["marksSafe"] {
    const { strongMigrations } = this.#settings;
    if (strongMigrations === undefined) return undefined;
    if (!strongMigrations.isEverywhere && !/\bsafety_assured\b/.test(this.#input.text)) return undefined;
    return strongMigrations.checksDown ? "both ways" : "forwards";
  }

  #unit({ calls, run, madeAgain }: MigrationHost, { tree }: Method, reverses: boolean): CodeUnit {
    const { text, path } = this.#input;
    const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.rb$/, "");
    return {
      name,
      follows: printed(this.#version),
      // Rails 3 writes each column that it has seen into new rows, whether the program uses it or not.
      leavesOut: isAtLeast(this.#settings.gem, [5, 0])
        ? 'self.ignored_columns += ["<column>"]'
        : 'def self.columns; super.reject { |one| one.name == "<column>" }; end',
      imports: [],
      others: this.#settings.others,
      isSole: spread(tree.body).length === 1 && calls.length === 1,
      reverses,
      // Their file is `20240101000000_create_tags.tags_engine.rb`.
      isForeign:
        copiedFrom(text) !== undefined || isOfGoodJob(text) || /\.\w+$/.test(name) ? true : undefined,
      blocks: blocksIn(run?.withBlocks ?? [], this.#input),
      calls: calls.map((call) => {
        const own = text.slice(call.at.start, call.at.end);
        const texts = new Map<string, string>();
        call.args.forEach((value, i) => {
          const one = textOf(value);
          if (one !== undefined) texts.set(String(i), one);
        });
        for (const [key, value] of call.options) {
          const one = textOf(value);
          if (one !== undefined) texts.set(key, one);
        }
        return {
          name: call.name,
          text: own,
          at: spanOf(call.at),
          head: call.nameAt.end - call.at.start,
          texts,
          holds: [...call.options.keys()],
          state: undefined,
          tableAgain: madeAgain.get(call.at.start),
        };
      }),
      releases: releasesOf(this.#settings),
      losesTriggers: this.#settings.losesTriggers ? true : undefined,
      marksSafe: this.#marksSafe(),
    };
  }
}

const releasesOf = ({ release }: Settings): ReadonlyMap<string, string> =>
  new Map(release === undefined ? [] : [["activerecord", release]]);

const spanOf = ({ start, end }: Span): Span => ({ start, end });

/** Also where it depends: `uses_departure! if Rails.env.production?` */
const calledInBody = ({ body }: ClassInfo, name: string): boolean =>
  body
    .flatMap((item) => (item.is === "if" ? [...spread(item.then), ...spread(item.other)] : [item]))
    .some((item) => item.is === "call" && item.name === name && item.receiver === undefined);

/** Written by `good_job:update`. */
const isOfGoodJob = (text: string): boolean =>
  /# Ensure this incremental update migration is idempotent\s+# with monolithic install migration/.test(text);

/** The engine, as `railties:install:migrations` writes it at the top. */
function copiedFrom(text: string): string | undefined {
  return /^# This migration comes from (\S{1,80}) \(originally \d{1,20}\)/m.exec(text.slice(0, 400))?.[1];
}
