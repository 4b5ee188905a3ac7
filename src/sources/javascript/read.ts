/**
 * A migration in JavaScript or TypeScript to SQL:
 *   text ─parse─▶ tree ─module─▶ up, down ─walk─▶ chains of calls ─tool─▶ SQL text with a map back to the file
 * Nothing is executed. What isn't known before it runs is a piece of its own, never guessed.
 */
import type { Span } from "../../text/span.ts";
import { irreversibleReason } from "../../text/irreversible-mark.ts";
import type { CodeDirection, CodeInput, CodeMigration } from "../source.ts";
import { SqlText } from "../sql-text.ts";
import { unreadable } from "../unreadable.ts";
import { loadBabel, parseCode } from "./babel/parse.ts";
import { changedNames } from "./changes.ts";
import { evaluate, unknown, type Reader } from "./evaluate.ts";
import { logsIn, straight } from "./flow.ts";
import { importing, topScope } from "./imports.ts";
import { migrationModule, type MigrationModule } from "./module.ts";
import { DirectionOutput, type CallPlace } from "./output.ts";
import { Scope } from "./scope.ts";
import type { CodeTool } from "./tool.ts";
import { tools } from "./tools/index.ts";
import { child, children, field, isFunction, spanOf, subtrees, type Tree } from "./tree.ts";
import { booleanOf, fieldOf, textOf, type FunctionValue } from "./value.ts";
import { handleAt, Walker, type OnChain } from "./walk.ts";

/** A migration of a history on MySQL or MariaDB, or else on PostgreSQL. */
export interface JavaScriptInput extends CodeInput {
  readonly isMysql?: boolean | undefined;
  /** See `Reader.client`. */
  readonly client?: string | undefined;
  /** What the tool makes of each name that a builder is given. */
  readonly mapName?: ((name: string) => string) | undefined;
}

/** Loads the parser; once before `readCode`. */
export const loadCode = loadBabel;

/** Undefined: no tool of that name is known. Never throws on the text's account. */
export function readCode(input: JavaScriptInput): CodeMigration | undefined {
  const tool = tools.get(input.tool);
  if (tool === undefined) return undefined;
  try {
    return readWith(tool, input);
  } catch (error) {
    // A text that nests deeper than the call stack.
    if (!(error instanceof RangeError)) throw error;
    return unreadable(input);
  }
}

