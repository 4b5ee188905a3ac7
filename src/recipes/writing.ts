/** How the file of a step writes advice: as SQL, or as the calls that send it, in whole files where it takes several. */
import { languageOf } from "./code-language.ts";
import type { CodeFile, CodeStatement, CodeStep, UnitCall } from "../model/tool.ts";
import { pythonString } from "../text/python.ts";
import { rubyString } from "../text/ruby.ts";
import { xmlComment } from "../text/xml.ts";
import { tableOf } from "../model/kinds.ts";
import type { Step } from "../replay/step.ts";
import { pieceOf } from "../replay/code-piece.ts";
import { placeOf } from "../text/source-map.ts";
import { groupBy } from "../text/group.ts";
import { formerView } from "./former-views.ts";
import type { Advice, RecipeStep, Writing } from "./advice.ts";
import { columnsByThen } from "./columns-by-then.ts";
import { versionAfter } from "./code-versions.ts";
import { followersOf } from "./followers.ts";
import { changesGone, goesWith, ownIndex } from "./goes-with.ts";
import { asWritten, ownBackOf } from "./own-back.ts";
import { importWords, placeWords } from "./place-words.ts";
import { blocksAround, callOf, dropping, hasHole, placeOfSender, senderOf, sentAt } from "./sent.ts";
import { swapsTables, touchedBy } from "./statement-forms.ts";
import { undoOf, type Past } from "./undo.ts";
import { dropsNeeded } from "./way-back.ts";
import { movedBack } from "./ways-back.ts";

export type WritingStep = Pick<Step, "script" | "earlier" | "scope" | "statement" | "before" | "show">;

/** Undefined: the file is SQL. */
export function writingOf(step: WritingStep): Writing | undefined {
  const { script, earlier, scope } = step;
  const { code, transaction } = script;
  if (code === undefined) return undefined;
  const { rawCall, codeFile, keepsParameter, wraps } = transaction;
  const language = languageOf(script.path, code.source);
  const { comment: commented } = spellings[language];
  const piece = pieceOf(script, step.statement);
  const written = callWriter(rawCall, language);
  // Where nothing wraps, each call commits; several that take effect together travel in one message.
  const given = keepsParameter === true ? givenIn(code, piece) : undefined;
  const calls = ({ transaction: own, statements }: RecipeStep): readonly string[] =>
    (own === "own" && wraps === "none" ? [statements.join("\n")] : statements).map((sql) =>
      written(sql, given?.handle),
    );
  const files = new WeakMap<Advice, ReadonlyMap<RecipeStep, string>>();
  const at = placeOf(code.map, step.statement.span)?.path;
  const isLoaded = at !== undefined && at !== script.path && at.endsWith(".sql");
  return {
    isLoaded,
    comment: commented,
    statement: (sql) => written(sql, piece?.handle, piece?.options),
    place: (at) =>
      isLoaded
        ? []
        : [
            ...importWords(transaction.rawImport, code.source, language),
            ...placeWords(piece, { code, language, at, isAwaited: /\bawait /.test(written("")) }),
          ],
    inside(part) {
      const calls = callsInside(step, part);
      return calls && [commented("in this callback:"), ...calls];
    },
    file(part, at, advice) {
      // It stands in the file of SQL that a call loads.
      if (isLoaded && part.transaction === "any" && (part.after ?? "statement") === "statement")
        return undefined;
      const steps = files.get(advice) ?? writtenSteps(step, advice);
      files.set(advice, steps);
      const own = steps.get(part);
      if (own !== undefined) return own;
      // Done by hand: nothing of the tool runs it, and what is pasted into the file must not break that.
      if (part.intent === "external")
        return part.statements
          .flatMap((sql) => sql.split("\n"))
          .map(commented)
          .join("\n");
      if (transaction.always === true && part.transaction === "none") return part.statements.join("\n");
      if (codeFile === undefined || (part.transaction === "any" && part.after !== "deploy")) return undefined;
      const down = downOf(step, advice, at) ?? [];
      // Behind a deploy, the advice itself says what it takes along.
      const isAlong = part.after === "deploy" || isWhole(step, advice);
      const moved = isAlong ? undefined : movedBack(ownBackOf(scope).statements, down, advice);
      const text = codeFile({
        up: calls(part),
        down: (part.ahead === true ? down : columnsByThen(step, down)).map((sql) =>
          written(transaction.wrapsBack === true ? inTransaction(sql) : sql, given?.handle),
        ),
        outside: part.transaction === "none",
        language,
        // Advice for other statements of the file has files, too.
        version: versionAfter(script, scope.history, at, 10 * earlier().length),
        place: at + 1,
        given,
      });
      return moved === undefined ? text : `${commented(moved)}\n${text}`;
    },
  };
}

