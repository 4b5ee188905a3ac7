import type { Name } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import { sameType } from "../model/types.ts";
import type { Step } from "../replay/step.ts";
import type { Span } from "../text/span.ts";
import { inWords, type Advice, type RecipeStep } from "./advice.ts";
import { behindHand, behindHands } from "./by-hand.ts";
import { constraintLater } from "./constraints.ts";
import { dropsKey } from "./indexes.ts";
import { stepsOf } from "./steps-of-statement.ts";
import { treatedWith } from "./siblings.ts";
import type { Recipe } from "./ways.ts";
import { addsColumn, allInOne, onOneLine, quote, textOf } from "./words.ts";

/** A statement with more operations is generated; nobody reads that much advice for each of them. */
const most = 50;

const theRestStays = inWords("the rest of the statement stays, in a statement without this part");

/**
 * Advice for one clause of a statement that has others: those of the same kind are treated with it, and the rest is a
 * statement of its own. `recipe`: where the advice is from, if it can be asked again.
 */
export function withRest(step: Step, given: Advice, recipe?: Recipe): Advice {
  const { statement, inBody } = step;
  const advice = behindHand(given);
  const isInstead = advice.some(({ intent, language }) => intent === "same-schema" && language === "sql");
  if (!isInstead || inBody || statement.operations.length === 1) return given;
  if (statement.operations.length > most) return [...given, theRestStays];
  const { treated, byHand, advice: merged } = treatedWith(step, given, recipe);
  const inline = inlineLost(step, merged);
  const whole = [...merged, ...inline.flatMap((one) => constraintLater(one) ?? [addedByItself(one)])];
  const text = whole
    .flatMap(({ language, statements }) => (language === "shell" ? statements.map(unquoted) : statements))
    .join("\n");
  const isLeft = (other: Operation): boolean =>
    other.called !== true &&
    !repeatsType(step, other) &&
    !treated.some((one) => setsWithType(one, other, text)) &&
    !inline.some(({ operation }) => operation === other) &&
    !treated.some((one) => replaces(one, other) && !text.includes(`ADD COLUMN ${nameOf(one) ?? ""} `)) &&
    !(other.kind === "addForeignKey" && isIn(text, other)) &&
    !(other.kind === "dropConstraint" && dropsIt(text, other.name.text)) &&
    !treated.some((one) => one !== other && makesRequired(one, other, text)) &&
    !(other.kind === "dropTable" && dropsTable(text, other.table.text)) &&
    treated.every((one) => one !== other && (isTwin(one, other) || !overlap(other.span, one.span))) &&
    !(other.kind === "addColumn" && addsColumn(text, other.column.name.text)) &&
    (treated.some((one) => isTwin(one, other)) ||
      !(text.includes(textOf(step, other.span)) || text.includes(onOneLine(textOf(step, other.span)))));
  const left = statement.operations.filter(isLeft);
  const rest = left.length === 0 ? whole : (placed(step, whole, left, treated) ?? [...whole, theRestStays]);
  return behindHands(byHand, rest);
}

/** A default that only serves the change of its column's type: the new column has it from the swap on. */
const setsWithType = (treated: Operation, other: Operation, text: string): boolean =>
  treated.kind === "changeColumnType" &&
  (other.kind === "setDefault" || other.kind === "dropDefault") &&
  other.column.text === treated.column.text &&
  text.includes(` RENAME COLUMN ${quote(`${treated.column.text}_new`)} TO ${quote(treated.column.text)}`);

const addedByItself = (one: Step): RecipeStep =>
  inWords(
    `then add by itself, when the column has its values: ${onOneLine(textOf(one, one.operation.span))}`,
  );

