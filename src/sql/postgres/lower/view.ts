/** Views and materialized views. */
import type { Node, RangeVar } from "@pgsql/types";
import type { Operation } from "../../../model/operation.ts";
import { relationName } from "./names.ts";
import { queryFacts } from "./query.ts";
import { strings, type Handlers } from "./tree.ts";
import type { TokenReader } from "./tokens.ts";

interface ViewParts {
  readonly relation: RangeVar | undefined;
  readonly query: Node | undefined;
  readonly columns: readonly string[];
  readonly materialized: boolean;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly withNoData: boolean;
  readonly options: readonly Node[] | undefined;
}

export function createdView(reader: TokenReader, parts: ViewParts): Operation[] {
  const view = relationName(reader, parts.relation);
  return [
    {
      kind: "createView",
      span: reader.source.span,
      head: { start: reader.source.span.start, end: view.span.end },
      view,
      orReplace: parts.orReplace,
      temporary: parts.relation?.relpersistence === "t",
      materialized: parts.materialized,
      ifNotExists: parts.ifNotExists,
      withNoData: parts.withNoData,
      columns: parts.columns,
      query: queryFacts(reader, parts.query).facts,
      definition: reader.textAfter("as"),
      securityInvoker: optionValue(parts.options, "security_invoker") === true,
    },
  ];
}

/** `WITH (option)`, `WITH (option = true)`. */
export function optionValue(options: readonly Node[] | undefined, name: string): boolean | undefined {
  for (const node of options ?? []) {
    if (!("DefElem" in node) || node.DefElem.defname !== name) continue;
    const { arg } = node.DefElem;
    if (arg === undefined) return true;
    if ("Integer" in arg) return arg.Integer.ival === 1;
    if ("String" in arg)
      return ["true", "on", "yes", "1", "t"].includes((arg.String.sval ?? "").toLowerCase());
    return true;
  }
  return undefined;
}

export const viewHandlers: Handlers = {
  ViewStmt: (reader, statement) =>
    createdView(reader, {
      relation: statement.view,
      query: statement.query,
      columns: strings(statement.aliases),
      materialized: false,
      orReplace: statement.replace === true,
      ifNotExists: false,
      withNoData: false,
      options: statement.options,
    }),
  RefreshMatViewStmt: (reader, statement) => {
    const view = relationName(reader, statement.relation);
    const keyword = reader.tokens[reader.find("view")];
    return [
      {
        kind: "refreshView",
        span: reader.source.span,
        head: { start: reader.source.span.start, end: view.span.end },
        view,
        concurrently: statement.concurrent === true,
        withNoData: statement.skipData === true,
        afterKeyword: keyword?.end ?? view.span.start,
      },
    ];
  },
};
