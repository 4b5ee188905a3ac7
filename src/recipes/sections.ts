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
      if (part.transaction === "any" && part.after !== "deploy" && !isApart) return undefined;
      if (part.intent === "external") return undefined;
      const text = sectionFile({
        before,
        statements: part.statements,
        down: sectionDown(step, advice, at),
        shared,
        conditions,
        earlier: [
          ...others.flatMap((one) => (isReplaced(step, advice, one) ? [] : textOfStatement(step, one))),
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
      const isFirst = advice.find(({ language }) => language === "sql") === part;
      return isApart && isFirst && text !== undefined
        ? `-- for other databases, the changeset stays as it is: give it dbms:${shared.ofOthers}\n${text}`
        : text;
    },
  };
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
  const statements = new Set(step.scope.downSteps.map((one) => one.statement));
  return [...statements].map(({ span }) => `${down.text.slice(span.start, span.end)};`);
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
