/** What tools have in common that write the steps of advice as migrations. */
import type { CodeAdvice, CodeStatement, UnitCall } from "../../model/tool.ts";

const changes = (pattern: RegExp, statements: readonly CodeStatement[]): boolean =>
  statements.some(({ sql }) => pattern.test(sql));

/**
 * The step that does what the call does: what adds its column, else the last one that isn't only a check, or the end of a
 * view that has kept an old name.
 */
export function mainStep({ steps, call }: Pick<CodeAdvice, "steps" | "call">): number {
  const isAdded = call !== undefined && /^(?:AddField|add_column)$/.test(call.name);
  const added = isAdded ? steps.findIndex(({ up }) => changes(/\bADD COLUMN\b/i, up)) : -1;
  const isMain = ({ up, of }: CodeAdvice["steps"][number]): boolean =>
    of === undefined &&
    !changes(/\bVALIDATE CONSTRAINT\b/i, up) &&
    !(up.length > 0 && up.every(({ sql }) => /^DROP VIEW\b/i.test(sql)));
  return added >= 0 ? added : steps.findLastIndex(isMain);
}

/** The step that takes back what the call does. `drops`, `adds`: names of calls of the tool. */
export function undoStep(advice: Pick<CodeAdvice, "steps" | "call">, drops: RegExp, adds?: RegExp): number {
  const { steps, call } = advice;
  if (call !== undefined && drops.test(call.name)) return steps.length - 1;
  const isAdded = call !== undefined && adds?.test(call.name) === true;
  const added = isAdded
    ? steps.findIndex(({ up }) => changes(/^ALTER TABLE \S+ ADD (?!CONSTRAINT\b)/i, up))
    : -1;
  return added >= 0 ? added : mainStep(advice);
}

/** An index that nothing locks the table for isn't built again under a lock. */
export const concurrently = (sql: string): string =>
  sql.replace(/^(CREATE (?:UNIQUE )?INDEX) (?!CONCURRENTLY\b)/, "$1 CONCURRENTLY ");

/** An index or a constraint with the name that recipes give to what takes another one's place. */
export const isBesideOld = (sql: string): boolean =>
  /\b(?:INDEX CONCURRENTLY(?: IF EXISTS)?|ADD CONSTRAINT) "?\w+_new\b/.test(sql);

/** Above what only one database knows, where the project runs on others. `asked`: what says in a migration which one it is. */
export const forOneDatabase = (
  { unit: { others = [] }, database }: Pick<CodeAdvice, "unit" | "database">,
  asked: string,
): readonly string[] =>
  others.length === 0
    ? []
    : [
        `# for ${database} alone: the project names ${others.join(" and ")}, too; there (\`${asked}\`) the migration stays as it is`,
      ];

/** A comment for the condition under which what stands beside the call runs, where the project runs on others, too. */
export const onPostgresAlone = ({
  unit: { others = [] },
  database,
  isBeside,
}: CodeAdvice): string | undefined =>
  isBeside && others.length > 0 && database === "PostgreSQL"
    ? `# the project names ${others.join(" and ")}, too`
    : undefined;

/** What leaves the migration where its first step is another file: its calls, or one of a block or loop; undefined: nothing. */
export function movedBy(
  advice: Pick<CodeAdvice, "replaced" | "isBeside" | "unit" | "text">,
): string | undefined {
  if (advice.isBeside) return undefined;
  return advice.replaced.length === 0 ? "this statement" : namesOf(advice.replaced, advice);
}

/** In the order of the text: `remove_index and add_index`. Where others of that name stay, with its line. */
export function namesOf(
  calls: readonly UnitCall[],
  { unit, text }: Pick<CodeAdvice, "unit" | "text">,
): string {
  const starts = new Set(calls.map(({ at }) => at.start));
  const staying = new Set(unit.calls.filter(({ at }) => !starts.has(at.start)).map(({ name }) => name));
  const lineOf = ({ at }: UnitCall): number => text.slice(0, at.start).split("\n").length;
  const shown = (one: UnitCall): string =>
    staying.has(one.name) ? `${one.name} (line ${String(lineOf(one))})` : one.name;
  const ordered = calls.toSorted((one, other) => one.at.start - other.at.start);
  return [...new Set(ordered.map(shown))].join(" and ");
}
