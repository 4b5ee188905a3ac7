/** What a connection is handed: texts of SQL, statements that SQLAlchemy builds. */
import type { CallValue, TextValue, Value } from "../value.ts";
import { textValue } from "../text.ts";
import { bound, rawText } from "./sqlalchemy/expressions.ts";
import { rowsSql } from "./sqlalchemy/rows.ts";
import { lastName, type Sql, type Writer } from "./sqlalchemy/writer.ts";

/** `op.get_bind()`, a session on it, or what one of them gives. */
export function isConnection(value: Value | undefined): boolean {
  if (value?.is === "attribute") return isConnection(value.object);
  if (value?.is !== "call") return false;
  if (value.callee === "alembic.op.get_bind") return true;
  if (value.object !== undefined) return isConnection(value.object);
  const isSession = /^(?:Session|sessionmaker|scoped_session|Connection)$/.test(lastName(value.callee));
  return isSession && [...value.values, ...value.keywords.values()].some(isConnection);
}

/** The text of SQL that is sent as it is; undefined: it is something else. */
export function sentText(
  writer: Writer,
  given: Value | undefined,
  parameters: Value | undefined,
): TextValue | undefined {
  if (given?.is === "text") return given;
  const raw = rawText(writer, given);
  if (raw === undefined || given?.is !== "call") return undefined;
  const inner = textValue(
    raw,
    given.at,
    raw.some(({ text, exact }) => !exact && text.includes("${")),
  );
  const values = parameters?.is === "record" ? parameters.fields : undefined;
  if (values === undefined) return withHoles(inner);
  return withHoles(textValue(bound(writer, inner, values, given), given.at));
}

/** What is bound when it runs is a placeholder. */
function withHoles(text: TextValue): TextValue {
  const holes = text.holes || text.segments.some(({ text: own, exact }) => !exact && own.includes("${"));
  return { ...text, holes };
}

export interface BuiltStatement {
  /** `INSERT`, `SELECT`. */
  readonly command: string;
  /** Undefined: not all of it is known. */
  readonly sql: Sql | undefined;
}

/** Undefined: no statement. */
export function statementSql(writer: Writer, value: Value): BuiltStatement | undefined {
  const rows = rowsSql(writer, value);
  if (rows !== undefined) return { command: rows.kind.toUpperCase(), sql: rows.sql };
  for (let at: Value | undefined = value; at?.is === "call"; at = at.object)
    if (/^(?:select|exists)$/.test(at.method) || /^(?:select|exists)$/.test(lastName(at.callee)))
      return { command: "SELECT", sql: undefined };
  const inner = value.is === "call" ? sequenceSql(writer, value) : undefined;
  return inner;
}

/** `CreateSequence(Sequence("s"))` and the like. */
function sequenceSql(writer: Writer, call: CallValue): BuiltStatement | undefined {
  const [, verb, kind] = /^(Create|Drop)(Sequence|Schema)$/.exec(lastName(call.callee)) ?? [];
  const [first] = call.values;
  if (verb === undefined || kind === undefined || first === undefined) return undefined;
  const name = kind === "Sequence" && first.is === "call" ? first.values[0] : first;
  const exists = call.keywords.has("if_not_exists")
    ? "IF NOT EXISTS "
    : call.keywords.has("if_exists")
      ? "IF EXISTS "
      : "";
  const words = `${verb.toUpperCase()} ${kind.toUpperCase()} ${exists}`;
  return { command: verb, sql: writer.join(call.at, words, writer.name(name, call.at)) };
}