/** What else the statement does, in the order in which the server does it: it drops, changes types, adds, sets defaults. */
function placed(
  step: Step,
  whole: Advice,
  left: readonly Operation[],
  treated: readonly Operation[],
): Advice | undefined {
  // What takes the place of an earlier statement stands there; between the two, rows may get what the rest needs.
  const isEarlier = whole.some(({ replaces = [] }) =>
    replaces.some(({ start }) => start < step.statement.span.start),
  );
  const usual = `what else the statement does${isEarlier ? ", which stays where it is" : ""}:`;
  const rest = (some: readonly Operation[], when = usual): Advice | undefined => {
    const text = some.length === 0 ? undefined : statementOf(step, some, oldKey(step, some, treated));
    if (text === undefined) return some.length === 0 ? [] : undefined;
    return [{ language: "sql", statements: [text], when: [when], transaction: "any", intent: "same-schema" }];
  };
  const split = (isFirst: (one: Operation) => boolean): readonly [Advice, Advice] | undefined => {
    const first = rest(left.filter(isFirst));
    const second = rest(left.filter((one) => !isFirst(one)));
    return first === undefined || second === undefined ? undefined : [first, second];
  };
  const all = rest(left);
  if (all === undefined) return undefined;
  const is =
    (...kinds: readonly Operation["kind"][]) =>
    ({ kind }: Operation): boolean =>
      kinds.includes(kind);
  const [first] = whole;
  const isHere = first?.language === "sql" && first.transaction === "any" && first.after === undefined;
  // The name has to be free first; what uses the new column comes behind it.
  const isReplaced = (other: Operation): boolean =>
    other.kind === "dropColumn" &&
    (treated.some((one) => replaces(one, other)) || addsColumn(statementsOf(whole), other.column.text));
  if (left.some(isReplaced)) {
    // The column takes its constraints along: they can't be dropped behind it.
    const parts = isHere ? split((one) => isReplaced(one) || one.kind === "dropConstraint") : undefined;
    return parts === undefined
      ? [...all, ...whole]
      : [...parts[0], ...whole.slice(0, 1), ...parts[1], ...whole.slice(1)];
  }
  if (treated.some(is("changeColumnType"))) {
    // A constraint or a default of the old type is in the way, and one of the new type comes behind it.
    const parts = split(
      (one) => !is("addForeignKey", "addUnique", "addPrimaryKey", "addCheck", "setDefault")(one),
    );
    if (parts !== undefined && parts[1].length > 0) return [...parts[0], ...whole, ...parts[1]];
  }
  // A constraint that the advice exchanges is in the way of a type and of an old key.
  const exchanged = step.statement.operations.filter(
    (one) =>
      one.kind === "dropConstraint" &&
      !left.includes(one) &&
      statementsOf(whole).includes(`${textOf(step, one.span)}, `),
  );
  if (left.some(is("changeColumnType")) || exchanged.some((one) => refersToOwn(step, one))) {
    const before = exchanged.length === 0 ? undefined : rest([...left, ...exchanged]);
    if (before !== undefined) return [...before, ...whole.map((one) => without(step, one, exchanged))];
    // A key, and what refers to it, is of the new type.
    const keys = treated.flatMap((one) =>
      one.kind === "addPrimaryKey" || one.kind === "addUnique"
        ? one.columns.map(({ text: name }) => name)
        : [],
    );
    if (left.some((one) => one.kind === "changeColumnType" && keys.includes(one.column.text)))
      return [...all, ...whole];
  }
  // The column can't go before what is on it on MySQL, and takes it along on PostgreSQL.
  if (treated.every(is("dropColumn")) && left.every(is("dropConstraint")))
    return [...whole.slice(0, -1), ...all, ...whole.slice(-1)];
  // A foreign key on the old key is in its way.
  const [swapped] = exchanged;
  const own = left.filter((one) => refersToOwn(step, one));
  if (swapped !== undefined && own.length > 0) {
    const clause = `${textOf(step, swapped.span)}, `;
    const clauses = [...own.map(({ span }) => `${textOf(step, span)}, `), clause].join("");
    const now = whole.map((one) => ({
      ...one,
      statements: one.statements.map((text) => text.replace(clause, clauses)),
    }));
    const others = rest(left.filter((one) => !own.includes(one)));
    if (others !== undefined) return [...now, ...others];
  }
  // A change of type or a new key may need that it is gone.
  if (treated.every(is("dropConstraint"))) return [...whole, ...all];
  // Columns of a primary key can be empty once it is gone.
  const isFreed = ({ kind }: Operation): boolean => kind === "dropNotNull";
  if (left.some(isFreed) && / DROP CONSTRAINT .* PRIMARY KEY /.test(statementsOf(whole))) {
    const parts = split((one) => !isFreed(one));
    if (parts !== undefined)
      return isHere
        ? [...whole.slice(0, 1), ...parts[0], ...whole.slice(1), ...parts[1]]
        : [...parts[0], ...whole, ...parts[1]];
  }
  if (isHere) {
    const dropsLater = statementsOf(whole.slice(1)).includes("DROP CONSTRAINT ");
    const isKept = (one: Operation): boolean =>
      !treated.some((column) => isKeyOf(one, column)) &&
      (!dropsLater || one.kind !== "dropColumn" || left.some((other) => replaces(one, other)));
    const [now, later] = split(isKept) ?? [all, []];
    return [...whole.slice(0, 1), ...now, ...whole.slice(1), ...later];
  }
  // What is dropped may be of use until then.
  return left.some(is("dropColumn", "dropConstraint")) ? [...whole, ...all] : [...all, ...whole];
}

