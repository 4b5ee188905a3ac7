/** What is known of whether and how often a part of a migration runs, and of what surrounds it. */
import type { Ask } from "../../model/operations/base.ts";
import type { Span } from "../../text/span.ts";
import { child, children, field, isFunction, keyName, spanOf, subtrees, type Tree } from "./tree.ts";

/** Whether what is visited runs for sure, and once. */
export interface Flow {
  readonly conditional: boolean;
  readonly repeated: boolean;
  /** All that the conditions around it ask; undefined: no condition, or more than is known. */
  readonly asks?: readonly Ask[] | undefined;
  /** Its error is caught, and not thrown again. */
  readonly caught?: true | undefined;
  /** See `OperationBase.tried`. */
  readonly tried?: true | undefined;
  /** It runs once a statement of a `try` has failed. */
  readonly failed?: true | undefined;
  /** A `catch` in the same round of a loop does something about its error. */
  readonly handled?: true | undefined;
  /** Fields that conditions in the same round of a loop ask for. */
  readonly tested?: readonly string[] | undefined;
  /** It stands in a function that is given to `new Promise`, which says itself when it is done. */
  readonly promised?: true | undefined;
  /** The chain is what a `for … of` goes through, not a `for await`; `awaited`: it is, or may be, as in `of await …`. */
  readonly iterated?: "sync" | "awaited" | undefined;
  /** The call of the migration by which a function of the same file has been reached. */
  readonly calledAt?: Span | undefined;
  /** Number of the call of a function of the project that it is a part of; undefined: of none. */
  readonly inCall?: number | undefined;
  /** What the tool hands over has another name here than where the chain begins: it stands in a function that is handed it. */
  readonly renamed?: true | undefined;
  /** It stands where nothing can be awaited: in the migration's function, or in one that this calls. */
  readonly sync?: "migration" | "callback" | undefined;
  /** It stands in the callback of a tool's builder, which sends what it has collected at its end. */
  readonly inBuilder?: true | undefined;
  /** What the tool hands over, as it is called there: `knex`, `connection`. */
  readonly handle?: string | undefined;
  /** What else a call there is handed, so that it belongs to a transaction of the migration's own: `{ transaction }`. */
  readonly options?: string | undefined;
  /** It surely isn't handed that. */
  readonly isBeside?: true | undefined;
}

export const straight: Flow = { conditional: false, repeated: false };

/** A round of a loop; what surrounds the loop says nothing of a single round. */
export const inRound = (flow: Flow): Flow => ({
  ...flow,
  conditional: true,
  asks: undefined,
  repeated: true,
  handled: undefined,
  tested: undefined,
});

/** Behind a condition. */
export const behind = (flow: Flow, test: Tree): Flow => ({
  ...flow,
  tested: [...(flow.tested ?? []), ...fieldsIn(test)],
});

/** `user.deletedPhone` is `deletedPhone`. */
function fieldsIn(tree: Tree): readonly string[] {
  const path = pathOf(tree);
  return path === undefined ? subtrees(tree).flatMap(fieldsIn) : [path];
}

function pathOf(tree: Tree): string | undefined {
  if (!/^(?:Optional)?MemberExpression$/.test(tree.type) || tree.computed === true) return undefined;
  const object = child(tree, "object");
  const name = keyName({ ...tree, type: "MemberExpression" });
  if (object?.type === "Identifier") return name;
  const parent = object === undefined ? undefined : pathOf(object);
  return parent === undefined ? undefined : `${parent}.${name}`;
}

/** `if (…) continue;`: it ends the round. */
export const leavesRound = (tree: Tree | undefined): boolean => has(tree, /^(?:Return|Continue)Statement$/);

/** `return;`, or a block that ends with it. */
export const alwaysReturns = (tree: Tree | undefined): boolean =>
  tree?.type === "ReturnStatement" ||
  (tree?.type === "BlockStatement" && alwaysReturns(children(tree, "body").at(-1)));

/** True if it returns somewhere, outside of functions in it. */
export const returns = (tree: Tree | undefined): boolean => has(tree, /^ReturnStatement$/);

function has(tree: Tree | undefined, type: RegExp): boolean {
  if (tree === undefined || isFunction(tree)) return false;
  return type.test(tree.type) || subtrees(tree).some((one) => has(one, type));
}

/** What a `catch` does with an error. */
export function caughtBy(body: Tree | undefined): Pick<Flow, "caught" | "handled"> {
  if (body === undefined) return {};
  const statements = children(body, "body");
  const rethrows = statements.some(({ type }) => type === "ThrowStatement");
  const onlyLogs = statements.every((one) => one.type === "ThrowStatement" || isLog(one));
  return {
    ...(rethrows ? {} : { caught: true as const }),
    ...(rethrows && onlyLogs ? {} : { handled: true as const }),
  };
}

/** Statements of a function that only log. */
export const logsIn = (called: Tree): readonly Span[] =>
  children(child(called, "body"), "body").filter(isLog).map(spanOf);

/** `console.error(…)`, `this.logger.warn(…)` */
function isLog(statement: Tree): boolean {
  const call = child(statement, "expression");
  if (statement.type !== "ExpressionStatement" || call?.type !== "CallExpression") return false;
  let root = child(call, "callee");
  const names: string[] = [];
  while (root?.type === "MemberExpression") {
    names.push(keyName(root));
    root = child(root, "object");
  }
  return [...names.slice(1), field(root, "name")].some((name) => /^(?:console|log|logger)$/i.test(name));
}

/** `void f()`: it gives up what the call gives, too. */
export function isVoid(statement: Tree): boolean {
  const expression = child(statement, "expression");
  return expression?.type === "UnaryExpression" && expression["operator"] === "void";
}
