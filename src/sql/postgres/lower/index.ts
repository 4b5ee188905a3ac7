import type { Node } from "@pgsql/types";
import type { Operation } from "../../../model/operation.ts";
import type { StatementSource } from "../source.ts";

/** What a statement does. */
export function lowerStatement(node: Node, source: StatementSource): Operation[] {
  const statement = Object.keys(node)[0] ?? "unparsable";
  return [{ kind: "unknown", span: source.span, head: source.span, statement, relations: [] }];
}
