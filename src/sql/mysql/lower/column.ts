/** Column definitions, their attributes in any order. */
import { readings } from "../options.ts";
import type { Expression } from "../../../model/expression.ts";
import type { Name, QualifiedName } from "../../../model/names.ts";
import type { AddUnique, ColumnDefinition, MysqlColumn, Operation } from "../../../model/operation.ts";
import type { Span } from "../../../text/span.ts";
import type { Cursor } from "../cursor.ts";
import { expressionOf } from "./expression.ts";
import { readCheck, readReferences } from "./key.ts";
import { charsetName, collationName, optionValue } from "./option.ts";
import type { Target } from "./target.ts";
import { readType } from "./type.ts";

export interface ColumnRead {
  readonly definition: ColumnDefinition;
  /** Keys, checks and references that are written in it. */
  readonly inline: readonly Operation[];
}

interface Draft {
  notNull: boolean;
  nullWritten?: true;
  default?: Expression | undefined;
  defaultWritten?: true;
  onUpdate?: Expression | undefined;
  generated?: { readonly expression: Expression; readonly stored: boolean };
  collation?: QualifiedName | undefined;
  charset?: string | undefined;
  charsetSpan?: Span;
  comment?: string | undefined;
  autoIncrement?: true;
  visible?: boolean;
  versioned?: boolean;
  row?: "start" | "end";
  position?: MysqlColumn["position"];
  /** Index of FIRST or AFTER. */
  definitionEnd?: number;
  readonly attributes: string[];
  readonly inline: Operation[];
}

/** `name type attributes`, up to a comma, or what is no attribute. Undefined: no name and type begin here. */
export function readColumn(c: Cursor, target: Target): ColumnRead | undefined {
  const start = c.at;
  const name = c.name();
  if (name === undefined) return undefined;
  const typeStart = c.at;
  const read = readType(c);
  if (read === undefined) {
    c.at = start;
    return undefined;
  }
  const { type, serial } = read;
  const draft: Draft = { notNull: serial, charset: read.charset, attributes: [], inline: [] };
  if (serial) {
    draft.autoIncrement = true;
    draft.inline.push(uniqueOf(name, target, type.span, type.span));
  }
  while (!c.done && attribute(c, target, name, draft)) continue;
  const { attributes, notNull, generated, collation } = draft;
  // MariaDB makes no second key of UNIQUE PRIMARY KEY.
  const isPrimary =
    readings[c.source.options.dialect].isMariaDb && draft.inline.some(({ kind }) => kind === "addPrimaryKey");
  const inline = isPrimary ? draft.inline.filter(({ kind }) => kind !== "addUnique") : draft.inline;
  const mysql: MysqlColumn = {
    definition: c.span(typeStart, draft.definitionEnd ?? c.at),
    position: draft.position,
    charset: draft.charset,
    charsetSpan: draft.charsetSpan,
    comment: draft.comment,
    autoIncrement: draft.autoIncrement,
    onUpdate: draft.onUpdate,
    defaultWritten: draft.defaultWritten,
    nullWritten: draft.nullWritten,
    visible: draft.visible,
    versioned: draft.versioned,
    row: draft.row,
    attributes: attributes.length === 0 ? undefined : attributes,
  };
  const definition: ColumnDefinition = {
    name,
    type,
    notNull,
    default: draft.default,
    generated,
    serial: false,
    collation,
    mysql,
  };
  return { definition, inline };
}

