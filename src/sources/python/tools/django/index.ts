/** Django's migrations: operations on a state of models become the SQL that its schema editor sends. */
import type { LiveModel, RefusedCall, ToolCall } from "../../../../model/call.ts";
import type { Segment } from "../../../../text/source-map.ts";
import type { Span } from "../../../../text/span.ts";
import type {
  CodeInput,
  CodeMigration,
  HistoryReader,
  ReadMigration,
  SourceHistory,
} from "../../../source.ts";
import { hasHoles, opaque, SqlText, type DynamicPiece, type Piece } from "../../../sql-text.ts";
import { unreadable } from "../../../unreadable.ts";
import { irreversibleReason } from "../../../../text/irreversible-mark.ts";
import type { Sources } from "../../modules.ts";
import { docstring, spanOf } from "../../tree.ts";
import type { PythonTool } from "../../tool.ts";
import { unitOf } from "../../unit.ts";
import { madeText, mayHaveChanged } from "../../text.ts";
import {
  flagOf,
  isNone,
  itemsOf,
  textOf,
  type AttributeValue,
  type ClassValue,
  type NameValue,
  type Place,
  type Value,
} from "../../value.ts";
import { Run } from "../../walk.ts";
import type { Apps, ProjectFacts } from "./apps.ts";
import { customField } from "./custom-fields.ts";
import { readCode, type CodeRead } from "./data.ts";
import { customOperation } from "./custom-operations.ts";
import type { Operation } from "./operation.ts";
import { readOperations } from "./operations.ts";
import { takenFromState } from "./taken-from-state.ts";
import { emptyProject, runBackwards, runForwards, type Before, type Output } from "./project.ts";
import { Squashes, whyNoSql } from "./without-advice.ts";
import { projectSettings, type ProjectSettings } from "./settings.ts";

export const django: PythonTool = {
  name: "django",
  open: (history, sources) => new DjangoReader(history, sources),
};

class DjangoReader implements HistoryReader {
  readonly #history: SourceHistory;
  readonly #sources: Sources;
  readonly #squashes: Squashes;
  #settings: ProjectSettings | undefined;

  constructor(history: SourceHistory, sources: Sources) {
    this.#history = history;
    this.#squashes = new Squashes(history);
    this.#sources = sources;
  }

  read(input: CodeInput, given: unknown): ReadMigration {
    const before = (given as Before | undefined) ?? emptyProject;
    try {
      return this.#read(input, before);
    } catch (error) {
      // A text that nests deeper than the call stack.
      if (!(error instanceof RangeError)) throw error;
      return { migration: unreadable(input), after: before };
    }
  }

