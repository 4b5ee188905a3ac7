/** CREATE VIEW, ALTER VIEW and sequences. */
import type { Operation } from "../../../model/operation.ts";
import type { Cursor } from "../cursor.ts";
import { Facts } from "./gathered.ts";
import { readQuery } from "./query.ts";

/** The cursor stands behind VIEW. ALTER VIEW replaces the whole view. */
export function createView(
  c: Cursor,
  start: number,
  flags: { readonly orReplace: boolean; readonly invoker: boolean },
): Operation[] | undefined {
  const ifNotExists = c.ifNotExists();
  const view = c.tableName();
  if (view === undefined) return undefined;
  const head = c.span(start);
  const columns = (c.parenthesised()?.list() ?? []).flatMap((part) => part.name()?.text ?? []);
  if (!c.take("as")) return undefined;
  const facts = new Facts();
  const shape = readQuery(c, undefined, facts);
  c.at = c.end;
  return [
    {
      kind: "createView",
      span: c.span(start),
      head,
      view,
      orReplace: flags.orReplace,
      temporary: false,
      materialized: false,
      ifNotExists,
      withNoData: false,
      columns,
      query: facts.query(shape),
      securityInvoker: flags.invoker,
    },
  ];
}

/** MariaDB: CREATE and ALTER SEQUENCE; the cursor stands behind the word. */
export function sequence(
  c: Cursor,
  start: number,
  verb: "create" | "alter",
  flags: { readonly temporary: boolean; readonly orReplace: boolean } = {
    temporary: false,
    orReplace: false,
  },
): Operation[] | undefined {
  const ifNotExists = c.ifNotExists();
  const ifExists = c.ifExists();
  const name = c.tableName();
  if (name === undefined) return undefined;
  const head = c.span(start);
  const type = c.take("as") ? c.next()?.value : undefined;
  c.at = c.end;
  const base = { span: c.span(start), head, sequence: name, type };
  return [
    verb === "create"
      ? {
          kind: "createSequence",
          ...base,
          ifNotExists,
          temporary: flags.temporary,
          orReplace: flags.orReplace ? true : undefined,
        }
      : { kind: "alterSequence", ...base, ifExists },
  ];
}
