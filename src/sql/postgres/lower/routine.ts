/** Functions, procedures, DO. */
import type { CreateFunctionStmt, DoStmt, Node, VariableSetStmt } from "@pgsql/types";
import type { QualifiedName } from "../../../model/names.ts";
import type { CreateFunction, Operation, Parameter } from "../../../model/operation.ts";
import { ofRoutine } from "../../../model/types.ts";
import type { Span } from "../../../text/span.ts";
import type { Body } from "../source.ts";
import { usesOf } from "../uses.ts";
import { nodesName } from "./names.ts";
import { queryFacts } from "./query.ts";
import { insideQuotes } from "./quoted.ts";
import { headTo } from "./rename.ts";
import { lowerQuery } from "./select.ts";
import { changesLaterReading, utility } from "./session.ts";
import { items, type Handlers } from "./tree.ts";
import { TokenReader } from "./tokens.ts";
import { columnType } from "./type.ts";
import { dictionary } from "../../../text/dictionary.ts";

export const routineHandlers: Handlers = {
  CreateFunctionStmt: (reader, statement) => [createFunction(reader, statement)],
  AlterFunctionStmt: (reader, { func, actions }) => {
    const name = nodesName(reader, func?.objname, 2);
    const security = option(actions, "security") === undefined ? undefined : flag(actions, "security");
    const set = settings(actions);
    return [
      {
        kind: "alterFunction",
        span: reader.source.span,
        head: headTo(reader, name),
        function: name,
        ...(security === undefined ? {} : { securityDefiner: security }),
        ...(set.length === 0 ? {} : { settings: set }),
      },
    ];
  },
  DoStmt: doBlock,
};

function option(nodes: readonly Node[] | undefined, name: string): Node | undefined {
  for (const node of nodes ?? [])
    if ("DefElem" in node && node.DefElem.defname === name) return node.DefElem.arg;
  return undefined;
}

function textOption(nodes: readonly Node[] | undefined, name: string): string | undefined {
  const arg = option(nodes, name);
  return arg !== undefined && "String" in arg ? arg.String.sval : undefined;
}

function flag(nodes: readonly Node[] | undefined, name: string): boolean {
  const arg = option(nodes, name);
  return arg !== undefined && "Boolean" in arg && arg.Boolean.boolval === true;
}

/** What stands between the quotes of the string at or after the option's keyword. */
function bodySpan(reader: TokenReader, nodes: readonly Node[] | undefined): Span | undefined {
  for (const node of nodes ?? []) {
    if (!("DefElem" in node) || node.DefElem.defname !== "as") continue;
    let position = reader.at(node.DefElem.location);
    while (position < reader.length && reader.tokens[position]?.kind !== "string") position++;
    const token = reader.tokens[position];
    return token === undefined ? undefined : insideQuotes(reader.source.text, token);
  }
  return undefined;
}

const modes: Readonly<Record<string, Parameter["mode"]>> = dictionary({
  FUNC_PARAM_OUT: "out",
  FUNC_PARAM_INOUT: "inout",
  FUNC_PARAM_VARIADIC: "variadic",
  FUNC_PARAM_TABLE: "table",
});

const volatilities: Readonly<Record<string, CreateFunction["volatility"]>> = dictionary({
  immutable: "immutable",
  stable: "stable",
});

function createFunction(reader: TokenReader, statement: CreateFunctionStmt): Operation {
  const { options, returnType, sql_body: sqlBody } = statement;
  const procedure = statement.is_procedure === true;
  const name = nodesName(reader, statement.funcname, reader.after(procedure ? "procedure" : "function"));
  const parameters: Parameter[] = (statement.parameters ?? []).flatMap((node) => {
    if (!("FunctionParameter" in node)) return [];
    const { name: parameter, argType, mode, defexpr } = node.FunctionParameter;
    return [
      {
        ...(parameter === undefined ? {} : { name: parameter }),
        type: ofRoutine(columnType(reader, argType)),
        mode: modes[mode ?? ""] ?? "in",
        hasDefault: defexpr !== undefined,
      },
    ];
  });
  const names = parameters.flatMap((parameter) => (parameter.name === undefined ? [] : [parameter.name]));
  const language = (textOption(options, "language") ?? "sql").toLowerCase();
  const span = sqlBody === undefined ? bodySpan(reader, options) : atomicSpan(reader, sqlBody);
  const body =
    sqlBody !== undefined
      ? atomicBody(reader, sqlBody, new Set(names), name)
      : span === undefined
        ? undefined
        : reader.source.body(span, language, names);
  return {
    kind: "createFunction",
    span: reader.source.span,
    head: headTo(reader, name),
    function: name,
    procedure,
    orReplace: statement.replace === true,
    parameters,
    ...(returnType === undefined ? {} : { returns: ofRoutine(columnType(reader, returnType)) }),
    returnsSet: returnType?.setof === true,
    language,
    volatility: volatilities[textOption(options, "volatility") ?? ""] ?? "volatile",
    securityDefiner: flag(options, "security"),
    settings: settings(options),
    ...(span === undefined ? {} : { body: { span, text: reader.text(span) } }),
    operations: [
      ...(body?.operations ?? []).map((operation) => withInput(operation, parameters)),
      // Its body reads otherwise than it was read here.
      ...(readsOtherwise(options) ? [unread(reader)] : []),
    ],
    uses: body?.uses ?? usesOf([], []),
    atomic: sqlBody !== undefined,
  };
}