/** A foreign key of the table that refers to the table itself goes. */
function refersToOwn(step: Step, one: Operation): boolean {
  const before = stepsOf(step).find(({ operation }) => operation === one)?.before;
  if (one.kind !== "dropConstraint" || before === undefined) return false;
  const found = before.constraint(one.table, one.name.text);
  return (
    found.is === "present" &&
    found.value.kind === "foreign key" &&
    found.value.references === before.resolve(one.table)
  );
}

/** The step without the clauses that drop something. */
const without = (step: Step, part: RecipeStep, dropped: readonly Operation[]): RecipeStep => ({
  ...part,
  statements: part.statements.map((text) =>
    dropped.reduce((now, { span }) => now.replace(`${textOf(step, span)}, `, ""), text),
  ),
});

/**
 * Where the tool runs all pending migrations in one transaction, separate migrations are separate transactions only in
 * separate deployments: the first step that asks for one says so.
 */
export function inDeployments(step: Step, advice: Advice): Advice {
  if (!isBatched(step)) return advice;
  const { leavesAll } = step.script.transaction;
  if (leavesAll === true && advice.some(({ transaction }) => transaction === "none")) return advice;
  const isBefore = ({ language, transaction }: RecipeStep): boolean =>
    language === "sql" && transaction !== "none";
  const first = advice.findIndex(isBefore);
  const at = advice.findIndex(
    (one, place) =>
      one.transaction === "own" &&
      one.after !== "deploy" &&
      // Even the first: in a file of its own it still follows what the migration keeps.
      (first >= 0 && place > first
        ? true
        : place === 0 && one.ahead !== true && one.language === "sql" && one.when.length > 0),
  );
  const because = `: ${allInOne(step.scope.history.tool)}`;
  const lineFor = (one: RecipeStep, place: number): readonly string[] =>
    place === at
      ? [`here and below, deploy first${because}`]
      : one.ahead === true
        ? [`deploy it before this one${because}`]
        : [];
  return advice.map((one, place) => ({ ...one, when: [...one.when, ...lineFor(one, place)] }));
}

/** The same of advice in words, as a sentence behind it. Undefined: they ask for no other transaction. */
export const apartInWords = (step: Step, words: string): string | undefined =>
  isBatched(step) && /\b(?:per|separate|short) transaction\b|^Write \w+ migrations\b/.test(words)
    ? `A transaction of its own needs a deployment of its own: ${step.scope.history.tool} runs all pending migrations in one.`
    : undefined;

const isBatched = ({ script, before }: Step): boolean =>
  script.transaction.wraps === "all" && before.dialect.transactionalDdl;

/** Constraints that stand in an ADD COLUMN of the statement, where the advice adds the column without them. */
function inlineLost(step: Step, advice: Advice): readonly Step[] {
  if (!step.before.dialect.transactionalDdl) return [];
  const text = statementsOf(advice);
  return stepsOf(step).filter(({ operation }) => {
    if (!("within" in operation) || operation.within !== "addColumn") return false;
    const { inlineColumn } = operation;
    return inlineColumn !== undefined && addsColumn(text, inlineColumn.text) && !isIn(text, operation);
  });
}

/** The advice adds the constraint. */
function isIn(text: string, one: Operation): boolean {
  switch (one.kind) {
    case "addForeignKey":
      return text.includes(`FOREIGN KEY (${listOf(one.columns)}) REFERENCES`);
    case "addCheck":
      return text.includes(`CHECK (${one.expression.text})`);
    case "addUnique":
      return / UNIQUE\b/.test(text.replaceAll("CREATE UNIQUE", ""));
    case "addPrimaryKey":
      return text.includes(" PRIMARY KEY");
    default:
      return true;
  }
}

/** `DROP COLUMN a, ADD COLUMN a`, in one order or the other. */
const replaces = (one: Operation, other: Operation): boolean =>
  ((one.kind === "dropColumn" && other.kind === "addColumn") ||
    (one.kind === "addColumn" && other.kind === "dropColumn")) &&
  nameOf(one) === nameOf(other);

