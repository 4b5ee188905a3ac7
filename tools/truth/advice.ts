/** Executes what findings advise, in a copy of the database as it was before their statement. */
import { tableOf } from "../../src/model/kinds.ts";
import type { Migration, Script } from "../../src/project/migration.ts";
import type { RawFinding } from "../../src/lint/raw-finding.ts";
import type { Advice } from "../../src/lint/rule.ts";
import type { RecipeStep } from "../../src/recipes/advice.ts";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";
import type { ParsedText, Statement } from "../../src/sql/front-end.ts";
import type { ServerError } from "../../src/verify/connection.ts";
import { placeText } from "../../src/verify/differences.ts";
import { isControl, namesOfTemplates, sent } from "../../src/verify/send.ts";
import { inGeneral, kindText } from "./compare.ts";
import type { Replay } from "./histories.ts";
import { keyOf } from "./seeds.ts";

/** What became of the advice of one finding. */
export interface Trial {
  readonly rule: string;
  readonly place: string;
  /**
   * `external`: done outside of migrations; `values`: it has placeholders; `unreached`: its statement, or what precedes
   * it, can't be executed here; `failed`, `ran`: it was executed.
   */
  readonly is: "external" | "values" | "unreached" | "failed" | "ran";
  /** Of `ran`: beside the statement, or instead of it. */
  readonly intent: "prepares" | "same-schema";
  /** Of `ran` in place of its statement: what differs afterwards; empty: nothing. */
  readonly schema: readonly string[];
  /** The same, of seeded rows. */
  readonly rows: readonly string[];
  /** Rows were there. */
  readonly seeded: boolean;
  /** What ddlint says of the advice itself. */
  readonly said: readonly string[];
  /** In words without the names of this history, where there is anything to say. */
  readonly cause?: string;
  readonly detail?: string;
}

export interface Place {
  readonly migration: Migration;
  readonly state: Replay["start"];
  readonly scope: ReplayedMigration;
  readonly parsed: ParsedText;
}

export interface Picture {
  /** The catalogue, as sorted lines. */
  readonly lines: readonly string[];
  /** The rows of the tables that were asked for. */
  readonly rows: readonly string[];
}

/** A database as it is before a migration, for one piece of advice. */
export interface Copied {
  /** Runs statements up to the first that fails. */
  run(texts: readonly string[]): Promise<ServerError | undefined>;
  /** Puts rows into tables; returns those of them that have some. `left`: see `seed`. */
  seed(tables: readonly string[], left: ReadonlySet<string>): Promise<readonly string[]>;
  /** Takes seeded rows out again. */
  empty(tables: readonly string[]): Promise<void>;
  picture(tables: readonly string[]): Promise<Picture>;
  /** What statements lead to; nothing of it stays. */
  leadsTo(
    texts: readonly string[],
    tables: readonly string[],
  ): Promise<Picture | { readonly error: ServerError }>;
}

/** Executes the advice of a migration's findings, each in a copy of its own. */
export async function tryAdvice(
  withCopy: (work: (copy: Copied) => Promise<void>) => Promise<void>,
  replay: Replay,
  place: Place,
  findings: readonly RawFinding[],
): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  for (const finding of findings)
    await withCopy(async (copy) => {
      const trial = await tried(copy, replay, place, finding);
      if (trial !== undefined) trials.push(trial);
    });
  return trials;
}

/** What the user fills in. */
export const placeholder = /<[a-z]\w*(?: \w+)*>|\beach_partition\b/;
/** Of two ways the one that the session here isn't set up for. */
const isOtherWay = ({ when }: RecipeStep): boolean =>
  when.some((line) => line.startsWith("if the values are in UTC"));

type Outcome = Partial<Trial> & Pick<Trial, "is">;

