import type { Edit } from "../text/span.ts";
import type { Step } from "../replay/step.ts";
import { beside, heading, instead, inWords, type Advice, type Heading } from "./advice.ts";
import { analyzeAfter, buildOf, dropBuilt } from "./indexes.ts";
import { concurrentBlock, hasNoWayOut, howWrapped, textOf } from "./words.ts";

/** Without BEGIN and COMMIT; undefined where what stands around them has to change, too. */
export function leaveTransaction({
  edits,
}: Step): { readonly title: string; readonly edits: readonly Edit[] } | undefined {
  const own = edits.withoutNestedTransaction();
  return own && { title: "leave the transaction to the tool", edits: own };
}

/** The remains of a failed build go first; without IF NOT EXISTS, which would keep them. */
export function buildAgain(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "createIndex" || operation.name === undefined) return undefined;
  // Where it has to be alone, the next attempt reports a failed build, which is dropped by hand. Elsewhere one that may be
  // there goes, too: without it, the build fails each time at what a failed one has left.
  const remains = dropBuilt(step, { ...operation, ifNotExists: false });
  return instead(concurrentBlock(step, buildOf(step, operation), remains), analyzeAfter(step));
}

/** The setting for this transaction only; outside of one, and where there are several, reset at the end. */
export function settingForTransaction(step: Step): Advice | undefined {
  const { operation, transaction, inBody } = step;
  if (operation.kind !== "setOption" || operation.value === undefined) return undefined;
  const text = textOf(step, operation.span);
  if (!/^set\s/i.test(text)) return undefined;
  const isOpen = transaction.kind === "block" || transaction.kind === "implicit";
  const { names, isAlone } = stayingSettings(step);
  const resets = names.map((name) => `RESET ${resetName(name)};`);
  // A second statement in its message would put the block into a transaction, in which it can't COMMIT.
  if (inBody && !isOpen) return [inWords(`end the block with \`${resets.join(" ")}\``)];
  const rest = text
    .slice(3)
    .replace(/^\s+session(?=\s)/i, "")
    .trim();
  if (isOpen && isAlone) return instead(`SET LOCAL ${rest};`);
  const end = (what: string): Heading => heading(`at the end of the ${what}:`, { after: "statement" });
  return isOpen ? beside(end("migration"), ...resets) : beside(end("file"), ...resets);
}

/** What the migration leaves set; `isAlone`: one SET does, and what stood before it wouldn't stay in its place. */
export function stayingSettings({ scope, operation: own }: Step): {
  readonly names: readonly string[];
  readonly isAlone: boolean;
} {
  const isStaying = ({ operation, settingStays }: Step): boolean => operation === own || settingStays();
  const nameOf = ({ operation }: Step): readonly string[] =>
    operation.kind === "setOption" && !operation.local ? [operation.name] : [];
  const names = [...new Set(scope.steps.filter(isStaying).flatMap(nameOf))];
  const all = scope.steps.flatMap(nameOf).filter((name) => names.includes(name));
  return { names, isAlone: all.length === 1 };
}

const resetName = (name: string): string =>
  name === "session_authorization" ? "SESSION AUTHORIZATION" : name === "timezone" ? "TIME ZONE" : name;

/** Everything between BEGIN and COMMIT is applied as a whole or not at all. */
export function inOneTransaction({ script }: Step): Advice {
  // Each call may take another connection of the tool's pool.
  if (script.code !== undefined)
    return [
      inWords(script.transaction.handsTransaction ?? "run all statements in one transaction of the tool"),
    ];
  return beside("BEGIN;", heading("the statements of the file"), "COMMIT;");
}

/** SET for the session, and back at the end. */
export function settingForSession(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "setOption" || operation.value === undefined) return undefined;
  const text = textOf(step, operation.span);
  if (!/^set\s+local\s/i.test(text)) return undefined;
  return instead(
    `SET ${text.slice(3).replace(/^\s+local\s+/i, "")};`,
    heading("and at the end of the file:"),
    `RESET ${resetName(operation.name)};`,
  );
}

/**
 * For COMMIT and ROLLBACK of a DO block or procedure, which the server refuses in a transaction block or beside other
 * statements of a message: where it stands, and how to leave that; undefined: it isn't refused.
 */
export function mustRunOutside(
  step: Step,
): { readonly body: string; readonly where: string; readonly instead: string } | undefined {
  const { statement, inBody, transaction, script, operation } = step;
  if (operation.called === true && statement.kind !== "DoStmt" && statement.kind !== "CallStmt")
    return {
      body: "function",
      where: "where a query calls it",
      instead: "make it a procedure, and CALL it outside of a transaction",
    };
  const body = { DoStmt: "DO block", CallStmt: "procedure" }[statement.kind];
  if (!inBody || body === undefined || (transaction.kind !== "block" && transaction.kind !== "implicit"))
    return undefined;
  const found = mustLeaveTransaction({ transaction, script, scope: step.scope, inBody: false });
  return found && { ...found, body };
}

/** The same of CONCURRENTLY, which nobody needs on a new table; what is rolled back later stands in an earlier migration. */
export function leaveConcurrently(
  step: Step,
): { readonly where: string; readonly instead: string } | undefined {
  const found = mustLeaveTransaction(step);
  const { operation, direction, transaction } = step;
  if (found === undefined || operation.kind !== "createIndex") return found;
  if (step.madeHere(operation.table)) {
    const isCall = step.script.code?.source.includes("algorithm: :concurrently");
    const clause = isCall === true ? "algorithm: :concurrently" : "CONCURRENTLY";
    return {
      ...found,
      instead: `leave \`${clause}\` out: the table is new, so that no write waits for the build`,
    };
  }
  if (direction === "up" || transaction.kind !== "block" || transaction.by === "file") return found;
  return { ...found, instead: found.instead.replace("separate", "separate, earlier") };
}

/** For a statement that must commit by itself: the transaction that it is in, and how to leave it; undefined outside of one. */
export function mustLeaveTransaction({
  transaction,
  inBody,
  script,
  scope,
}: Pick<Step, "transaction" | "inBody" | "script" | "scope">):
  { readonly where: string; readonly instead: string } | undefined {
  const { by, optOut } = transaction;
  const kind = inBody ? "body" : transaction.kind;
  if (kind === "none" || kind === "unknown") return undefined;
  const where = {
    block: `inside the transaction that ${by === "file" ? "BEGIN" : "the migration tool"} opens`,
    implicit: "together with other statements in one message",
    body: "inside of a DO block or function",
    pipeline: "after the first statement of a pipeline",
  }[kind];
  if (kind === "block" && by !== "file" && hasNoWayOut({ script }))
    return {
      where,
      instead: `run it by hand, outside of the migration: ${howWrapped({ script, scope })}`,
    };
  const alone = "put it alone into a separate migration";
  const how = kind === "body" ? ", as a plain statement" : by === "file" ? ", without BEGIN" : "";
  return { where, instead: how === "" && optOut !== undefined ? `${alone}: ${optOut}` : alone + how };
}

/** For a COMMIT before ADD VALUE, which can't run in a transaction before PostgreSQL 12. */
export function beforeEnumValue(step: Step): string | undefined {
  const isThere = step.later().some(({ operation }) => operation.kind === "addEnumValue");
  const way = isThere ? mustLeaveTransaction(step) : undefined;
  return (
    way && `Leave out \`COMMIT\`. Before PostgreSQL 12, ADD VALUE can't run in a transaction: ${way.instead}`
  );
}
