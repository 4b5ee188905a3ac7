/**
 * How a file of SQL writes advice that marks where a statement ends, or where a migration of its own begins, or whose last
 * statement nothing ends.
 */
import type { SectionFile } from "../model/tool.ts";
import { inSql, type Advice, type Writing } from "./advice.ts";
import { downOf, isWhole, type WritingStep } from "./writing.ts";

/** Undefined: the file is code, or SQL that is written as everywhere. */
export function sectionsOf(step: WritingStep): Writing | undefined {
  const { script, scope, statement } = step;
  const { sectionFile, sectionHead, divider } = script.transaction;
  if (script.code !== undefined) return undefined;
  if (divider !== undefined) return { ...inSql, divider };
  const unended = unendedIn(step);
  if (sectionFile === undefined) return unended && { ...inSql, unended };
  const others = [...new Set(scope.steps.map((one) => one.statement))];
  const first = others.length > 1 ? 10 * (others.indexOf(statement) + 1) : 0;
  const { shared } = scope.migration;
  const taken = new Set(scope.history.migrations.map(({ name }) => name));
  const before = script.text.slice(0, script.part.start);
  const { conditions = [] } = scope.migration;
  return {
    ...inSql,
    unended,
    // A file without sections can't have the new ones.
    fileHead: before.trim() === "" ? sectionHead : undefined,
    file(part, at, advice) {
      const isApart = shared !== undefined && part.intent === "same-schema";
      const isBehind = part.transaction !== "any" || part.after === "deploy";
      if (!isBehind && !isApart) return undefined;
      if (part.intent === "external") return undefined;
      const left = others.filter((one) => !isReplaced(step, advice, one));
      const isFirst = isApart && advice.find(({ language }) => language === "sql") === part;
      // What would stand within the section takes along what stands around it.
      const whole = isFirst && !isBehind && left.length > 0;
      const text = sectionFile({
        before,
        statements: whole ? amongOthers(step, part, left, others) : part.statements,
        down: whole ? wholeDown(step, advice) : sectionDown(step, advice, at),
        shared,
        conditions,
        earlier: [
          ...(whole ? [] : left).map((one) => textOfStatement(step, one)),
          ...advice
            .slice(0, at)
            .flatMap(({ language, statements }) => (language === "sql" ? statements : [])),
        ],
        database: step.before.dialect.title,
        irreversible: scope.migration.irreversible,
        outside: part.transaction === "none",
        place: first + at + 1,
        taken,
      });
      if (!isFirst || text === undefined) return text;
      const isOne = others.length - left.length === 1;
      return left.length === 0 || whole
        ? `-- for other databases, the changeset stays as it is: give it dbms:${shared.ofOthers}\n${text}`
        : `-- take ${isOne ? "the statement" : "what this takes the place of"} out of the changeset; ` +
            `for other databases, move it to a changeset with dbms:${shared.ofOthers}\n${text}`;
    },
  };
}

type Statement = WritingStep["statement"];

/** The statements of a section, with a step of advice in the place of those that it replaces. */
function amongOthers(
  step: WritingStep,
  { statements }: Advice[number],
  left: readonly Statement[],
  others: readonly Statement[],
): readonly string[] {
  const at = others.findIndex((one) => !left.includes(one));
  const around = (all: readonly Statement[]): readonly string[] =>
    all.length === 0 ? [] : ["-- as in the changeset:", ...writtenAgain(step, all, left)];
  const head = around(left.filter((one) => others.indexOf(one) < at));
  const tail = around(left.filter((one) => others.indexOf(one) > at));
  return [...head, ...(head.length > 0 ? ["-- changed:"] : []), ...statements, ...tail];
}