/** Executes the advice of a finding in a database as it is before the migration. Undefined: it is about no statement. */
export async function tried(
  copy: Copied,
  replay: Replay,
  place: Place,
  finding: RawFinding,
): Promise<Trial | undefined> {
  const { up } = place.migration;
  const { advice, ruleId: rule } = finding;
  const statement = place.parsed.statements.find(
    ({ span }) => span.start <= finding.span.start && finding.span.end <= span.end,
  );
  if (advice === undefined || statement === undefined || finding.path !== up.path) return undefined;
  const none = { schema: [], rows: [], seeded: false, said: [] };
  const intent = advice.some((step) => step.intent === "same-schema") ? "same-schema" : "prepares";
  const trial = { ...none, rule, place: placeText(up, statement), intent } as const;
  if (advice.some((step) => step.language === "shell" || step.intent === "external"))
    return { ...trial, is: "external" };
  if (advice.some(({ statements }) => statements.some((text) => placeholder.test(text))))
    return { ...trial, is: "values" };
  const outcome = await inCopy(copy, place, statement, advice);
  if (outcome.is !== "ran") return { ...trial, ...outcome };
  const said = silence(replay, place, finding, replacedBy(advice, statement, place), advice);
  const [first] = said;
  const cause = outcome.cause ?? (first === undefined ? undefined : `not silent: ${first}`);
  return { ...trial, ...outcome, said, ...(cause === undefined ? {} : { cause }) };
}

const unreached = (cause: string, error: ServerError): Outcome => ({
  is: "unreached",
  cause: `${cause}: ${error.code}`,
  detail: error.message,
});

/** The statements that the advice is for, in their order: a call of code may send several. */
function replacedBy(advice: Advice, statement: Statement, { parsed }: Place): readonly Statement[] {
  const starts = advice.flatMap(({ replaces = [] }) => replaces.map(({ start }) => start));
  return parsed.statements.filter((one) => one === statement || starts.includes(one.span.start));
}

async function inCopy(copy: Copied, place: Place, statement: Statement, advice: Advice): Promise<Outcome> {
  const { up } = place.migration;
  const { parsed } = place;
  const replaced = replacedBy(advice, statement, place);
  const own = parsed.statements.slice(
    parsed.statements.indexOf(replaced[0] ?? statement),
    parsed.statements.indexOf(replaced.at(-1) ?? statement) + 1,
  );
  const textOf = (one: Statement): readonly string[] =>
    isControl(one) ? [] : [sent(one, up, parsed).replace(/^set\s+local\b/i, "SET")];
  const inFront = parsed.statements.slice(0, parsed.statements.indexOf(own[0] ?? statement));
  const early = await copy.run(inFront.flatMap(textOf));
  if (early !== undefined) return unreached("what precedes the statement fails", early);
  const filled = (text: string): string => {
    let out = text;
    for (const [name, written] of parsed.placeholders ?? []) out = out.replaceAll(written, name);
    return namesOfTemplates(out, up);
  };
  const operations = replaced.flatMap((one) => one.operations);
  const tables = [...new Set(operations.flatMap((operation) => tableOf(operation)?.text ?? []))];
  const texts = own.flatMap(textOf);
  // Rows are older than the columns of their migration.
  const added = inFront.flatMap((one) =>
    one.operations.flatMap((operation) =>
      operation.kind === "addColumn" ? [keyOf(operation.table.name, operation.column.name.text)] : [],
    ),
  );
  let seeded = await copy.seed(tables, new Set(added));
  const before = await copy.picture(tables);
  let meant = await copy.leadsTo(texts, tables);
  if ("error" in meant && seeded.length > 0) {
    await copy.empty(seeded);
    seeded = [];
    meant = await copy.leadsTo(texts, tables);
  }
  if ("error" in meant) return unreached("the statement fails itself", meant.error);
  const again = await copy.leadsTo(texts, tables);
  const between = own.filter((one) => !replaced.includes(one)).flatMap(textOf);
  // What needs that the first of them ran stands behind the first step.
  let isBetween = (await copy.run(between)) !== undefined;
  const itself = replaced.flatMap(textOf);
  const isBeside = advice.every(({ intent }) => intent === "prepares");
  let isDone = false;
  for (const step of advice) {
    if (step.language !== "sql" || isOtherWay(step)) continue;
    if (isBeside && step.after !== undefined && !isDone) {
      isDone = true;
      const error = await copy.run(itself);
      if (error !== undefined) return failed(`${kindText(statement)} itself`, error, itself.join(" "));
    }
    const statements = step.statements
      .map((one) => (up.transaction.whole === undefined ? one : one.replaceAll(";;", ";")))
      .map(filled);
    const isOne = step.transaction !== "none";
    const error = await copy.run(isOne ? ["BEGIN", ...statements, "COMMIT"] : statements);
    if (error !== undefined && statement.kind === "DoStmt" && statement.operations.length > 1)
      return unreached("it needs other statements of the same DO block", error);
    if (error !== undefined && step.after !== undefined && isOfNull.test(error.code))
      return unreached("the version that is deployed before it gives the rows no value here", error);
    if (error !== undefined) return failed(kindText(statement), error, statements.join(" "));
    const missing = isBetween ? await copy.run(between) : undefined;
    if (missing !== undefined)
      return unreached("other statements are between those that it replaces", missing);
    isBetween = false;
  }
  if (isBeside && isDone) return { is: "ran" };
  if (isBeside) {
    const error = await copy.run(itself);
    return error === undefined
      ? { is: "ran" }
      : failed(`${kindText(statement)} itself`, error, itself.join(" "));
  }
  const now = await copy.picture(tables);
  // Of a statement with other parts, nothing but what it does may be done.
  const isPart = replaced.some((one) => one.kind === "DoStmt" || one.operations.length > 1);
  // A default that the user chooses or leaves out again.
  const isGuessed = advice.some(({ guess }) => guess !== undefined);
  const read = (lines: readonly string[]): readonly string[] =>
    isGuessed ? lines.map((line) => line.replace(/^(column .*?) default .*/, "$1")) : lines;
  const whole = differences(read(meant.lines), read(now.lines));
  const done = new Set(differences(before.lines, now.lines));
  const should = new Set(differences(before.lines, meant.lines));
  const schema = (
    isPart && (statement.kind === "DoStmt" || mentions(advice, "the rest of the statement stays"))
      ? [...done].filter(
          (line) => !should.has(line) && ![...should].some((one) => objectOf(one) === objectOf(line)),
        )
      : whole
  ).filter((line) => !isHelper(line, advice) && !isFilled(line, whole) && !isMoved(line, whole));
  const isVolatile =
    "error" in again ||
    differences(meant.rows, again.rows).length > 0 ||
    // Triggers of the table that write other columns.
    advice.some(({ when }) => when.some((line) => line.startsWith("filling the old rows fires ")));
  const rows =
    isVolatile || schema.length > 0 || isPart || whole.some((line) => isMoved(line, whole))
      ? []
      : differences(meant.rows, now.rows);
  const others = statement.operations.length > 1 ? " beside other clauses" : "";
  const [difference] = schema;
  return {
    is: "ran",
    seeded: seeded.length > 0,
    schema,
    rows,
    ...(difference === undefined
      ? rows.length > 0
        ? { cause: `${kindText(statement)}: rows differ`, detail: rows.slice(0, 2).join("; ") }
        : {}
      : {
          cause: `${kindText(statement)}${others}: ${difference.slice(0, 1) === "-" ? "lacks" : "leaves"} a ${/^. (\w+)/.exec(difference)?.[1] ?? ""}`,
          detail: schema.slice(0, 3).join("; "),
        }),
  };
}

