/** Types, extensions, schemas, comments, functions, DO. */
import type {
  AlterEnumType,
  CommentStatement,
  CreateCompositeType,
  CreateEnumType,
  CreateExtensionStatement,
  CreateFunctionStatement,
  CreateSchemaStatement,
  DropFunctionStatement,
} from "pgsql-ast-parser";
import type { QualifiedName } from "../../model/names.ts";
import type { ObjectClass, Operation, Parameter } from "../../model/operation.ts";
import { ofRoutine, type ColumnType } from "../../model/types.ts";
import type { Span } from "../../text/span.ts";
import { nameAt, nameText, plainName } from "../postgres/lower/names.ts";
import { relationClasses } from "../postgres/lower/object-class.ts";
import type { TokenReader } from "../postgres/lower/tokens.ts";
import { usesOf } from "../postgres/uses.ts";
import { headTo, named, positionOf, qualified } from "./names.ts";
import { typeAt } from "./type.ts";
import { utility } from "./whole.ts";

export function createType(
  reader: TokenReader,
  statement: CreateEnumType | CreateCompositeType,
): Operation[] {
  const type = qualified(reader, statement.name);
  const base = { kind: "createType" as const, span: reader.source.span, head: headTo(reader, type), type };
  if (statement.type === "create enum")
    return [{ ...base, form: "enum", labels: statement.values.map(({ value }) => value), attributes: [] }];
  const attributes = statement.attributes.map(({ name }) => ({
    name: name.name,
    type: typeAt(reader, positionOf(reader, name) + 1).type,
  }));
  return [{ ...base, form: "composite", labels: [], attributes }];
}

export function alterEnum(reader: TokenReader, { name, change }: AlterEnumType): Operation[] {
  const type = qualified(reader, name);
  const { span } = reader.source;
  if (change.type === "rename") {
    const to = named(reader, change.to);
    return [{ kind: "renameObject", span, head: span, object: "type", name: type, relations: [], to }];
  }
  const head = reader.span(reader.nameEnd(positionOf(reader, name)), positionOf(reader, change.add) + 1);
  return [{ kind: "addEnumValue", span, type, head, label: change.add.value, ifNotExists: false }];
}

export function createExtension(reader: TokenReader, statement: CreateExtensionStatement): Operation[] {
  const { extension, schema, version } = statement;
  const name = plainName(reader, positionOf(reader, extension), extension.name);
  return [
    {
      kind: "createExtension",
      span: reader.source.span,
      head: headTo(reader, name),
      extension: named(reader, extension),
      ...(schema === undefined ? {} : { schema: schema.name }),
      ...(version === undefined ? {} : { version: version.value }),
      ifNotExists: statement.ifNotExists === true,
    },
  ];
}

export function createSchema(reader: TokenReader, statement: CreateSchemaStatement): Operation[] {
  const schema = named(reader, statement.name);
  const head = { start: reader.source.span.start, end: schema.span.end };
  const ifNotExists = statement.ifNotExists === true;
  return [{ kind: "createSchema", span: reader.source.span, head, schema, ifNotExists }];
}

export function comment(reader: TokenReader, { on, comment: text }: CommentStatement): Operation[] {
  const base = { kind: "comment" as const, span: reader.source.span, text };
  if (on.type === "column") {
    const { schema, table: tableName, column } = on.column;
    const position = positionOf(reader, on.column);
    const end = reader.nameEnd(position);
    const table: QualifiedName = {
      ...(schema === undefined ? {} : { schema }),
      name: tableName,
      text: nameText(schema, tableName),
      span: reader.span(position, Math.max(end - 2, position + 1)),
    };
    const member = nameAt(reader, end - 1, column);
    return [{ ...base, object: "column", head: reader.span(0, end), relations: [table], member }];
  }
  const name = qualified(reader, on.name);
  // The parser writes the two words as one.
  const object: ObjectClass = reader.is(2, "materialized") ? "materialized view" : on.type;
  const relations = relationClasses.has(object) ? [name] : [];
  return [{ ...base, object, head: headTo(reader, name), name, relations }];
}