/** Many statements, and bodies of routines, are named. */
function writtenAgain(
  step: WritingStep,
  all: readonly Statement[],
  left: readonly Statement[],
): readonly string[] {
  const texts = all.map((one) => textOfStatement(step, one));
  const isShort = left.length <= mostAgain && texts.every((text) => !/\$\$|;/.test(text));
  const those = all.length === 1 ? "1 statement" : `${all.length} statements`;
  const [from, to] = [all[0]?.span.start, all.at(-1)?.span.start].map(
    (at) => step.script.text.slice(0, at).split("\n").length,
  );
  return isShort
    ? texts.map((text) => `${text};`)
    : [`-- (copy its ${those}, ${from === to ? `line ${from}` : `lines ${from} to ${to}`}, here)`];
}

const mostAgain = 8;

/** What takes back a section that has all of another one: what takes that back, unless further sections share it. */
function wholeDown(step: WritingStep, advice: Advice): SectionFile["down"] {
  const { down } = step.scope.migration;
  if (down === undefined) return undefined;
  return advice.filter(({ language }) => language === "sql").length > 1
    ? "unknown"
    : statementsOfDown(step, down);
}

/**
 * What takes the section back, in a file that says what does: nothing where it leaves nothing, and what the file has for the
 * statements that the advice takes the place of, where that isn't known otherwise. Undefined: the file doesn't say it.
 */
function sectionDown(step: WritingStep, advice: Advice, at: number): SectionFile["down"] {
  const { down, irreversible } = step.scope.migration;
  if (down === undefined) return irreversible === undefined ? undefined : downOf(step, advice, at);
  const known = downOf(step, advice, at);
  if (known !== undefined && known.length > 0) return known;
  const main = advice.findLastIndex(
    ({ language, statements }) => language === "sql" && !statements.every((sql) => leavesAll.test(sql)),
  );
  const isSaid = advice.some((_, i) => i !== at && (downOf(step, advice, i) ?? []).length > 0);
  if (at !== main || isSaid || !isWhole(step, advice)) {
    const leavesSchema =
      advice[at]?.statements.every((sql) => leavesAll.test(sql) || ofRows.test(sql)) === true;
    return known ?? (leavesSchema ? [] : "unknown");
  }
  return statementsOfDown(step, down);
}

function statementsOfDown({ scope }: WritingStep, { text }: { readonly text: string }): readonly string[] {
  const statements = new Set(scope.downSteps.map((one) => one.statement));
  return [...statements].map(({ span }) => `${text.slice(span.start, span.end)};`);
}

/** Nothing is left of it that could be taken back. */
const leavesAll = /^(?:SET|RESET|SELECT|ANALYZE)\b|^ALTER TABLE \S+ VALIDATE CONSTRAINT\b/i;
/** What the section's own way back leaves as it is, too. */
const ofRows = /^(?:--[^\n]*\n)*(?:DO|INSERT|UPDATE|DELETE|CALL|CREATE PROCEDURE|DROP PROCEDURE)\b/i;

const isReplaced = (step: WritingStep, advice: Advice, other: WritingStep["statement"]): boolean =>
  other === step.statement ||
  advice.some(({ replaces = [] }) => replaces.some(({ start }) => start === other.span.start));

const textOfStatement = ({ script }: WritingStep, { span }: WritingStep["statement"]): string =>
  script.text.slice(span.start, span.end);

/** Nothing but blanks and comments stands behind the last statement: no semicolon, nor what a client takes for one. */
function unendedIn({ script, scope, statement }: WritingStep): Writing["unended"] {
  const end = unendedEnds.get(script) ?? unendedEnd(script, scope);
  unendedEnds.set(script, end);
  return end === none ? undefined : { own: statement.span.end === end };
}

const none = -1;
/** Asked for each finding of a script. */
const unendedEnds = new WeakMap<WritingStep["script"], number>();

/** Where its last statement ends, if nothing says so; else `none`. */
function unendedEnd(script: WritingStep["script"], scope: WritingStep["scope"]): number {
  let end = none;
  for (const one of scope.steps) if (one.script === script) end = Math.max(end, one.statement.span.end);
  if (end === none || script.text.slice(0, end).trimEnd().endsWith(";")) return none;
  const rest = script.text.slice(end, script.part.end).replaceAll(/--[^\n]*|\/\*[^]*?\*\//g, "");
  return rest.trim() === "" ? end : none;
}