  #read(input: CodeInput, before: Before): ReadMigration {
    this.#settings ??= projectSettings(this.#history, input.readFile);
    const { isPostgres } = this.#settings.vendor;
    const run = new Run({ value: (value) => vendorName(value, isPostgres) }, input, this.#sources);
    const module = run.open(input.path, input.text);
    const migration = module.scope.own("Migration");
    if (migration?.is !== "class") return { migration: undefined, after: before };
    // South, which Django's own migrations have replaced, has its steps in methods.
    if (run.member(migration, "operations") === undefined && run.member(migration, "forwards") !== undefined)
      return { migration: unreadable(input), after: before };
    const facts = this.#facts(run, input);
    const app = this.#settings.appLabel(input.path);
    const listed = run.member(migration, "operations");
    const operations = readOperations(listed, facts);
    const isAtomic = flagOf(run.member(migration, "atomic")) ?? true;
    // Functions that nothing calls any more may say why.
    const functions = operations.length > 0 ? [] : module.program.children;
    const comments = [...functions.flatMap((one) => docstring(one) ?? []), ...module.comments];
    const text = new SqlText(input.path, input.text.length + 1);
    const code = (value: Value | undefined, apps: Apps): CodeRead =>
      readCode(value, apps, { readFile: input.readFile }, this.#sources);
    const up = direction(
      input,
      text,
      comments,
      isAtomic,
      operations,
      (output) => runForwards(operations, app, before, facts, output),
      code,
    );
    const after = up.result;
    const isReversible = operations.every((one) => one.isReversible);
    const down = isReversible
      ? direction(
          input,
          text,
          [],
          isAtomic,
          operations,
          (output) => {
            runBackwards(operations, app, before, after, facts, output);
          },
          code,
        )
      : undefined;
    const stopped = operations.find((one) => !one.isReversible);
    const said = irreversibleReason(input.text, comments);
    const isOwn = stopped?.whole.path === input.path;
    // Nothing is read of an empty one: what is said of it is said of its list.
    const isNothing = operations.length === 0 && listed?.at.path === input.path;
    const part = isNothing ? { start: listed.at.start, end: listed.at.start } : up.direction.part;
    return {
      migration: {
        text: `${input.text}\n${text.text}`,
        map: text.map,
        pieces: text.pieces,
        problems: [],
        up: { ...up.direction, part, empty: operations.length === 0 && !isMerge(run, migration, app) },
        down: down && {
          ...down.direction,
          derived: true,
          isWritten: operations.some(({ oneWay }) => oneWay !== undefined) ? true : undefined,
        },
        unit: unitOf({
          module,
          app,
          name: nameOf(input.path),
          others: this.#settings.others,
          timeoutOption,
          follows: run.member(migration, "dependencies"),
          isSole: operations.length === 1,
          calls: itemsOf(listed)?.flatMap((one) => (one.is === "call" ? [one] : [])) ?? [],
          stateOf: (call) =>
            /^(?:RunPython|RunSQL|SeparateDatabaseAndState)$/.test(facts.operation(call)?.name ?? call.method)
              ? call.keywords.get("state_operations")
              : call,
          noSqlOf: (call) => whyNoSql(call, app, after.state, facts.userModel),
          closed: this.#squashes.whyClosed(input),
        }),
        irreversible: said ?? (stopped === undefined || isOwn ? undefined : `${stopped.name} has no reverse`),
        oneWay:
          said === undefined && isOwn
            ? stopped.oneWay && { ...stopped.oneWay, at: spanOf(stopped.whole) }
            : undefined,
      },
      after,
    };
  }

  #facts(run: Run, { readFile, path }: CodeInput): ProjectFacts {
    const settings = this.#settings ?? projectSettings(this.#history, readFile);
    return {
      vendor: settings.vendor,
      userModel: settings.userModel,
      isUserAssumed: settings.isUserAssumed,
      autoField: settings.autoField,
      custom: (call) => customField(run, call, this.#sources),
      operation: (call) => customOperation(run, call, settings.vendor),
      elsewhere: (model, field) => elsewhere(readFile(modelsBeside(path)) ?? "", model, field),
      isInherited: (model, field) => isInherited(readFile(modelsBeside(path)) ?? "", model, field),
      result: (value) =>
        value.is === "function"
          ? run.quietly(() =>
              run.callFunction(value, {
                is: "call",
                callee: "",
                target: value,
                method: value.name,
                values: [],
                keywords: new Map(),
                places: new Map(),
                open: false,
                at: value.at,
              }),
            )
          : undefined,
    };
  }
}

/**
 * Constraints and indexes of fields: Django asks the database for their names, and drops those that it finds. Those with a
 * name of their own it drops by that.
 */
const isLookedUp = (segments: readonly Segment[], { name }: Operation): boolean =>
  /^(?:Alter|Remove|Rename|Add)Field$|^RenameModel$/.test(name) &&
  /\bDROP (?:CONSTRAINT|INDEX|FOREIGN KEY)\b/.test(segments.map(({ text }) => text).join(""));

/** One entry may be for either database, by a variable: the drivers of others refuse to connect with `options`. */
const timeoutOption =
  '`if "postg" in DATABASES["default"]["ENGINE"]: DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c lock_timeout=5s"`, below `DATABASES` in the settings';

/** `connection.vendor` */
export const vendorName = (value: NameValue | AttributeValue, isPostgres: boolean): Value | undefined =>
  value.is === "name" && /^django\.(?:schema_editor|db)\.connection\.vendor$/.test(value.dotted)
    ? madeText(isPostgres ? "postgresql" : "mysql", value.at)
    : undefined;

/** `0002_add_status` */
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1).replace(/\.py$/, "");

/** `shop/models.py` of `shop/migrations/0002_add_status.py` */
const modelsBeside = (path: string): string => path.split("/").slice(0, -2).concat("models.py").join("/");

function elsewhere(models: string, model: string, field: string): ToolCall["elsewhere"] {
  if (new RegExp(`(?<!\\w)${literal(field)}(?!\\w)`).test(models)) return undefined;
  const [, bases] = new RegExp(`^class ${literal(model)}\\(([^)]*)\\)`, "im").exec(models) ?? [];
  if (bases === undefined) return undefined;
  return plainBases.test(bases) ? "nowhere" : "inherited";
}

