/** Operations that can't be followed: dynamic SQL and statements that we can't read. */
import type { ExecuteDynamic, Operation, Unknown } from "../../model/operation.ts";
import { keyOf } from "../../model/names.ts";
import type { Draft } from "../draft.ts";
import { emptyMap, values } from "../persistent.ts";
import { indexTag, relationTag } from "../state.ts";

/** Commands that leave the schema as it is. */
const harmless =
  /^(?:select|insert|update|delete|merge|copy|perform|call|grant|revoke|analyze|vacuum|refresh|reindex|cluster|set|reset|show|notify|listen|lock|comment|truncate|explain|with|raise)$/i;

/**
 * An EXECUTE of unknown text may have created anything: the schema is open from now on, and no tombstone counts.
 * Its constant beginning narrows that down. DML, GRANT and the like change nothing. ALTER may have changed any
 * table, so none is complete any more; DROP may have taken any object away, so none is surely there. A text
 * without a constant beginning counts as CREATE and ALTER: that it drops what a later statement uses is rare, and
 * taking everything for doubtful after it would silence too much.
 */
export function executeDynamic(draft: Draft, op: ExecuteDynamic): void {
  const command = commandOf(op);
  if (harmless.test(command)) return;
  open(draft);
  if (/^create$/i.test(command)) return;
  const drops = /^drop$/i.test(command);
  for (const relation of [...values(draft.state.relations)]) {
    if (relation.complete || relation.droppedColumns.length + relation.droppedConstraints.length > 0)
      draft.put({ ...relation, complete: false, droppedColumns: [], droppedConstraints: [] });
    if (drops) draft.doubt(relationTag(relation.key));
  }
  if (drops)
    for (const index of [...values(draft.state.indexes)]) draft.doubt(indexTag(keyOf(index.schema, index.name)));
}

/** It may have created anything: what isn't known from there on may be there. */
export const opens = (op: Operation): boolean =>
  (op.kind === "unknown" && op.relations.length === 0) ||
  (op.kind === "executeDynamic" && !harmless.test(commandOf(op)));

const commandOf = ({ prefix = "" }: ExecuteDynamic): string => /^\s*([a-z]+)/i.exec(prefix)?.[1] ?? "";

function open(draft: Draft): void {
  draft.state = { ...draft.state, closed: false, gone: emptyMap() };
}

/** What it names is unknown until created again; if it names nothing, it may have created anything. */
export function unreadable(draft: Draft, op: Unknown): void {
  if (op.relations.length === 0) open(draft);
  for (const name of op.relations) {
    const key = draft.resolve(name);
    draft.change(key, (old) => ({ ...old, complete: false }));
    draft.doubt(relationTag(key));
    draft.doubt(indexTag(key));
  }
}