/** A primary key of a new column, which has no values before the advice's last step. */
const isKeyOf = (one: Operation, column: Operation): boolean =>
  one.kind === "addPrimaryKey" &&
  column.kind === "addColumn" &&
  one.columns.some(({ text }) => text === column.column.name.text);

/** NOT NULL of a column that gets another type: the advice gives it to the new column. */
const makesRequired = (one: Operation, other: Operation, text: string): boolean =>
  one.kind === "changeColumnType" &&
  other.kind === "setNotNull" &&
  one.column.text === other.column.text &&
  text.includes(`ALTER COLUMN ${quote(`${one.column.text}_new`)} SET NOT NULL;`);

const listOf = (names: readonly Name[]): string => names.map(({ text }) => quote(text)).join(", ");

const dropsIt = (text: string, name: string): boolean =>
  text.includes(`DROP CONSTRAINT ${quote(name)};`) ||
  text.includes(`DROP CONSTRAINT IF EXISTS ${quote(name)};`);

/** The type that the column has already, which a call that changes something else has to name. */
function repeatsType(step: Step, other: Operation): boolean {
  if (other.kind !== "changeColumnType" || other.using !== undefined) return false;
  const found = stepsOf(step)
    .find(({ operation }) => operation === other)
    ?.before.column(other.table, other.column.text);
  if (found?.is !== "present" || found.value.type === undefined) return false;
  const { type, collation } = found.value;
  return sameType(type, other.type) && (other.collation?.name ?? "default") === (collation ?? "default");
}

/** A `DROP TABLE a, b` of the advice has it. */
const dropsTable = (text: string, table: string): boolean =>
  text.split("\n").some(
    (line) =>
      line.startsWith("DROP TABLE ") &&
      line
        .replace(/^DROP TABLE (?:IF EXISTS )?|;$/g, "")
        .split(", ")
        .includes(table),
  );

const nameOf = (one: Operation): string | undefined =>
  one.kind === "dropColumn"
    ? quote(one.column.text)
    : one.kind === "addColumn"
      ? quote(one.column.name.text)
      : undefined;

const statementsOf = (advice: Advice): string => advice.flatMap(({ statements }) => statements).join("\n");

/** A command line's text without what a quote in quotes takes. */
const unquoted = (line: string): string => line.replaceAll("'\\''", "'");

/** The clause that drops the primary key of a column that stays for now, where the statement adds another one. */
function oldKey(step: Step, some: readonly Operation[], treated: readonly Operation[]): string {
  if (!some.some(({ kind }) => kind === "addPrimaryKey")) return "";
  const isDropped = treated.some(({ kind }) => kind === "dropColumn");
  return isDropped ? dropsKey(step) : "";
}

/** The given operations as a statement; undefined: it isn't one whose parts stand for themselves. */
function statementOf(step: Step, left: readonly Operation[], before = ""): string | undefined {
  const { operation, statement } = step;
  const [one] = left;
  if (operation.kind === "dropTable" && one?.kind === "dropTable") {
    const names = left.flatMap((other) => (other.kind === "dropTable" ? [other.table.text] : []));
    return names.length === left.length ? `DROP TABLE ${names.join(", ")};` : undefined;
  }
  const clauses = outermost(statement.operations);
  const [first] = clauses;
  if (first === undefined || clauses.length < 2) return undefined;
  const head = onOneLine(
    textOf(step, { start: statement.span.start, end: first.span.start }).replaceAll(/--.*$/gm, ""),
  );
  if (!/^alter\s+(?:foreign\s+)?table\b[^;,()]*$/i.test(head)) return undefined;
  const kept = clauses.filter((clause) => left.includes(clause));
  if (kept.length === 0) return undefined;
  return `${head} ${before}${kept.map((clause) => textOf(step, clause.span)).join(", ")};`;
}

/** Clauses, without what stands inside of another one or is a part of it. */
const outermost = (operations: readonly Operation[]): readonly Operation[] =>
  operations.filter(
    ({ span }, at) =>
      !operations.some(
        (other, before) =>
          other.span.start <= span.start &&
          span.end <= other.span.end &&
          (other.span.end - other.span.start > span.end - span.start ||
            (before < at && other.span.start === span.start && other.span.end === span.end)),
      ),
  );

/** Another object of the same `DROP TABLE a, b`. */
const isTwin = (a: Operation, b: Operation): boolean =>
  a.kind === b.kind &&
  a.span.start === b.span.start &&
  a.span.end === b.span.end &&
  a.head.start !== b.head.start;

const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;
