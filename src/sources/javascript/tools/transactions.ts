/** A transaction around what a callback sends: `knex.transaction(async (trx) => …)`. */
import type { Span } from "../../../text/span.ts";
import type { SqlWriter } from "../sql.ts";
import type { Call, Output, ToolReader } from "../tool.ts";
import type { FunctionValue, Link } from "../value.ts";
import { handleAt } from "../walk.ts";

/** @param isOwn the call begins one; else its callback sends into the one that is open */
export function runInTransaction(
  output: Output,
  sql: SqlWriter,
  reader: ToolReader,
  {
    link,
    callback,
    isOwn,
  }: { readonly link: Link; readonly callback: FunctionValue; readonly isOwn: boolean },
  call: Call,
): void {
  // Whoever writes `transaction(…)` writes no COMMIT.
  const send = (at: Span, words: string): void => {
    if (isOwn) output.built(sql.at(at, words), call, { byTool: true });
  };
  const { at, name } = link;
  send({ start: at.start, end: at.start + name.length }, "BEGIN");
  output.run(
    callback,
    [handleAt(at)],
    (chain, flow, statement, alone) => reader.chain(chain, { flow, statement, alone }),
    call.flow,
  );
  send({ start: at.end - 1, end: at.end }, "COMMIT");
}