/** A row has NULL where none may be: PostgreSQL, MariaDB and MySQL. */
const isOfNull = /^(?:23502|1265|1138)$/;

const failed = (kind: string, error: ServerError, text: string): Outcome => ({
  is: "failed",
  cause: `${kind}: ${error.code}: ${inGeneral(error.message)}`,
  detail: `${error.message}: ${text.replace(/\s+/g, " ").slice(0, 200)}`,
});

function differences(meant: readonly string[], now: readonly string[]): readonly string[] {
  const [was, is] = [new Set(meant), new Set(now)];
  return [
    ...meant.filter((line) => !is.has(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !was.has(line)).map((line) => `+ ${line}`),
  ];
}

/** `+ column public.users.email`. */
const objectOf = (line: string): string => line.split(" ").slice(1, 3).join(" ");

const mentions = (advice: Advice, words: string): boolean =>
  advice.some(
    ({ language, statements }) => language === "words" && statements.some((text) => text.includes(words)),
  );

/** What the advice leaves to a sentence, or makes beside the statement: the old column, its indexes, the old label. */
export function isHelper(line: string, advice: Advice): boolean {
  const beside = advice
    .filter(({ intent }) => intent === "prepares")
    .flatMap(({ statements }) => statements)
    .join("\n");
  const made = /^\+ (?:index [^\s.]+\.|CREATE (?:UNIQUE )?INDEX |constraint \S+ )(\S+)/.exec(line)?.[1];
  return (
    // A type that only this column used.
    (advice.some(({ statements }) => statements.some((text) => text.startsWith("DROP TYPE "))) &&
      line.startsWith("- type ")) ||
    // One that the old column still needs.
    (mentions(advice, "take DROP TYPE ") && line.startsWith("+ type ")) ||
    (mentions(advice, "deprecate ") &&
      /^\+ (?:column \S+|(?:index|constraint|CREATE (?:UNIQUE )?INDEX) .*)_old\b/.test(line)) ||
    (mentions(advice, "build its indexes") && /^[+-] index /.test(line)) ||
    (mentions(advice, "reads both") && /^[+-] type /.test(line)) ||
    (made !== undefined && beside.includes(made))
  );
}

/** A generated column that is an ordinary one, and the trigger that fills it. */
function isFilled(line: string, all: readonly string[]): boolean {
  const columns = all.filter((one) => /^- column .* generated$/.test(one)).map(objectOf);
  const isOfTrigger = /^\+ (?:trigger|function) .*_sync$/.test(line);
  return columns.includes(objectOf(line)) || (columns.length > 0 && isOfTrigger);
}

/** A column that takes the place of one of its name is beside that, with its values, until a later release. */
export function isMoved(line: string, all: readonly string[]): boolean {
  const [, name] = /^([-+] (?:column|default) \S+)/.exec(line) ?? [];
  if (name === undefined) return false;
  const isNew = /^\+ .*_new$/.test(name);
  const other = isNew ? `-${name.slice(1, -4)} ` : `+${name.slice(1)}_new `;
  return all.some((one) => one.startsWith(other));
}

/** What the rules say of the advice where it stands instead of the statement: its own rule, and what fails. */
function silence(
  replay: Replay,
  { migration, state, scope }: Place,
  { ruleId }: RawFinding,
  replaced: readonly Statement[],
  advice: Advice,
): readonly string[] {
  const { up } = migration;
  const stays = advice.every(({ intent, after }) => intent === "prepares" && after !== undefined);
  const starts = replaced.map(({ span }) => span.start);
  const isBefore = (one: Statement, script: Script): boolean =>
    script !== up || (starts.includes(one.span.start) ? stays : one.span.start < Math.max(...starts));
  let { state: now } = replay.step(migration, state, isBefore);
  const said: string[] = [];
  const asks = (one: RawFinding): boolean =>
    one.ruleId === ruleId &&
    replaced.some(({ span }) => span.start <= one.span.start && one.span.end <= span.end);
  // Of the rest of the statement, which has advice of its own.
  let others = advice.some(({ when }) => when.includes("what else the statement does:"))
    ? replay.lint(scope).filter(asks).length - 1
    : 0;
  const texts = advice.flatMap((step): readonly (readonly [RecipeStep, string])[] => {
    if (step.language !== "sql" || isOtherWay(step)) return [];
    const isApart = step.when.some((line) => line.startsWith("each alone in "));
    const marks = step.when.filter((line) => line.startsWith("ddlint-deprecated: "));
    const parts = [
      ...marks.map((line) => `-- ${line}`),
      ...(isApart ? step.statements : [step.statements.join("\n")]),
    ];
    return parts.map((text) => [step, text] as const);
  });
  for (const [at, [step, text]] of texts.entries()) {
    const script: Script = {
      path: up.path.replace(/\.\w+$/, ".sql"),
      text,
      part: { start: 0, end: text.length },
      transaction:
        step.transaction === "none"
          ? {
              ...up.transaction,
              wraps: "none",
              optedOut: true,
              // By hand: in psql.
              ...(up.transaction.always === true ? { always: undefined, sends: "statement" as const } : {}),
            }
          : up.transaction,
      empty: false,
    };
    const one: Migration = { ...migration, index: migration.index + 1 + at, up: script, down: undefined };
    const replayed = replay.step(one, now);
    now = replayed.state;
    for (const finding of replay.lint(replayed.scope)) {
      if (finding.ruleId === ruleId && others-- > 0) continue;
      if (
        finding.ruleId === ruleId ||
        finding.ruleId === "syntax-error" ||
        /^fails\b(?! (?:if|on|or|when|unless)\b)/.test(finding.message)
      )
        said.push(`${finding.ruleId} of the advice of ${ruleId}`);
    }
  }
  return [...new Set(said)];
}
