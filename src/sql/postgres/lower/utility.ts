/** Statements without an effect on the schema. */
import { utility } from "./session.ts";
import type { Handlers } from "./tree.ts";

export const utilityHandlers: Handlers = {
  NotifyStmt: (reader) => [utility(reader, "NOTIFY")],
  ListenStmt: (reader) => [utility(reader, "LISTEN")],
  UnlistenStmt: (reader) => [utility(reader, "UNLISTEN")],
  PrepareStmt: (reader) => [utility(reader, "PREPARE")],
  ExecuteStmt: (reader) => [utility(reader, "EXECUTE")],
  DeallocateStmt: (reader) => [utility(reader, "DEALLOCATE")],
  DeclareCursorStmt: (reader) => [utility(reader, "DECLARE")],
  ClosePortalStmt: (reader) => [utility(reader, "CLOSE")],
  FetchStmt: (reader, { ismove }) => [utility(reader, ismove === true ? "MOVE" : "FETCH")],
  CheckPointStmt: (reader) => [utility(reader, "CHECKPOINT")],
  LoadStmt: (reader) => [utility(reader, "LOAD")],
  AlterSystemStmt: (reader) => [utility(reader, "ALTER SYSTEM")],
  VariableShowStmt: (reader) => [utility(reader, "SHOW")],
  ConstraintsSetStmt: (reader) => [utility(reader, "SET CONSTRAINTS")],
  DropOwnedStmt: (reader) => [utility(reader, "DROP OWNED")],
  ReassignOwnedStmt: (reader) => [utility(reader, "REASSIGN OWNED")],
};
