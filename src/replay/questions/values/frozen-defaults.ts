/** Defaults that PostgreSQL evaluates once, when the statement runs. */
import type { Expression } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Step } from "../../step.ts";
import { definitionsOf } from "../mysql/dates.ts";

/** A literal that means the time at which it becomes a value of its column's type; PostgreSQL manual, section 8.5.1.4. */
export interface FrozenDefault {
  readonly table: QualifiedName;
  readonly column: string;
  readonly value: Expression;
  /** What is evaluated in each row; undefined: no single function says it. */
  readonly call: string | undefined;
}

/** See `ValueQuestions.frozenDefaults`. */
export function frozenDefaults(step: Step): readonly FrozenDefault[] {
  const { operation, scope, skipped } = step;
  if (skipped || !("table" in operation) || operation.table === undefined) return [];
  const { table } = operation;
  return defaultsOf(step).flatMap(({ column, type, value }) => {
    const word =
      value === undefined ? undefined : literal.exec(value.text.replaceAll(comment, " "))?.[1]?.toLowerCase();
    if (value === undefined || word === undefined || !/^(?:date|time)/.test(type ?? "")) return [];
    const left = scope.after.column(table, column);
    if (left.is === "present" && left.value.default?.text !== value.text) return [];
    const call = type === "date" ? "CURRENT_DATE" : "now()";
    return [
      {
        table,
        column,
        value,
        call: word === "now" || (word === "today" && type === "date") ? call : undefined,
      },
    ];
  });
}

const comment = /\/\*[^]*?\*\/|--[^\n]*/g;

/** A cast to a text leaves it as it is, to be converted whenever it is evaluated. */
const literal =
  /^\s*(?:(?:timestamp\w*|date|time\w*)\s+)?'\s*(now|today|yesterday|tomorrow)\s*(?:\(\s*\))?\s*'(?!\s*::\s*(?:text|varchar))/i;

interface ColumnDefault {
  readonly column: string;
  /** Undefined: it isn't known. */
  readonly type: string | undefined;
  readonly value: Expression | undefined;
}

function defaultsOf({ operation, before }: Step): readonly ColumnDefault[] {
  if (operation.kind !== "setDefault")
    return definitionsOf(operation).map(({ name, type, default: value }) => ({
      column: name.text,
      type: type.name,
      value,
    }));
  const { table, column, expression: value } = operation;
  const found = before.column(table, column.text);
  const type = found.is === "present" ? found.value.type?.name : undefined;
  return [{ column: column.text, type, value }];
}
