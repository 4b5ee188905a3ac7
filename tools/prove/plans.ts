/** What ddlint says to do instead of a migration, as steps. */
import { memoryFileSystem, planSteps, UserError, type PlanStep as Planned } from "../../src/index.ts";
import type { Case, Plan, PlanStep, UndoPart } from "./case.ts";
import type { Server } from "./servers/server.ts";

/** `ddlint plan` for the last of two migrations, the first of which makes the tables. */
export async function planOf(
  server: Pick<Server, "schema" | "dialect" | "version">,
  one: Case,
): Promise<Plan> {
  const fs = memoryFileSystem({
    "migrations/001_tables.sql": `${server.schema}\n${one.setup ?? ""}`,
    "migrations/002_change.sql": one.migration,
  });
  const facts = { dialect: server.dialect, serverVersion: server.version } as const;
  try {
    const { steps, gaps, differences, findings } = await planSteps({ fs, facts, values: one.values ?? {} });
    const [gap] = gaps;
    if (gap !== undefined) return { notRun: `the plan has a gap: ${gap.what} (${gap.hint})` };
    const left = findings.find(
      ({ severity, ruleId }) => (severity === "error" && !judgedHere.test(ruleId)) || waitsStill.has(ruleId),
    );
    if (left !== undefined) return { notRun: `the plan leaves ${left.ruleId}: ${left.message}` };
    const open = steps.find(
      (step) =>
        step.kind === "by-hand" &&
        !isCheck(step) &&
        !isOfClient(step) &&
        !isAnnounced(step) &&
        !isRecorded(step),
    );
    if (open !== undefined) return { notRun: `by hand: ${[...open.why, ...open.statements].join("; ")}` };
    const runnable = steps.filter(({ kind, statements }) => kind === "deploy" || statements.length > 0);
    return { steps: runnable.map(stepOf), differences, renamesKeys: steps.some(isAnnounced) };
  } catch (error) {
    if (error instanceof UserError) return { notRun: `no plan: ${error.message}` };
    throw error;
  }
}

/** The application waits, and no tool can change the table. */
const waitsStill: ReadonlySet<string> = new Set(["algorithm-copy", "lock-not-none"]);

/** Rollbacks are run, and a loss that is announced is none that is hidden. */
const judgedHere = /^(?:rollback|drop)-/;

const isCheck = ({ statements }: Planned): boolean =>
  statements.length > 0 && statements.every((text) => /^SELECT\b/i.test(text));

/** What a command leaves other than it was: nobody has to do anything. */
const isAnnounced = ({ why }: Planned): boolean =>
  why.some((line) => /^pt-online-schema-change gives .* other names, with a leading _/.test(line));

/** The migration's tool is told that a command has done its work: there is none here. */
const isRecorded = ({ why, statements }: Planned): boolean =>
  statements.length === 0 && why.some((line) => line.startsWith("record the migration as applied "));

/** A procedure that somebody calls in the mysql client. */
const isOfClient = ({ statements }: Planned): boolean =>
  statements.some((text) => text.startsWith("DELIMITER "));

/** What the client sends of it. */
const withoutDelimiter = (text: string): string =>
  /^DELIMITER (\S+)\n([^]*?)\1\nDELIMITER ;$/.exec(text)?.[2] ?? text;

const control = /^(?:BEGIN|COMMIT|START TRANSACTION);?$/i;
/** What the server refuses in a transaction. */
const onlyAlone = /\bCONCURRENTLY\b|^(?:VACUUM|REINDEX|ALTER SYSTEM)\b|^DO\b[^]*\bCOMMIT;/i;

function stepOf(step: Planned): PlanStep {
  const { kind, why, statements, transaction, rollback } = step;
  const title = why.join("; ");
  if (kind === "deploy") return { kind, title };
  if (kind === "by-hand" && isOfClient(step)) {
    const sent = statements.map(withoutDelimiter);
    return { kind: "sql", title, statements: sent, transaction: false, irreversible: "it is done by hand" };
  }
  if (kind !== "migration") return { kind: kind === "command" ? kind : "check", title, statements };
  const own = statements.filter((text) => !control.test(text));
  const isAlone =
    (transaction === "none" && own.length === statements.length) || own.some((text) => onlyAlone.test(text));
  const lost = rollback === undefined ? [] : [...rollback.lost, ...rollback.gaps, ...rollback.stays];
  return {
    kind: "sql",
    title,
    statements: own,
    transaction: !isAlone,
    undo: rollback && partsOf(rollback.statements),
    irreversible: lost.length === 0 ? undefined : lost.join("; "),
    waitsBack: rollback === undefined || rollback.waits.length === 0 ? undefined : rollback.waits.join("; "),
  };
}

/** Statements of a rollback: those that can be are sent in one transaction. */
function partsOf(statements: readonly string[]): readonly UndoPart[] {
  const parts: { statements: string[]; transaction: boolean }[] = [];
  for (const text of statements) {
    if (control.test(text)) continue;
    const transaction = !onlyAlone.test(text);
    const open = parts.at(-1);
    if (transaction && open?.transaction === true) open.statements.push(text);
    else parts.push({ statements: [text], transaction });
  }
  return parts;
}
