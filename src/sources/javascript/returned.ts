/** What a function returns that does nothing but make a value: names, conditions that are known, and the value. */
import type { Reader } from "./evaluate.ts";
import { Scope } from "./scope.ts";
import { child, children, field, spanOf, type Tree } from "./tree.ts";
import { returnedHandle } from "./typed.ts";
import type { FunctionValue, Value } from "./value.ts";

/** How deep functions that only make a value may call each other. */
const deepestCalls = 4;

/** Reads the file's expressions. */
interface Expressions {
  readonly file: Reader;
  readonly evaluate: (tree: Tree, scope: Scope) => Value;
  readonly truth: (tree: Tree, scope: Scope) => boolean | undefined;
}

/** How a statement ends: with a value, or in one of two ways; undefined: it may do more than to make one. */
type Outcome = Value | "throws" | "goes on" | undefined;

/** What a function of the file returns for these arguments; undefined: it may do more than that. */
export function returnedBy(
  read: Expressions,
  { tree, scope }: FunctionValue,
  given: readonly Value[],
  calls: number,
): Value | undefined {
  if (calls > deepestCalls) return undefined;
  const inner = new Scope(scope, calls);
  for (const [i, parameter] of children(tree, "params").entries()) {
    const left = parameter.type === "AssignmentPattern" ? child(parameter, "left") : parameter;
    const usual = child(parameter, "right");
    if (left?.type !== "Identifier") return undefined;
    const missing =
      parameter.optional === true ? nothing(parameter) : { is: "unknown" as const, at: spanOf(parameter) };
    inner.bind(
      field(left, "name"),
      given[i] ?? (usual === undefined ? missing : read.evaluate(usual, inner)),
    );
  }
  const body = child(tree, "body");
  if (body === undefined) return undefined;
  const isBlock = body.type === "BlockStatement";
  const outcome = isBlock ? outcomeOf(read, children(body, "body"), inner) : read.evaluate(body, inner);
  const declared = returnedHandle(read.file, tree);
  if (outcome === undefined || typeof outcome === "string") return declared;
  return outcome.is === "unknown" ? (declared ?? outcome) : outcome;
}

const nothing = (tree: Tree): Value => ({ is: "plain", value: undefined, at: spanOf(tree) });

function outcomeOf(read: Expressions, statements: readonly Tree[], scope: Scope): Outcome {
  for (const statement of statements) {
    const outcome = outcomeOfOne(read, statement, scope);
    if (outcome !== "goes on") return outcome;
  }
  return "goes on";
}

function outcomeOfOne(read: Expressions, statement: Tree, scope: Scope): Outcome {
  switch (statement.type) {
    case "VariableDeclaration":
      for (const one of children(statement, "declarations")) {
        const init = child(one, "init");
        const name = field(child(one, "id"), "name");
        if (name !== "") scope.bind(name, init === undefined ? nothing(one) : read.evaluate(init, scope));
      }
      return "goes on";
    case "ExpressionStatement": {
      const assignment = child(statement, "expression");
      const name = field(child(assignment, "left"), "name");
      const right = child(assignment, "right");
      const isKnown = assignment?.type === "AssignmentExpression" && field(assignment, "operator") === "=";
      if (!isKnown || name === "" || right === undefined) return undefined;
      scope.assign(name, read.evaluate(right, scope));
      return "goes on";
    }
    case "IfStatement":
      return outcomeOfIf(read, statement, scope);
    case "BlockStatement":
      return outcomeOf(read, children(statement, "body"), new Scope(scope));
    case "ReturnStatement": {
      const value = child(statement, "argument");
      return value === undefined ? nothing(statement) : read.evaluate(value, scope);
    }
    case "ThrowStatement":
      return "throws";
    default:
      return undefined;
  }
}

/** Where the condition isn't known, the branch counts that doesn't refuse to go on. */
function outcomeOfIf(read: Expressions, statement: Tree, scope: Scope): Outcome {
  const [test, yes, no] = [
    child(statement, "test"),
    child(statement, "consequent"),
    child(statement, "alternate"),
  ];
  if (test === undefined || yes === undefined) return undefined;
  const holds =
    read.truth(test, scope) ?? (refuses(yes) ? false : no !== undefined && refuses(no) ? true : undefined);
  if (holds === undefined) return undefined;
  const branch = holds ? yes : no;
  return branch === undefined ? "goes on" : outcomeOfOne(read, branch, scope);
}

function refuses(branch: Tree): boolean {
  const [only, ...more] = branch.type === "BlockStatement" ? children(branch, "body") : [branch];
  return only?.type === "ThrowStatement" && more.length === 0;
}