/** The statements of a step as calls in the callback that the statement is from. */
function callsInside(
  { script: { transaction, code, path }, script, statement }: WritingStep,
  { statements }: RecipeStep,
): readonly string[] | undefined {
  const { builderCall } = transaction;
  const place = code && placeOf(code.map, statement.span);
  if (builderCall === undefined || pieceOf(script, statement)?.inBuilder !== true || place?.path !== path)
    return undefined;
  const [, handle] = /(\w+)\s*\.\s*$/.exec(code?.source.slice(0, place.span.start).slice(-80) ?? "") ?? [];
  const tables = statement.operations.flatMap((operation) => tableOf(operation)?.text ?? []);
  const isOfTable = (sql: string): boolean => tables.some((table) => sql.includes(` ON ${table} (`));
  if (handle === undefined || !statements.every(isOfTable)) return undefined;
  const calls = statements.flatMap((sql) => builderCall(sql, handle) ?? []);
  return calls.length === statements.length ? calls : undefined;
}

/** A statement as the call that sends it. */
export const callWriter =
  (rawCall: Step["script"]["transaction"]["rawCall"], language: CodeFile["language"]) =>
  (sql: string, handle?: string, options?: string): string => {
    const { comment: commented, literal } = spellings[language];
    const { sql: alone, comment } = withComment(sql);
    const call = (rawCall ?? ((text: string) => text))(literal(alone), language, handle, options);
    return comment === undefined ? call : `${call}${language === "python" ? "  " : " "}${commented(comment)}`;
  };

/** A line as a comment of the language. */
export const commentIn = (language: CodeFile["language"], text: string): string =>
  spellings[language].comment(text);

/** What the migration's function gets, where the call begins with that. */
function givenIn(
  { parameter }: NonNullable<Step["script"]["code"]>,
  piece: ReturnType<typeof pieceOf>,
): CodeFile["given"] {
  const handle = piece?.handle;
  const [root = ""] = handle?.split(".") ?? [];
  if (parameter === undefined || handle === undefined || parameter.length > 80) return undefined;
  return parameter.split(/[^\w$]+/).includes(root) ? { parameter, handle } : undefined;
}

/** The advice takes the place of all that the migration does, and so its way back that of the migration's. */
export const isWhole = ({ scope, statement }: WritingStep, advice: Advice): boolean => {
  const starts = startsOf(advice).add(statement.span.start);
  return scope.steps.every((other) => starts.has(other.statement.span.start));
};

/** A statement of a way back as a transaction takes it. */
export const inTransaction = (sql: string): string =>
  sql.replace(/^((?:CREATE (?:UNIQUE )?|DROP )INDEX) CONCURRENTLY\b/i, "$1");

const withComment = (sql: string): CodeStatement => {
  const [, alone = sql, comment] = /^(.*;) -- ([^\n]*)$/.exec(sql) ?? [];
  return { sql: alone, comment };
};