/** The text between the quotes of the string at or after `position`. */
function bodySpan(reader: TokenReader, position: number): Span | undefined {
  let at = position;
  while (at < reader.length && reader.tokens[at]?.kind !== "string") at++;
  const token = reader.tokens[at];
  if (token === undefined) return undefined;
  const { text } = reader.source;
  if (text[token.start] === "$") {
    const start = text.indexOf("$", token.start + 1) + 1;
    return { start, end: Math.max(start, token.end - (start - token.start)) };
  }
  const start = text.indexOf("'", token.start) + 1;
  return { start, end: Math.max(start, token.end - 1) };
}

export function doBlock(reader: TokenReader): Operation[] {
  const at = reader.find("language");
  const language = at < 0 ? "plpgsql" : (reader.tokens[at + 1]?.value ?? "").toLowerCase();
  const span = bodySpan(reader, reader.is(1, "language") ? 3 : 1);
  const operations = span === undefined ? [] : reader.source.body(span, language).operations;
  return operations.length === 0 ? [utility(reader, "DO")] : [...operations];
}

export function createFunction(reader: TokenReader, statement: CreateFunctionStatement): Operation[] {
  const name = qualified(reader, statement.name);
  const open = reader.nameEnd(positionOf(reader, statement.name));
  const ranges = reader.list(open);
  const parameters = statement.arguments.map((argument, i): Parameter => {
    let at = ranges[i]?.from ?? open;
    if (argument.mode !== undefined) at++;
    if (argument.name !== undefined) at++;
    return {
      ...(argument.name === undefined ? {} : { name: argument.name.name }),
      type: ofRoutine(typeAt(reader, at).type),
      mode: argument.mode ?? "in",
      hasDefault: Boolean(argument.default),
    };
  });
  const table = statement.returns?.kind === "table" ? statement.returns.columns : [];
  for (const { name: column } of table) {
    const { type } = typeAt(reader, positionOf(reader, column) + 1);
    parameters.push({ name: column.name, type: ofRoutine(type), mode: "table", hasDefault: false });
  }
  const names = parameters.flatMap((parameter) => (parameter.name === undefined ? [] : [parameter.name]));
  const language = (statement.language?.name ?? "sql").toLowerCase();
  const span = bodySpan(reader, reader.after("as"));
  const body = span === undefined ? undefined : reader.source.body(span, language, names);
  const returns = reader.find("returns");
  const returned = returns < 0 ? undefined : ofRoutine(typeAt(reader, returns + 1).type);
  const record = table.length === 0 ? undefined : tableType(reader, returns + 1, parameters);
  return [
    {
      kind: "createFunction",
      span: reader.source.span,
      head: headTo(reader, name),
      function: name,
      procedure: false,
      orReplace: statement.orReplace === true,
      parameters,
      ...(returned === undefined ? {} : { returns: record ?? returned }),
      returnsSet: record !== undefined || reader.is(returns + 1, "setof"),
      language,
      volatility: statement.purity ?? "volatile",
      securityDefiner: false,
      settings: [],
      ...(span === undefined ? {} : { body: { span, text: reader.text(span) } }),
      operations: body?.operations ?? [],
      uses: body?.uses ?? usesOf([], []),
      atomic: false,
    },
  ];
}

/** RETURNS TABLE of one column returns its type, of several a record. */
function tableType(reader: TokenReader, position: number, parameters: readonly Parameter[]): ColumnType {
  const columns = parameters.filter(({ mode }) => mode === "table");
  const span = reader.span(position, position + 1);
  const only = columns.length === 1 ? columns[0]?.type : undefined;
  const type = only ?? { name: "record", modifiers: [], dimensions: 0 };
  return { ...type, text: reader.text(span), span };
}

export function dropFunction(reader: TokenReader, statement: DropFunctionStatement): Operation[] {
  const at = positionOf(reader, statement.name);
  const end = reader.nameEnd(at);
  const types = statement.arguments?.map(({ name, type }, i) => {
    const from = reader.list(end)[i]?.from ?? positionOf(reader, type);
    const read = typeAt(reader, name === undefined ? from : from + 1).type;
    return read.name + "[]".repeat(read.dimensions);
  });
  return [
    {
      kind: "dropFunction",
      span: reader.source.span,
      head: reader.span(0, end),
      ifExists: statement.ifExists === true,
      cascade: reader.is(reader.length - 1, "cascade"),
      function: qualified(reader, statement.name),
      ...(types === undefined ? {} : { arguments: types }),
      object: "function",
    },
  ];
}
