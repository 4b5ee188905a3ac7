/** Dates that are none, and timestamps that the server fills by itself. */
import type { Expression } from "../../../model/expression.ts";
import { hasNoImplicitDefault, isShape } from "../../../model/implicit-defaults.ts";
import type { ColumnDefinition, Operation } from "../../../model/operation.ts";
import type { Span } from "../../../text/span.ts";
import type { ReplayFacts } from "../../replay-facts.ts";
import type { Step } from "../../step.ts";
import { serverIs } from "./server.ts";

export interface ZeroDate {
  readonly column: string;
  /** As it is written. */
  readonly text: string;
  readonly at: Span;
  /** This server's own mode, and that of the session, refuses it. */
  readonly refused: boolean;
}

export interface BareTimestamp {
  readonly column: string;
  readonly at: Span;
  /** `current`: CURRENT_TIMESTAMP, also ON UPDATE; `zero`: `0000-00-00 00:00:00`. */
  readonly gets: "current" | "zero";
}

export function definitionsOf(operation: Operation): readonly ColumnDefinition[] {
  switch (operation.kind) {
    case "createTable":
      return operation.columns;
    case "addColumn":
      return [operation.column];
    case "redefineColumn":
      return [operation.definition];
    default:
      return [];
  }
}

const isZero = (value: Expression | undefined): value is Expression =>
  value !== undefined && /^['"](?:0000-|\d{1,4}-0?0-|\d{1,4}-\d{1,2}-0?0(?!\d))/.test(value.text);

/** MySQL's own mode does, and no other is set. */
const refusesZeroDates = ({ before, setting }: Pick<Step, "before" | "setting">): boolean =>
  !before.dialect.isMariaDb && setting("sql_mode") === undefined;

/** See `MysqlQuestions.refusesOldRows`. */
export function refusesOldRows(step: Step): boolean {
  const { operation, before } = step;
  if (operation.kind !== "addColumn" || before.dialect.isMariaDb) return false;
  const { column } = operation;
  return hasNoImplicitDefault(column) && (isShape(column) || refusesZeroDates(step));
}

/** See `MysqlQuestions.zeroDates`. */
export function zeroDates(step: Step): readonly ZeroDate[] {
  const { operation, skipped } = step;
  if (skipped) return [];
  const refused = refusesZeroDates(step);
  const defaults =
    operation.kind === "setDefault"
      ? [{ column: operation.column.text, value: operation.expression }]
      : definitionsOf(operation)
          .filter(({ type }) => ["date", "datetime", "timestamp"].includes(type.name))
          .map(({ name, default: value }) => ({ column: name.text, value }));
  return defaults.flatMap(({ column, value }) =>
    isZero(value) ? [{ column, text: value.text, at: value.span, refused }] : [],
  );
}

/** See `MysqlQuestions.bareTimestamps`; MySQL manual, `explicit_defaults_for_timestamp`. */
export function bareTimestamps(step: Step, facts: ReplayFacts): readonly BareTimestamp[] {
  const isImplicit =
    serverIs(step, facts, "mysql", undefined, "8.0.2") ||
    serverIs(step, facts, "mariadb", undefined, "10.10");
  if (!isImplicit || step.skipped) return [];
  const { operation, before } = step;
  if (operation.kind !== "createTable" && operation.kind !== "addColumn") return [];
  const relation = operation.kind === "addColumn" ? before.relation(operation.table) : undefined;
  let isFirst =
    relation === undefined ||
    (relation.is === "present" &&
      relation.value.complete &&
      relation.value.columns.every(({ type }) => type?.name !== "timestamp"));
  const found: BareTimestamp[] = [];
  for (const { name, type, default: value, mysql, notNull, generated } of definitionsOf(operation)) {
    if (type.name !== "timestamp" || generated !== undefined) continue;
    const isNullable = mysql?.nullWritten === true && !notNull;
    if (value === undefined && mysql?.onUpdate === undefined && !isNullable)
      found.push({ column: name.text, at: type.span, gets: isFirst ? "current" : "zero" });
    isFirst = false;
  }
  return found;
}