/** The steps as the tool writes migrations that take the place of a call, or follow this one. */
function writtenSteps(step: WritingStep, advice: Advice): ReadonlyMap<RecipeStep, string> {
  const { script, scope, statement, before } = step;
  const { codeSteps } = script.transaction;
  const unit = script.code?.unit;
  const none = new Map<RecipeStep, string>();
  if (codeSteps === undefined || unit?.follows === undefined || script.code?.isFirst !== true) return none;
  const own = advice.filter(({ language, intent }) => language === "sql" && intent !== "external");
  if (script.transaction.always === true && own.some(({ transaction }) => transaction === "none"))
    return none;
  const isInstead = own.some(({ intent }) => intent === "same-schema");
  const back = ownBackOf(scope);
  const { gone } = back;
  const known = own.map((_, at) => downOf(step, own, at));
  const left = leftOfBack(step, known);
  const downs = known.map((one, at) => (at === 0 ? (one ?? (left && firstBack(step, own, left))) : one));
  const sent = new Set(
    [...sentAt(scope.steps, script, senderOf({ script, statement })).keys()].map(
      ({ span }) => `${script.text.slice(span.start, span.end)};`,
    ),
  );
  const { down: ownDown, irreversible } = scope.migration;
  const hasNoBack = ownDown === undefined || irreversible !== undefined;
  // A swap of tables does what the way back does, and more.
  const isReplaced =
    leavesRename(back.statements, own, downs) || downs.some((one) => one?.some(swapsTables) === true);
  const starts = startsOf(own);
  const steps = own.map(({ statements, transaction, after, ahead }, at): CodeStep => {
    const down = downs[at];
    const here = transaction === "any" && (after === undefined || (after === "statement" && !isInstead));
    const others = downs.slice(at + 1);
    // What changes a column doesn't take it back.
    const apart = new Set(
      others.flatMap((one) => one?.filter((sql) => !changesGone(sql, gone)).flatMap(touchedBy) ?? []),
    );
    const isLater = (sql: string): boolean => others.some((one) => one?.includes(sql) === true);
    const isKept = (sql: string): boolean =>
      (back.written.has(asWritten(sql)) && !isLater(sql)) ||
      changesGone(sql, gone) ||
      touchedBy(sql).some((one) => back.touched.has(one) && !apart.has(one));
    const stays = (sql: string): boolean => {
      const goes = ownIndex(sql, down ?? [], scope.after, gone);
      return goes === undefined ? isKept(sql) : goes === "with columns";
    };
    return {
      up: statements.map((sql) => ({ ...withComment(sql), ...(sent.has(sql) ? { isSent: true } : {}) })),
      of: dropping(step, statements, starts),
      down: here || ahead === true ? down : down && columnsByThen(step, down),
      // What isn't written with a later step stays where it is.
      missing:
        hasNoBack || others.includes(undefined) || statements.every((sql) => goesWith(sql, back.tables))
          ? []
          : (down?.filter((sql) => isReplaced || !stays(sql)) ?? []),
      keepsBack: !isReplaced && down?.some(stays) === true,
      isTakenBack:
        down
          ?.filter((sql) => !changesGone(sql, gone))
          .flatMap(touchedBy)
          .some((one) => back.touched.has(one)) === true,
      outside: transaction === "none",
      here,
      behind: after === "statement",
      ahead: ahead === true,
      afterDeploy: after === "deploy",
    };
  });
  const call = isInstead ? callOf({ script, statement }) : undefined;
  const texts = codeSteps({
    steps,
    isBeside: !isInstead,
    inBuilder: pieceOf(script, statement)?.inBuilder === true,
    path: script.path,
    database: before.dialect.title,
    // The call alone changes, and its file stays.
    unit: steps.length === 1 && steps.every(isOnlyMarked) ? { ...unit, isSole: false } : unit,
    source: sourceOf({ script, statement }),
    text: script.code.source,
    backwards: backwardsOf({ script, statement, scope }, starts),
    call,
    place: placeOfSender(scope.steps, script, senderOf({ script, statement })),
    among: call === undefined ? placeAmong(step, starts) : 0,
    around: blocksAround({ script, statement }),
    replaced: call === undefined ? [] : [...new Set([call, ...replacedBy(own, step)])],
    partly: call === undefined ? undefined : partsReplaced(step, starts),
    ...followersOf(scope, unit),
    taken: namesIn(scope.history.migrations),
  });
  return new Map(own.map((one, at) => [one, texts[at] ?? ""]));
}

/**
 * What the first step takes from the way back of a migration that is one call, and that the advice writes anew: what no
 * later step takes back. Undefined: there is none, or more than this step's part of it isn't known.
 */
function leftOfBack(
  { script, scope }: WritingStep,
  [, ...others]: readonly (readonly string[] | undefined)[],
): readonly string[] | undefined {
  const { down, irreversible } = scope.migration;
  const { isSole = false, reverses } = script.code?.unit ?? {};
  if (!isSole || reverses === true || down?.code === undefined || irreversible !== undefined)
    return undefined;
  const taken = new Set<string>();
  for (const one of others) {
    if (one === undefined) return undefined;
    for (const what of one.flatMap(touchedBy)) taken.add(what);
  }
  return ownBackOf(scope)
    .statements.filter((sql) => !touchedBy(sql).some((what) => taken.has(what)))
    .map((sql) => `${sql};`);
}

/**
 * The first step back, of which one statement has no known inverse: what the advice makes behind that goes before the rest of
 * the migration's own way back, and what it makes before that after it.
 */
function firstBack(step: WritingStep, advice: Advice, left: readonly string[]): readonly string[] {
  const [first] = advice;
  if (first === undefined) return left;
  const backOf = (statements: readonly string[]): readonly string[] | undefined =>
    downOf(step, [{ ...first, statements, undo: undefined }], 0);
  const from = first.statements.findIndex((one) => backOf([one]) === undefined);
  const isKnown = (one: string): boolean => backOf([one]) !== undefined;
  // The migration may ask first whether it is there.
  const plain = (sql: string): string => asWritten(sql).replace(" if exists ", " ");
  const written = new Set(left.map(plain));
  const isNew = (sql: string): boolean => !written.has(plain(sql));
  const behind = backOf(first.statements.slice(from + 1).filter(isKnown)) ?? [];
  const before = backOf(first.statements.slice(0, from)) ?? [];
  return [...behind.filter(isNew), ...left, ...before.filter(isNew)];
}

