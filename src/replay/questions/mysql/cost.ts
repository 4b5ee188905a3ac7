/** What a MySQL or MariaDB statement costs, said once for the statement. */
import type { Name } from "../../../model/names.ts";
import type { AlterRequest, OperationKind } from "../../../model/operation.ts";
import type { Online } from "../../../effects/effects.ts";
import type { Span } from "../../../text/span.ts";
import type { Step } from "../../step.ts";

export interface AlterCost extends Online {
  /** What of it costs most: `change type`. */
  readonly what: string;
  /** No clause of the statement would rebuild the table alone. */
  readonly onlyTogether: boolean;
  /** Who waits while rows are read or written; undefined: nobody does. */
  readonly waits?: "writes" | "reads and writes" | undefined;
}

const words = { NONE: undefined, SHARED: "writes", EXCLUSIVE: "reads and writes" } as const;

/** What throws rows away, however many. */
const isQuick: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "truncateTable",
  "dropTable",
  "renameTable",
]);

/**
 * Of the one operation of its statement that the cost comes from, so that it is told once; `together`: the steps of
 * the statement.
 */
export function alterCost(step: Step, together: readonly Step[]): AlterCost | undefined {
  const { online } = step.effects;
  // Nobody else uses what this migration makes, also when it has rows by now.
  if (online === undefined || step.madeHere(online.table)) return undefined;
  if (isQuick.has(step.operation.kind) || step.script.code?.copiedBy !== undefined) return undefined;
  const isAlike = ({ effects }: Step): boolean =>
    effects.online?.alone.algorithm === online.algorithm && effects.online?.alone.rebuild === online.rebuild;
  const costly = together.filter(({ effects }) => effects.online !== undefined);
  const guilty = together.find(isAlike) ?? costly.find(comesInstantly) ?? costly[0];
  if (guilty !== step) return undefined;
  // In place may mean metadata alone.
  const takesTime =
    online.rebuild || online.rowsCopied || costly.some(({ effects }) => effects.builds.length > 0);
  return {
    ...online,
    what: whatOf(step, online, together.filter(isAlike)),
    onlyTogether: costly.length > 1 && costly.every(({ effects }) => effects.online?.alone.rebuild === false),
    waits: takesTime ? words[online.lock ?? "NONE"] : undefined,
  };
}

/** What writes the table anew where another clause keeps it from being instant. */
const comesInstantly = ({ operation }: Step): boolean =>
  operation.kind === "addColumn" ||
  operation.kind === "dropColumn" ||
  (operation.kind === "redefineColumn" && operation.definition.mysql?.position !== undefined);

/** All causes of a copy, as it takes them all to avoid it; else what the step itself does. */
function whatOf(step: Step, online: Online, alike: readonly Step[]): string {
  const guilty = online.rowsCopied && alike.length > 0 ? alike : [step];
  const all = guilty.map((other) => causeOf(other, other.effects.online ?? online));
  return [...new Set(all)].join(", ");
}

/** The length of a VARCHAR takes one byte up to 255 bytes, then two. */
function causeOf({ operation, before }: Step, { because }: Online): string {
  const what = because.find((one) => one !== "nothing") ?? "the change";
  if (what.startsWith("widen VARCHAR") && what.includes("past 255")) return "VARCHAR past 255 bytes";
  // The statement names no index: those of the column alone go along with it.
  if (operation.kind === "dropColumn" && what === "drop index") return "drop column with its index";
  if (what !== "change type" || operation.kind !== "redefineColumn") return what;
  const { table, column, definition } = operation;
  const found = before.column(table, column.text);
  const from = found.is === "present" ? found.value.type : undefined;
  const isLonger =
    from?.name === "varchar" &&
    definition.type.name === "varchar" &&
    (definition.type.modifiers[0] ?? 0) > (from.modifiers[0] ?? 0);
  const isSameCharset = definition.mysql?.charset === undefined && definition.collation === undefined;
  return isLonger && isSameCharset ? "VARCHAR past 255 bytes" : what;
}

/** The clauses that ask for just what the statement takes; undefined: there is no place for them, or nothing to ask for. */
export function clausesFor(
  step: Step,
  together: readonly Step[],
): { readonly text: string; readonly words: string; readonly at: number } | undefined {
  const { online } = step.effects;
  const { operation, before } = step;
  if (online === undefined || together[0] !== step || isAsked(operation.request)) return undefined;
  const { algorithm, lock, certain } = online;
  if (algorithm === undefined || algorithm === "COPY" || !certain || (lock ?? "NONE") !== "NONE")
    return undefined;
  if (operation.kind === "renameTable" && operation.command !== undefined) return undefined;
  // They would have to stand before it: behind it they would be names of partitions.
  if (operation.kind === "alterPartitions") return undefined;
  const { isMariaDb } = before.dialect;
  const parts = [`ALGORITHM=${algorithm}`];
  // MySQL refuses LOCK beside INSTANT.
  if (algorithm !== "INSTANT" || (isMariaDb && online.rebuild)) parts.push("LOCK=NONE");
  const isAlter =
    operation.kind === "createIndex" || operation.kind === "dropIndex"
      ? operation.clauseOf === "alterTable"
      : true;
  const text = isAlter ? parts.map((part) => `, ${part}`).join("") : ` ${parts.join(" ")}`;
  const last = Math.max(...together.map((one) => one.operation.span.end));
  // ADD (a INT, b INT): behind the list.
  const rest = step.script.text.slice(last, step.statement.span.end);
  const at = rest.trimStart().startsWith(")") ? last + rest.indexOf(")") + 1 : last;
  return { text, words: parts.join(", "), at };
}

const isAsked = (request: AlterRequest | undefined): boolean =>
  request !== undefined &&
  (request.algorithm !== undefined || request.lock !== undefined || request.online !== undefined);

/** ALGORITHM or LOCK, with the server's words where it can't do it as it is asked to. */
export interface RefusedRequest {
  readonly reason: string;
  readonly span: Span | undefined;
}

/** See `MysqlQuestions.nameTaken`. */
export const nameTaken = ({ operation, effects: { fails = "" } }: Step): Name | undefined =>
  operation.kind === "addForeignKey" && /^Duplicate (?:foreign )?key /.test(fails)
    ? operation.name
    : undefined;

export function refusedRequest({
  effects: { fails },
  operation: { request },
}: Step): RefusedRequest | undefined {
  if (fails === undefined || request === undefined) return undefined;
  if (!/^(?:ALGORITHM=|LOCK=|Incorrect usage of ALGORITHM)/.test(fails)) return undefined;
  const { algorithm, lock } = request;
  const asked = fails.startsWith("ALGORITHM=") ? (algorithm ?? lock) : (lock ?? algorithm);
  return { reason: fails, span: asked?.span };
}
