/** `flag = 1`, `code > 5`: PostgreSQL has no operator for a boolean or a text and a number. Measured on 13, 15 and 18. */
import type { Expression } from "../../../model/expression.ts";
import type { Relation } from "../../../schema/model.ts";
import type { Span } from "../../../text/span.ts";
import type { Step } from "../../step.ts";
import { comparisons, tokensIn, type ScriptToken } from "../tokens.ts";
import type { RefusedValue } from "./refused-values.ts";

const noNumbers: ReadonlySet<string> = new Set(["boolean", "text", "varchar", "char"]);

/** In front of the first operand of a comparison. */
const begins: ReadonlySet<string> = new Set(["", "(", "where", "and", "or", "not", "check"]);

/** In the conditions of an UPDATE, DELETE, CREATE INDEX or CHECK that reads no table but its own. */
export function refusedComparison(step: Step): RefusedValue | undefined {
  const { before, script, inBody } = step;
  if (before.dialect.refusesText !== true || inBody) return undefined;
  const found = conditionOf(step);
  if (found === undefined) return undefined;
  const tokens = tokensIn(step, found.span);
  for (const [i, operator] of tokens.entries()) {
    const [column, value] = [tokens[i - 1], tokens[i + 1]];
    if (!comparisons.has(operator.value) || value?.kind !== "number" || column === undefined) continue;
    const type = typeOf(column, tokens[i - 2], found.table, step);
    if (type === undefined) continue;
    // The history may have made an operator for it.
    if (before.hasAny("operator") || before.hasAny("cast")) return undefined;
    const at = { start: column.start, end: value.end };
    return {
      column: column.value,
      value: script.text.slice(value.start, value.end),
      check: type,
      at,
      fails: "compared",
    };
  }
  return undefined;
}

function conditionOf({
  operation,
  before,
}: Step): { readonly span: Span; readonly table: Relation } | undefined {
  let condition: Pick<Expression, "span"> | undefined;
  switch (operation.kind) {
    case "updateRows":
    case "deleteRows":
      if (operation.query.relations.length === 0 && operation.among === undefined)
        condition = operation.where;
      break;
    case "createIndex":
      if (operation.where?.subquery !== true) condition = operation.where;
      break;
    case "addCheck":
      condition = operation.expression;
      break;
    default:
  }
  if (condition === undefined || !("table" in operation) || operation.table === undefined) return undefined;
  const table = before.relation(operation.table);
  return table.is === "present" ? { span: condition.span, table: table.value } : undefined;
}

/** Of a column of the table, if no number is compared with its values. */
function typeOf(
  { kind, value }: ScriptToken,
  ahead: ScriptToken | undefined,
  table: Relation,
  { before }: Step,
): string | undefined {
  if (kind !== "word" && kind !== "quoted") return undefined;
  if (!begins.has(ahead?.value ?? "")) return undefined;
  const type = table.columns.find(({ name }) => name === value)?.type;
  if (type === undefined) return undefined;
  const below = before.belowDomains(type).type;
  const isOne = below.schema === undefined && below.dimensions === 0 && noNumbers.has(below.name);
  return isOne ? below.text : undefined;
}