const plainBases = /^\s*(?:models\.)?Model\s*,?\s*$/;

function isInherited(models: string, model: string, field: string): boolean {
  const found = new RegExp(`^class ${literal(model)}\\(([^)]*)\\):`, "im").exec(models);
  if (found === null || plainBases.test(found[1] ?? "")) return false;
  const [body = ""] = models.slice(found.index + found[0].length).split(/^(?=[^\s#)\]}])/m, 1);
  return !new RegExp(`^\\s+${literal(field)}\\s*[:=]`, "m").test(body);
}

const literal = (name: string): string => name.replaceAll(/[^\w]/g, String.raw`\$&`);

/** `makemigrations --merge` writes one without operations, after two of its own app. */
function isMerge(run: Run, migration: ClassValue, app: string): boolean {
  const list = itemsOf(run.member(migration, "dependencies")) ?? [];
  return list.filter((one) => textOf(itemsOf(one)?.[0]) === app).length > 1;
}

interface Directed<Result> {
  readonly direction: CodeMigration["up"];
  readonly result: Result;
}

type ReadCode = (value: Value | undefined, apps: Apps) => CodeRead;

function direction<Result>(
  input: CodeInput,
  text: SqlText,
  comments: readonly Span[],
  isAtomic: boolean,
  operations: readonly Operation[],
  run: (output: Output) => Result,
  code: ReadCode,
): Directed<Result> {
  const start = text.length;
  const spoken = new Set<Operation>();
  const piece = (segments: readonly Segment[], operation: Operation, more: Partial<Piece> = {}): void => {
    spoken.add(operation);
    text.sender = operation.name;
    const own = operation.whole.path === input.path ? operation.whole : operation.at;
    text.piece(segments, {
      repeated: false,
      holes: hasHoles(segments),
      statement: { start: own.start, end: own.end },
      ...more,
      conditional: more.conditional === true || mayHaveChanged(segments),
    });
  };
  const dynamic = (
    at: Place,
    operation: Operation,
    own: DynamicPiece = {},
    flow: Partial<Piece> = {},
  ): void => {
    piece(opaque(at.path, at), operation, {
      ...flow,
      holes: false,
      dynamic: own,
    });
  };
  const liveModels: LiveModel[] = [];
  const refused: RefusedCall[] = [];
  const output: Output = {
    built: (segments, operation, byTool) => {
      const guard = isLookedUp(segments, operation) ? ({ guard: "ifPresent" } as const) : {};
      piece(segments, operation, { call: operation.call, ...(byTool ? { byTool } : {}), ...guard });
    },
    raw: (value, operation, call) => {
      if (value.segments.every(({ text: part }) => part.trim() === "")) return;
      if (value.holes && value.segments[0]?.text.startsWith("${") === true) dynamic(value.at, operation);
      else piece(value.segments, operation, { holes: value.holes, call });
    },
    unknown: (at, operation) => {
      dynamic(at, operation);
    },
    refuse: (call, operation) => {
      const { whole } = operation;
      dynamic(operation.at, operation, { isRefused: true });
      if (whole.path === input.path) refused.push({ ...call, at: spanOf(whole) });
    },
    code: (value, apps, operation) => {
      if (value === undefined || isNone(value)) return;
      const { steps, live, doesMore } = code(value, apps);
      for (const one of live.values()) {
        const isHere = one.at.path === input.path;
        liveModels.push({
          name: one.name,
          at: spanOf(isHere ? one.at : operation.at),
          instead: takenFromState(one, apps.state, isHere),
        });
      }
      for (const { sql, at, kind, flow: own } of steps) {
        const flow = doesMore ? ({ ...own, isPart: true } as const) : own;
        if (sql === undefined) dynamic(operation.at, operation, { prefix: kind, isData: true }, flow);
        else if (typeof sql === "string")
          piece([{ text: sql, path: at.path, at, exact: false }], operation, flow);
        else piece(sql.segments, operation, flow);
      }
    },
  };
  const result = run(output);
  const part = { start, end: text.length };
  const silent = operations.filter((one) => !spoken.has(one)).length;
  return {
    result,
    direction: { part, comments, optedOut: !isAtomic, empty: false, silent, unsent: [], refused, liveModels },
  };
}
