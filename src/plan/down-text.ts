/** The way back of a migration as its file writes it. */
import { writingOf } from "../recipes/writing.ts";
import type { MigrationScope } from "../replay/step.ts";
import type { SchemaDialect } from "../schema/dialect.ts";
import type { WayBack } from "./way-back.ts";

/** A statement with semicolons inside, as the runner takes it for one. */
function whole(sql: string, { migration: { up }, dialect }: MigrationScope): string {
  const { whole: marked, sendsDelimiter } = up.transaction;
  if (!hasInner(sql)) return sql;
  if (marked !== undefined) return marked(sql);
  return sendsDelimiter === undefined ? forClient(sql, dialect) : sql;
}

const hasInner = (sql: string): boolean => /;\s*\S/.test(sql.replaceAll(/'(?:[^']|'')*'/g, "''"));

/** A statement as a file for the client of its database holds it. PostgreSQL's bodies stand in quotes. */
export const forClient = (sql: string, { viewsHold }: SchemaDialect): string =>
  viewsHold || !hasInner(sql) ? sql : `DELIMITER //\n${sql.replace(/;\s*$/, "")}//\nDELIMITER ;`;

/** The first statement of the file opens a transaction for all others. */
const opensOne = ({ steps, migration }: MigrationScope): boolean =>
  migration.up.code === undefined && steps[0]?.operation.kind === "begin" && !steps[0].inBody;

/** One reason for all that is lost, as `-- ddlint-irreversible` gives it; undefined: nothing is. */
export const reasonOf = ({ losses }: WayBack): string | undefined =>
  losses.length === 0
    ? undefined
    : `it doesn't restore ${[...new Set(losses.map(({ what }) => what))].join(", ")}`;

/** What a comment says first, and the statements below it; without the marker of a section. */
export function downText(scope: MigrationScope, back: WayBack): string {
  const [first] = scope.steps;
  const writing = first === undefined ? undefined : writingOf(first);
  const comment = writing?.comment ?? ((text: string) => `-- ${text}`);
  const reason = reasonOf(back);
  const head = [
    ...(reason === undefined ? [] : [`ddlint-irreversible: ${reason}`]),
    ...[...new Set(back.stays)].map((what) => `not undone: ${what}`),
  ].map(comment);
  const statements = back.statements.map((sql) => writing?.statement(sql) ?? whole(sql, scope));
  const isOwn = opensOne(scope) && !back.statements.some((sql) => /\bCONCURRENTLY\b/.test(sql));
  const body = isOwn ? ["BEGIN;", ...statements, "COMMIT;"] : statements;
  const lines = [...head, ...body];
  return lines.length === 0 ? comment("nothing to undo") : lines.join("\n");
}