/** Reads one; false where none begins. */
function attribute(c: Cursor, target: Target, column: Name, draft: Draft): boolean {
  const first = c.at;
  const word = c.word();
  const within = target.within === "createTable" ? ("createTable" as const) : ("addColumn" as const);
  const inlineTarget: Target = { ...target, within };
  switch (word) {
    case "not":
      if (c.take("not", "null")) {
        draft.notNull = true;
        draft.nullWritten = true;
        return true;
      }
      if (!c.take("not", "secondary")) return false;
      draft.attributes.push("not secondary");
      return true;
    case "null":
      c.at++;
      draft.notNull = false;
      draft.nullWritten = true;
      return true;
    case "default": {
      c.at++;
      draft.defaultWritten = true;
      draft.default = readDefault(c);
      return true;
    }
    case "on":
      if (!c.take("on", "update")) return false;
      draft.onUpdate = readDefault(c);
      return true;
    case "auto_increment":
      c.at++;
      draft.autoIncrement = true;
      return true;
    case "serial":
      if (!c.take("serial", "default", "value")) return false;
      draft.autoIncrement = true;
      draft.notNull = true;
      draft.inline.push(uniqueOf(column, inlineTarget, c.span(first), c.span(first)));
      return true;
    case "primary":
    case "key": {
      c.take("primary");
      c.take("key");
      const span = c.span(first);
      draft.inline.push({ ...uniqueOf(column, inlineTarget, span, span), kind: "addPrimaryKey" });
      return true;
    }
    case "unique": {
      c.at++;
      c.takeOne("key", "index");
      draft.inline.push(uniqueOf(column, inlineTarget, c.span(first), c.span(first)));
      return true;
    }
    case "comment":
      c.at++;
      c.equals();
      draft.comment = c.next()?.value;
      return true;
    case "collate":
      c.at++;
      draft.collation = collationName(c);
      return true;
    case "charset":
    case "character":
    case "char":
      if (!c.take("charset") && !c.take("character", "set") && !c.take("char", "set")) return false;
      draft.charset = charsetName(c);
      draft.charsetSpan = c.span(first);
      return true;
    case "ascii":
    case "unicode":
    case "byte":
      c.at++;
      draft.charset = word === "ascii" ? "latin1" : word === "unicode" ? "ucs2" : "binary";
      draft.charsetSpan = c.span(first);
      return true;
    case "binary":
    case "compressed":
      c.at++;
      if (c.is("=")) optionValue(c);
      draft.attributes.push(word);
      return true;
    case "column_format":
    case "storage":
    case "engine_attribute":
    case "secondary_engine_attribute":
    case "srid":
    case "ref_system_id":
      c.at++;
      draft.attributes.push(`${word} ${optionValue(c)?.toLowerCase() ?? ""}`);
      return true;
    case "visible":
    case "invisible":
      c.at++;
      draft.visible = word === "visible";
      return true;
    case "generated":
    case "as":
      return generated(c, target, draft);
    case "references":
      draft.inline.push({
        ...readReferences(c, inlineTarget, { start: first, columns: [column] }),
        inlineColumn: column,
      });
      return true;
    case "constraint":
    case "check": {
      const named = c.take("constraint");
      const name = named && c.word() !== "check" ? c.name() : undefined;
      if (!c.is("check")) {
        c.at = first;
        return false;
      }
      draft.inline.push({ ...readCheck(c, inlineTarget, first), name, inlineColumn: column });
      return true;
    }
    case "with":
    case "without":
      if (!c.is(word, "system", "versioning")) return false;
      c.at += 3;
      draft.versioned = word === "with";
      return true;
    case "first":
      c.at++;
      draft.definitionEnd = first;
      draft.position = { value: "first", span: c.span(first) };
      return true;
    case "after": {
      draft.definitionEnd = first;
      c.at++;
      const name = c.name();
      if (name !== undefined) draft.position = { value: name, span: c.span(first) };
      return true;
    }
  }
  // An engine's own: `name=value`.
  if (c.peek()?.kind === "word" && c.word(1) === "=") {
    c.at++;
    draft.attributes.push(`${word} = ${optionValue(c)?.toLowerCase() ?? ""}`);
    return true;
  }
  return false;
}

/** [GENERATED ALWAYS] AS (…) [VIRTUAL | STORED | PERSISTENT], AS ROW START | END. */
function generated(c: Cursor, target: Target, draft: Draft): boolean {
  const first = c.at;
  c.take("generated", "always");
  if (!c.take("as")) {
    c.at = first;
    return false;
  }
  if (c.take("row")) {
    draft.row = c.takeOne("start", "end") === "end" ? "end" : "start";
    return true;
  }
  const inner = c.parenthesised();
  const kind = c.takeOne("virtual", "stored", "persistent");
  const expression = inner === undefined ? undefined : expressionOf(inner, target.scope);
  if (expression !== undefined)
    draft.generated = { expression, stored: kind === "stored" || kind === "persistent" };
  return true;
}

const operators = new Set(["+", "-", "*", "/", "%", "||", "div", "mod"]);

/** A literal, `(…)`, `CURRENT_TIMESTAMP(6)`, or in MariaDB any expression. */
export function readDefault(c: Cursor): Expression | undefined {
  const first = c.at;
  do {
    while (c.takeOne("-", "+") !== undefined) continue;
    if (c.word() === "(") {
      c.parenthesised();
      continue;
    }
    if (c.take("next", "value", "for")) {
      c.objectName();
      continue;
    }
    const token = c.next();
    if (token === undefined) break;
    if (token.kind === "word" && token.value.startsWith("_") && c.peek()?.kind === "string") c.at++;
    while (token.kind === "string" && c.peek()?.kind === "string") c.at++;
    while (token.kind === "word" && c.word() === "." && c.isName(1)) c.at += 2;
    if (token.kind === "word" && c.word() === "(") c.parenthesised();
  } while (operators.has(c.word()) && c.at++ < c.end);
  const expression = expressionOf(c.part(first, c.at));
  return expression;
}

const uniqueOf = (column: Name, target: Target, span: Span, head: Span): AddUnique => ({
  kind: "addUnique",
  span,
  head,
  table: target.table,
  ifExists: target.ifExists,
  within: target.within,
  inlineColumn: column,
  columns: [column],
  include: [],
  deferrable: false,
  withoutOverlaps: false,
  nullsNotDistinct: false,
  elements: [{ column: column.text, descending: false, nullsFirst: undefined }],
});