/**
 * A loop of the way back renames for other calls, too, and a column that the advice has dropped by then: what it does for
 * all of them has to be written out.
 */
function leavesRename(
  back: readonly string[],
  advice: Advice,
  downs: readonly (readonly string[] | undefined)[],
): boolean {
  const done = new Set(downs.flatMap((one) => one ?? []).map(asWritten));
  const made = new Set(advice.flatMap(({ statements }) => statements).flatMap(touchedBy));
  const isOfAdvice = (sql: string): boolean => touchedBy(sql).every((one) => made.has(one));
  return back.some((sql) => onlyRenames.test(sql) && !done.has(asWritten(sql)) && isOfAdvice(sql));
}

const onlyRenames = /^\s*ALTER\s+TABLE\s+\S+\s+RENAME\s+COLUMN\s/i;

/** In its place, with CONCURRENTLY: the migration is outside of a transaction already. */
const isOnlyMarked = ({ here, up: [first, ...others] }: CodeStep): boolean =>
  here && others.length === 0 && /^(?:CREATE (?:UNIQUE )?|DROP )INDEX CONCURRENTLY\b/i.test(first?.sql ?? "");

/**
 * Which of the statements of one call it is, but for those that only add its columns, from 0; `starts`: where those begin
 * that the advice is for, too.
 */
function placeAmong({ script, scope, statement }: WritingStep, starts: ReadonlySet<number>): number {
  const sent = [...sentAt(scope.steps, script, senderOf({ script, statement }))];
  if (sent.every(([one]) => one === statement || starts.has(one.span.start))) return 0;
  const others = sent.filter(([, steps]) => !steps.every(({ operation }) => operation.kind === "addColumn"));
  return Math.max(
    0,
    others.findIndex(([one]) => one === statement),
  );
}

/** The calls of the other statements that the advice takes the place of. */
function replacedBy(advice: Advice, { script, scope }: WritingStep): readonly UnitCall[] {
  const starts = startsOf(advice);
  if (starts.size === 0) return [];
  return scope.steps.flatMap(({ script: own, statement }) =>
    own === script && starts.has(statement.span.start) ? (callOf({ script, statement }) ?? []) : [],
  );
}

/**
 * By call that stays in part, what goes: columns of one that adds several, and statements of one that sends several. Without
 * the calls of which nothing is left.
 */
function partsReplaced(
  step: WritingStep,
  starts: ReadonlySet<number>,
): ReadonlyMap<UnitCall, readonly string[]> {
  const { script, scope } = step;
  const parts = new Map<UnitCall, readonly string[]>();
  // The statement that the advice is about goes, too: one call may send it beside what adds the columns.
  const all = new Set([...starts, step.statement.span.start]);
  const itsCall = callOf(step);
  for (const { script: own, statement, operation } of scope.steps) {
    if (own !== script || !starts.has(statement.span.start)) continue;
    const call = callOf({ script, statement });
    if (call === undefined || !staysPartly({ script, scope, statement }, all)) continue;
    const isColumn = operation.kind === "addColumn";
    // What its own call sends beside it, the advice writes anew.
    if (!isColumn && call === itsCall) continue;
    const part = isColumn ? operation.column.name.text : `\`${textOf({ script, statement })}\``;
    parts.set(call, [...new Set([...(parts.get(call) ?? []), part])]);
  }
  return parts;
}

const textOf = ({ script, statement: { span } }: Pick<Step, "script" | "statement">): string =>
  script.text.slice(span.start, span.end).replaceAll(/\s+/g, " ");

/** The call sends more than what the advice takes the place of. */
const staysPartly = (
  step: Pick<Step, "script" | "statement" | "scope">,
  starts: ReadonlySet<number>,
): boolean =>
  [...sentAt(step.scope.steps, step.script, senderOf(step)).keys()].some(
    ({ span }) => !starts.has(span.start),
  );

const taken = new WeakMap<Step["scope"]["history"]["migrations"], ReadonlySet<string>>();

/** The names of all migrations in code. */
function namesIn(migrations: Step["scope"]["history"]["migrations"]): ReadonlySet<string> {
  const found = taken.get(migrations) ?? new Set(migrations.flatMap(({ up }) => up.code?.unit?.name ?? []));
  taken.set(migrations, found);
  return found;
}

