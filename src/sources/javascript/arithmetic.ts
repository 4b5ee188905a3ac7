/** What operators make of constant numbers: `90 * 24 * 60 * 60`. */
import { field, type Tree } from "./tree.ts";

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "**": (a, b) => a ** b,
};

/** Undefined: an operand isn't known, or there is no such number. */
export function arithmetic(tree: Tree, operands: readonly (number | undefined)[]): number | undefined {
  const name = field(tree, "operator");
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (operator === undefined || !operands.every((one) => one !== undefined)) return undefined;
  const value = operands.reduce(operator);
  return Number.isFinite(value) ? value : undefined;
}
