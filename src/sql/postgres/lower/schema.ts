/** CREATE SCHEMA with the objects that it creates in itself, and EXPLAIN ANALYZE, which runs its statement. */
import type { CreateSchemaStmt, ExplainStmt, Node } from "@pgsql/types";
import type { Operation } from "../../../model/operation.ts";
import { nameAt } from "./names.ts";
import { utility } from "./session.ts";
import { planned } from "./utility.ts";
import { isObject } from "./tree.ts";
import type { Range, TokenReader } from "./tokens.ts";

type Lower = (reader: TokenReader, node: Node) => Operation[];

export function createSchema(reader: TokenReader, statement: CreateSchemaStmt, lower: Lower): Operation[] {
  const { schemaname, authrole, schemaElts } = statement;
  let position = reader.skip(2, "if", "not", "exists");
  // Without a name of its own it has that of its owner.
  if (schemaname === undefined) position = reader.at(authrole?.location);
  const schema = nameAt(reader, position, schemaname ?? authrole?.rolename);
  const parts = elements(reader, position + 1);
  const created = createdIn(schemaElts ?? []);
  return [
    {
      kind: "createSchema",
      span: reader.source.span,
      head: reader.span(0, position + 1),
      schema,
      ...(schemaname === undefined ? { authorization: reader.span(position - 1, position) } : {}),
      ifNotExists: statement.if_not_exists === true,
    },
    ...(schemaElts ?? []).flatMap((node, i) => {
      const range = parts[i];
      if (range === undefined) return [];
      return lower(reader.part(range), within(node, schema.text, created));
    }),
  ];
}

/** Each element begins with CREATE or GRANT, both reserved words. */
function elements(reader: TokenReader, from: number): Range[] {
  const starts: number[] = [];
  for (let i = reader.until(from, openings); i < reader.length; i = reader.until(i + 1, openings))
    starts.push(i);
  return starts.map((start, i) => ({ from: start, to: starts[i + 1] ?? reader.length }));
}

const openings: ReadonlySet<string> = new Set(["create", "grant"]);

/** Names of the relations that the elements create. */
function createdIn(nodes: readonly Node[]): ReadonlySet<string> {
  const names = nodes.map((node) => {
    if ("CreateStmt" in node) return node.CreateStmt.relation?.relname;
    if ("ViewStmt" in node) return node.ViewStmt.view?.relname;
    return "CreateSeqStmt" in node ? node.CreateSeqStmt.sequence?.relname : undefined;
  });
  return new Set(names.filter((name) => name !== undefined));
}

/** The element with the names that mean the new schema put in it. */
function within<T>(value: T, schemaname: string, created: ReadonlySet<string>): T {
  if (Array.isArray(value)) return value.map((element: unknown) => within(element, schemaname, created)) as T;
  if (!isObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key in value) copy[key] = within<unknown>(value[key], schemaname, created);
  if (typeof copy.relname === "string" && created.has(copy.relname)) copy.schemaname ??= schemaname;
  return copy as T;
}

export function explain(reader: TokenReader, { query, options }: ExplainStmt, lower: Lower): Operation[] {
  const runs = (options ?? []).some((node) => {
    if (!("DefElem" in node) || node.DefElem.defname !== "analyze") return false;
    const { arg } = node.DefElem;
    return !(arg !== undefined && "String" in arg && /^(?:false|off|0)$/i.test(arg.String.sval ?? ""));
  });
  const operation = runs ? utility(reader, "EXPLAIN") : planned(reader, "EXPLAIN", query);
  if (!runs || query === undefined) return [operation];
  let from = 1;
  while (from < reader.length && reader.is(from, "analyze", "verbose", "(")) {
    from = reader.is(from, "(") ? reader.close(from) + 1 : from + 1;
  }
  return [operation, ...lower(reader.part({ from, to: reader.length }), query)];
}

/** What EXECUTE or FETCH runs later in the session, if at all, is told where it is written. */
export function runLater(
  reader: TokenReader,
  command: string,
  query: Node | undefined,
  lower: Lower,
): Operation[] {
  const operation = planned(reader, command, query);
  if (query === undefined) return [operation];
  const from = reader.after(command === "PREPARE" ? "as" : "for");
  const inner = lower(reader.part({ from, to: reader.length }), query);
  return [
    operation,
    ...inner
      .filter(({ kind }) => kind !== "selectRows")
      .map((op): Operation => ({ ...op, conditional: true })),
  ];
}