function readWith(tool: CodeTool, input: JavaScriptInput): CodeMigration {
  const parsed = parseCode(input.text, input.path);
  const problems = parsed.errors
    .filter(({ message }) => !("program" in parsed) || /^(?:Unexpected|Missing|Unterminated)/.test(message))
    .slice(0, 1)
    .map(({ at, message }) => ({
      span: lineFrom(input.text, at),
      message: `${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    }));
  if (!("program" in parsed)) return unreadable(input, problems, parsed.comments);
  const { program, comments } = parsed;
  const { path, text: written, readFile, isMysql = false, mapName, client } = input;
  const changed = changedNames(program);
  const file: Reader = {
    path,
    text: written,
    readFile,
    isMysql,
    client,
    mapName,
    changed,
    imported: importing(readFile, { isMysql, client }),
  };
  const module = migrationModule(program, tool.exports);
  const top = topScope(file, program, module);
  const optedOut = optsOut(file, module, top);
  const text = new SqlText(input.path, input.text.length + 1);
  const facts = { tool, file, module, top, text, inTransaction: input.wraps && !optedOut };
  const downTree = module.down === false ? undefined : module.down;
  const inDown = (comment: Span): boolean =>
    downTree !== undefined &&
    ((downTree.start <= comment.start && comment.end <= downTree.end) ||
      // The one right above the function is about it.
      (comment.end <= downTree.start && headOfFunction.test(input.text.slice(comment.end, downTree.start))));
  const up = module.up ?? scriptOf(program);
  const upRun = direction(facts, up, module.open);
  const downRun = downTree && direction(facts, downTree);
  const own = { map: text.map, pieces: text.pieces, text: `${input.text}\n${text.text}` };
  return {
    ...own,
    problems,
    up: { ...upRun, optedOut: optedOut || upRun.optedOut, comments: comments.filter((one) => !inDown(one)) },
    down: downRun && {
      ...downRun,
      optedOut: optedOut || downRun.optedOut,
      // One that does nothing may also log why.
      comments: [...comments.filter(inDown), ...(downRun.empty ? logsIn(downTree) : [])],
    },
    irreversible: irreversible(file, module, top, comments, tool, upRun.canReverse),
  };
}

/** `export const down = `, `exports.down = `, a method's `public async down`; empty where the function begins with it. */
const headOfFunction =
  /^\s*(?:(?:export\s+)?(?:(?:const\s+|(?:module\.)?exports\.)?\w+\s*[=:]\s*)?|(?:public\s+)?(?:async\s+)?\w+\s*)$/;

/** A file that exports nothing to run: its own statements are the migration. */
function scriptOf(program: Tree): Tree {
  const { start, end } = program;
  // Its calls can be awaited, too.
  return {
    type: "FunctionExpression",
    async: true,
    params: [],
    body: { ...program, type: "BlockStatement" },
    start,
    end,
  };
}

interface DirectionFacts {
  readonly tool: CodeTool;
  readonly file: Reader;
  readonly module: MigrationModule;
  readonly top: Scope;
  readonly text: SqlText;
  readonly inTransaction: boolean;
}

type Run = Omit<CodeDirection, "comments"> & { readonly canReverse: boolean };

/** `open`: what runs may be another function. */
function direction(
  { tool, file, module, top, text, inTransaction }: DirectionFacts,
  tree: Tree,
  open = false,
): Run {
  const start = text.length;
  const body = child(tree, "body") ?? tree;
  text.mark("\n", { start: tree.start, end: Math.min(tree.end, Math.max(tree.start, body.start)) });
  const { output, walker } = outputOf(file, { tool, text, inTransaction, methods: module.methods });
  const reader = tool.reader(output);
  const before = text.pieces.length;
  const called: FunctionValue = { is: "function", tree, scope: top, at: spanOf(tree) };
  const given = children(tree, "params").map((parameter, i) =>
    i === 0 || (tool.parameters?.[i] !== undefined && !isCallback(parameter))
      ? handleAt(parameter, tool.parameters?.[i])
      : unknown(parameter),
  );
  let known = 0;
  const onChain: OnChain = (chain, flow, statement, alone) => {
    const sender = chain.links.find(({ values }) => values !== undefined)?.name ?? "code";
    text.sender = sender === "" ? chain.rootName : sender;
    const used = reader.chain(chain, { flow, statement, alone });
    if (used > 0) known++;
    return used;
  };
  walker.run(called, given, onChain, straight);
  // What is called without the tool may change anything, too.
  const callbacks = new Set(
    children(tree, "params")
      .slice(1)
      .map((parameter) => field(parameter, "name")),
  );
  // A transaction without anything in it changes nothing.
  const isEmpty =
    text.pieces.slice(before).every(({ byTool }) => byTool === true) && !callsSomething(body, callbacks);
  text.sender = "code";
  if (open || (text.pieces.length === before && !isEmpty && known === 0))
    output.dynamic({ start: tree.start, end: body.start }, { flow: straight, statement: spanOf(tree) });
  return {
    part: { start, end: text.length },
    optedOut: output.optedOut,
    empty: isEmpty && !open,
    canReverse: output.canReverse,
    parameter: parameterOf(file, tree),
    unsent: output.unsentCalls,
    refused: output.refused,
    // A runner that waits for a callback doesn't wait for promises.
    unawaited: children(tree, "params").some(isCallback) ? [] : output.unawaited,
  };
}

function parameterOf({ text }: Reader, tree: Tree): string | undefined {
  const [first] = children(tree, "params");
  if (first === undefined || !/^(?:Identifier|ObjectPattern)$/.test(first.type)) return undefined;
  return text.slice(first.start, child(first, "typeAnnotation")?.start ?? first.end).trim();
}

interface OutputFacts {
  readonly tool: CodeTool;
  readonly text: SqlText;
  readonly inTransaction: boolean;
  /** Those of the migration's class. */
  readonly methods: ReadonlyMap<string, Tree>;
  readonly place?: CallPlace | undefined;
  readonly depth?: number;
}

/** How many files may lie between a migration and what is sent. */
const deepestFiles = 3;

/** Where the functions of a file say what they send, and who follows them. */
function outputOf(
  file: Reader,
  facts: OutputFacts,
): { readonly output: DirectionOutput; readonly walker: Walker } {
  const { tool, text, inTransaction, methods, place, depth = 0 } = facts;
  const within = (head: Span, statement: Span): OutputFacts => ({
    ...facts,
    methods: new Map(),
    place: place ?? { file, head, statement },
    depth: depth + 1,
  });
  const walker = new Walker(
    file,
    methods,
    (at, flow, statement, { body, command } = {}) => {
      if (body !== undefined && depth < deepestFiles) {
        const inside = outputOf({ ...body.file, isElsewhere: true }, within(at, statement));
        inside.walker.run(body.called, [], () => 0, flow);
        return;
      }
      text.sender = "code";
      if (command === undefined) output.dynamic(at, { flow, statement });
      else output.data(at, { flow, statement }, command);
    },
    {
      given: (chain) => tool.promises?.(chain) === true,
      onDropped: ({ at, rootName }, link) => {
        const called = { start: at.start, end: Math.max(at.start, link.at.start) + link.name.length };
        output.unawaited.push({ at: place?.head ?? called, method: link.name === "" ? rootName : link.name });
      },
    },
    {
      said: () => text.pieces.length,
      endsAllAt: (code) => inTransaction && !file.isMysql && !transacts.test(code),
      cursors: tool.cursors,
      byName: tool.byName,
    },
  );
  const output = new DirectionOutput({
    file,
    text,
    inTransaction,
    place,
    run: (called, given, onChain, flow) => {
      walker.run(called, given, onChain, flow);
    },
    inside: (body, head, { statement }) => {
      if (depth >= deepestFiles) return undefined;
      return outputOf({ ...body.file, isElsewhere: true }, within(head, statement)).output;
    },
  });
  return { output, walker };
}

/** A savepoint, or a transaction of its own. */
const transacts = /transaction|transacting|savepoint|rollback\s+to|\b(?:commit|rollback|begin)\b/i;

/** Old runners hand over what is to be called at the end. */
const isCallback = (parameter: Tree): boolean => /^(?:next|done|cb|callback)$/.test(field(parameter, "name"));

/** True if there is a call that may do something; one of `callbacks` says that the migration is done. */
function callsSomething(tree: Tree, callbacks: ReadonlySet<string>): boolean {
  if (tree.type === "CallExpression") {
    const callee = child(tree, "callee");
    let root = callee;
    while (root?.type === "MemberExpression") root = child(root, "object");
    const name = field(root, "name");
    const isHarmless =
      /^(?:Promise|console)$/.test(name) || (root?.type === "Identifier" && callbacks.has(name));
    const isTransaction =
      callee?.type === "MemberExpression" && field(child(callee, "property"), "name") === "transaction";
    if (!isHarmless && !(isTransaction && children(tree, "arguments").every(isCallbackOrOptions)))
      return true;
  }
  return subtrees(tree).some((part) => callsSomething(part, callbacks));
}

/** What does something then stands in it. */
const isCallbackOrOptions = (tree: Tree): boolean => isFunction(tree) || tree.type === "ObjectExpression";

/** Knex's `exports.config`, TypeORM's field `transaction`, MikroORM's `isTransactional()`. */
function optsOut(file: Reader, { members, methods }: MigrationModule, top: Scope): boolean {
  const config = members.get("config");
  if (config !== undefined && booleanOf(fieldOf(evaluate(file, config, top), "transaction")) === false)
    return true;
  const own = members.get("transaction");
  if (own !== undefined && booleanOf(evaluate(file, own, top)) === false) return true;
  const method = child(methods.get("isTransactional"), "body");
  const returned = child(
    children(method, "body").find(({ type }) => type === "ReturnStatement"),
    "argument",
  );
  return returned !== undefined && booleanOf(evaluate(file, returned, top)) === false;
}

function irreversible(
  file: Reader,
  { down }: MigrationModule,
  top: Scope,
  comments: readonly Span[],
  tool: CodeTool,
  canReverse: boolean,
): string | undefined {
  const said = irreversibleReason(file.text, comments);
  if (said !== undefined) return said;
  if (down === false) return "";
  if (down === undefined)
    return canReverse && tool.reverses === true ? `${tool.name} reverses it` : undefined;
  const [first] = children(child(down, "body"), "body");
  if (first?.type !== "ThrowStatement") return undefined;
  const argument = child(first, "argument");
  const thrown = argument === undefined ? undefined : evaluate(file, argument, top);
  return (thrown?.is === "new" ? textOf(thrown.values[0]) : textOf(thrown)) ?? "";
}

function lineFrom(text: string, at: number): Span {
  const rest = text.slice(at, at + 200).search(/[\r\n]|$/);
  return { start: at, end: at + Math.min(rest, 1) };
}
