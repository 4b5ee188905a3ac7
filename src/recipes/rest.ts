import type { Operation } from "../model/operation.ts";
import type { Step } from "../replay/step.ts";
import type { Span } from "../text/span.ts";
import { inWords, type Advice } from "./advice.ts";
import { quote, textOf } from "./words.ts";

/** Advice for one clause of a statement that has others: these are still to be done. */
export function withRest(step: Step, advice: Advice): Advice {
  const { operation, statement, inBody } = step;
  const replaces = advice.some(({ intent, language }) => intent === "same-schema" && language === "sql");
  if (!replaces || inBody || statement.operations.length === 1) return advice;
  const text = advice.flatMap(({ statements }) => statements).join("\n");
  const isLeft = (other: Operation): boolean =>
    other.called !== true &&
    (isTwin(operation, other) || !overlap(other.span, operation.span)) &&
    !(other.kind === "addColumn" && text.includes(`ADD COLUMN ${quote(other.column.name.text)} `)) &&
    (isTwin(operation, other) || !text.includes(textOf(step, other.span)));
  return statement.operations.some(isLeft)
    ? [...advice, inWords("the rest of the statement stays, in a statement without this part")]
    : advice;
}

/** Another object of the same `DROP TABLE a, b`. */
const isTwin = (a: Operation, b: Operation): boolean =>
  a.kind === b.kind &&
  a.span.start === b.span.start &&
  a.span.end === b.span.end &&
  a.head.start !== b.head.start;

const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;