const readsOtherwise = (options: readonly Node[] | undefined): boolean =>
  (options ?? []).some((node) => {
    const set = "DefElem" in node && node.DefElem.defname === "set" ? node.DefElem.arg : undefined;
    return set !== undefined && "VariableSetStmt" in set && changesLaterReading(set.VariableSetStmt);
  });

const unread = (reader: TokenReader): Operation => ({
  kind: "unknown",
  span: reader.source.span,
  head: reader.span(0, 2),
  statement: "CreateFunctionStmt",
  relations: [],
});

function settings(options: readonly Node[] | undefined): string[] {
  return (options ?? []).flatMap((node) => {
    if (!("DefElem" in node) || node.DefElem.defname !== "set") return [];
    const { arg } = node.DefElem;
    return arg !== undefined && "VariableSetStmt" in arg && !isReset(arg.VariableSetStmt)
      ? [(arg.VariableSetStmt.name ?? "all").toLowerCase()]
      : [];
  });
}

/** Of what EXECUTE gets unquoted, only the function's parameters come from outside, and only text can be more than a value. */
function withInput(operation: Operation, parameters: readonly Parameter[]): Operation {
  if (operation.kind !== "executeDynamic" || operation.unquoted === undefined) return operation;
  const unquoted = operation.unquoted.filter(({ variable }) => {
    const given = parameters.find(({ name }, i) => name === variable || `$${i + 1}` === variable);
    return given !== undefined && inputModes.has(given.mode) && isText(given.type);
  });
  return { ...operation, unquoted: unquoted.length === 0 ? undefined : unquoted };
}

const inputModes: ReadonlySet<Parameter["mode"]> = new Set(["in", "inout", "variadic"]);
const textTypes: ReadonlySet<string> = new Set(["text", "varchar", "char", "name", "citext"]);
const isText = ({ name, dimensions }: Parameter["type"]): boolean => dimensions === 0 && textTypes.has(name);

const isReset = ({ kind }: VariableSetStmt): boolean => kind === "VAR_RESET" || kind === "VAR_RESET_ALL";

/** `RETURN …`, or what stands between `BEGIN ATOMIC` and `END`. */
function atomicSpan(reader: TokenReader, body: Node): Span {
  if ("ReturnStmt" in body) return reader.span(lastWord(reader, "return") + 1, reader.length);
  return reader.span(reader.after("atomic"), reader.length - 1);
}

function lastWord(reader: TokenReader, word: string): number {
  let position = reader.length - 1;
  while (position > 0 && !reader.is(position, word)) position--;
  return position;
}

function atomicBody(
  reader: TokenReader,
  body: Node,
  variables: ReadonlySet<string>,
  name: QualifiedName,
): Body {
  const inner = new TokenReader({ ...reader.source, variables: new Set([...variables, name.name]) });
  if ("ReturnStmt" in body) {
    return { operations: [], uses: queryFacts(inner, body.ReturnStmt.returnval).facts };
  }
  const statements = items(items(body)[0]);
  const operations: Operation[] = [];
  let from = reader.after("atomic");
  for (const statement of statements) {
    const to = reader.until(from, semicolon, reader.length - 1);
    operations.push(...lowerQuery(inner.part({ from, to }), statement));
    from = to + 1;
  }
  return { operations, uses: usesOf(operations, []) };
}

const semicolon: ReadonlySet<string> = new Set([";"]);

function doBlock(reader: TokenReader, { args }: DoStmt): Operation[] {
  const span = bodySpan(reader, args);
  const language = (textOption(args, "language") ?? "plpgsql").toLowerCase();
  const operations = span === undefined ? [] : reader.source.body(span, language).operations;
  return operations.length === 0 ? [utility(reader, "DO")] : [...operations];
}