/** What takes a step of the advice back; undefined: that isn't known. */
export function downOf(step: WritingStep, advice: Advice, at: number): readonly string[] | undefined {
  const [part, ...earlier] = advice.slice(0, at + 1).toReversed();
  const done = earlier
    .toReversed()
    .flatMap(({ language, statements }) => (language === "sql" ? statements : []));
  const past = pastOf(step, advice);
  const whole = part?.undo ?? undoOf(part?.statements ?? [], done, past);
  const undone = whole?.filter((sql) => !dropsNeeded(sql, past.back) && !isLeftToCode(sql, step.script));
  return undone?.some((sql) => hasHole(sql, step.script)) === true ? undefined : undone;
}

/** Values that code puts back row by row: it stays in the way back of the migration, behind that of the later one. */
const isLeftToCode = (sql: string, script: Step["script"]): boolean =>
  /^UPDATE\s/i.test(sql) && hasHole(sql, script);

/**
 * What the advice begins with: the schema before the statement's call, or the first of the statements that it takes the
 * place of, and the whole way back.
 */
function pastOf({ script, scope, statement, before, show }: WritingStep, advice: Advice): Past {
  const [sent] = sentAt(scope.steps, script, senderOf({ script, statement })).values();
  const starts = startsOf(advice);
  const isFirst = (one: Step): boolean =>
    one === sent?.[0] ||
    (one.script === script && (one.statement === statement || starts.has(one.statement.span.start)));
  return {
    before: scope.steps.find(isFirst)?.before ?? before,
    show,
    back: ownBackOf(scope).makes,
    isAutomatic: scope.migration.down?.code?.automatic === true,
  };
}

/** Where the statements begin that the advice takes the place of, if these are several. */
const startsOf = (advice: Advice): Set<number> =>
  new Set(advice.flatMap(({ replaces = [] }) => replaces.map(({ start }) => start)));

/**
 * What takes the statement's call back, and those of a changeset that its advice takes the place of; where the migration is
 * that one call, its whole way back.
 */
export function backwardsOf(
  { script, statement, scope }: Pick<Step, "script" | "statement" | "scope">,
  along: ReadonlySet<number> = new Set(),
): readonly string[] | undefined {
  const { down, irreversible } = scope.migration;
  // It raises, or says that nothing does.
  if (irreversible !== undefined && scope.downSteps.length === 0) return undefined;
  const own = senderOf({ script, statement });
  const isSole = script.code?.unit?.isSole === true;
  if (down?.code === undefined || (own === undefined && !isSole)) return undefined;
  const others =
    script.code?.unit?.terms === undefined
      ? []
      : scope.steps.filter(
          (one) => one.script === script && along.has(one.statement.span.start) && !staysPartly(one, along),
        );
  const taken = new Set(
    [own, ...others.map(senderOf)].flatMap((one) => [...sentAt(scope.downSteps, down, one).keys()]),
  );
  const back = [...groupBy(scope.downSteps, (one) => one.statement)]
    .filter(([one]) => isSole || taken.has(one))
    .map(([{ span }, [step]]) => {
      // The tool's own rollback would also drop a view that existed before.
      const former = down.code?.automatic === true && step ? formerView(step) : undefined;
      return former === undefined ? `${down.text.slice(span.start, span.end)};` : former;
    });
  return back.every((one) => one !== null) ? back : undefined;
}

function sourceOf({ script: { code, path }, statement }: Pick<Step, "script" | "statement">) {
  const place = code && placeOf(code.map, statement.span);
  return place?.path === path ? code?.source.slice(place.span.start, place.span.end) : undefined;
}

/** A template literal: SQL has quotes of both kinds. */
const inTemplate = (sql: string): string =>
  `\`${sql.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${")}\``;

interface Spelling {
  /** A line as a comment. */
  readonly comment: (text: string) => string;
  /** A statement as a text. */
  readonly literal: (sql: string) => string;
}

const hash = (text: string): string => `# ${text}`;
const slashes: Spelling = { comment: (text) => `// ${text}`, literal: inTemplate };
/** A tool of this language writes the text itself, as it depends on what stands around it. */
const asItIs = (sql: string): string => sql;

const spellings: Readonly<Record<CodeFile["language"], Spelling>> = {
  commonjs: slashes,
  module: slashes,
  typescript: slashes,
  python: { comment: hash, literal: pythonString },
  ruby: { comment: hash, literal: rubyString },
  xml: { comment: xmlComment, literal: asItIs },
  yaml: { comment: hash, literal: asItIs },
  // JSON has no comments: this is for the reader alone.
  json: { comment: slashes.comment, literal: asItIs },
};
