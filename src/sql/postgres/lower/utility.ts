/** Statements without an effect on the schema. */
import type { Node } from "@pgsql/types";
import type { Utility } from "../../../model/operation.ts";
import { roleText } from "./object-class.ts";
import { queryFacts } from "./query.ts";
import { utility } from "./session.ts";
import type { Handlers } from "./tree.ts";
import type { TokenReader } from "./tokens.ts";

const roleNames = (roles: readonly Node[] | undefined): string[] =>
  (roles ?? []).flatMap((node) => ("RoleSpec" in node ? [roleText(node.RoleSpec)] : []));

/** A query that is planned, but not run. */
export function planned(reader: TokenReader, command: string, query: Node | undefined): Utility {
  const operation = utility(reader, command);
  if (query === undefined || !("SelectStmt" in query)) return operation;
  return { ...operation, query: queryFacts(reader, query).facts };
}

export const utilityHandlers: Handlers = {
  NotifyStmt: (reader) => [utility(reader, "NOTIFY")],
  ListenStmt: (reader) => [utility(reader, "LISTEN")],
  UnlistenStmt: (reader) => [utility(reader, "UNLISTEN")],
  ExecuteStmt: (reader) => [utility(reader, "EXECUTE")],
  DeallocateStmt: (reader) => [utility(reader, "DEALLOCATE")],
  ClosePortalStmt: (reader) => [utility(reader, "CLOSE")],
  FetchStmt: (reader, { ismove }) => [utility(reader, ismove === true ? "MOVE" : "FETCH")],
  CheckPointStmt: (reader) => [utility(reader, "CHECKPOINT")],
  LoadStmt: (reader) => [utility(reader, "LOAD")],
  AlterSystemStmt: (reader) => [utility(reader, "ALTER SYSTEM")],
  VariableShowStmt: (reader) => [utility(reader, "SHOW")],
  ConstraintsSetStmt: (reader) => [utility(reader, "SET CONSTRAINTS")],
  // What the roles own isn't known.
  DropOwnedStmt: (reader, { roles }) => {
    const operation = { ...utility(reader, "DROP OWNED"), roles: roleNames(roles) };
    const { span, head } = operation;
    return [
      operation,
      { kind: "unknown", span, head, statement: "DropOwnedStmt", relations: [] },
      { kind: "executeDynamic", span, head, prefix: "DROP " },
    ];
  },
  ReassignOwnedStmt: (reader, { roles }) => [
    { ...utility(reader, "REASSIGN OWNED"), roles: roleNames(roles) },
  ],
};
