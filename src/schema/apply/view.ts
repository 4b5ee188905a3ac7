/** Views and sequences. */
import { keyOf } from "../../model/names.ts";
import type { AlterSequence, AlterView, CreateSequence, CreateView, DropView, RefreshView } from "../../model/operation.ts";
import { newRelation, type Draft } from "../draft.ts";
import type { Column } from "../model.ts";
import { qualifyQuery } from "../rewrite.ts";
import { creationSchema, relationTag, temporarySchema } from "../state.ts";
import { dropRelation } from "./drop.ts";
import { starColumns } from "./table.ts";

export function createView(draft: Draft, op: CreateView): void {
  const schema = op.temporary ? temporarySchema : creationSchema(draft.state, op.view);
  const key = keyOf(schema, op.view.name);
  const output = op.query.output;
  const names =
    output === undefined
      ? op.columns.length > 0
        ? op.columns
        : starColumns(draft, op.query)
      : [...op.columns, ...output.slice(op.columns.length)];
  const old = draft.relation(key);
  // Whatever may have happened to it before: a view has this name now.
  draft.clear(relationTag(key));
  const view = {
    ...(op.orReplace && old?.kind === "view" ? old : newRelation(schema, op.view.name, "view", draft.origin)),
    kind: op.materialized ? "materialized view" : "view",
    unsureKind: undefined,
    // Only views whose result columns are all evident can lack one.
    complete: output !== undefined,
    columns: names.map(
      (name): Column => ({
        name,
        notNull: "unknown",
        hasDefault: "no",
        serial: false,
        renamedFrom: [],
        origin: draft.origin,
        inherited: false,
      }),
    ),
    temporary: op.temporary,
    populated: !op.withNoData,
    query: qualifyQuery(draft.state, op.query),
    definition: op.definition,
    securityInvoker: op.securityInvoker,
    origin: draft.origin,
  } as const;
  if (op.orReplace && old?.kind === "view") draft.put(view);
  else draft.create(view);
}

export function dropView(draft: Draft, op: DropView): void {
  dropRelation(draft, draft.resolve(op.view), op.cascade);
}

export function alterView(draft: Draft, op: AlterView): void {
  const view = draft.subject(op.view, op.materialized ? "materialized view" : "view");
  if (view !== undefined && op.securityInvoker !== undefined)
    draft.put({ ...view, securityInvoker: op.securityInvoker });
}

export function refreshView(draft: Draft, op: RefreshView): void {
  const view = draft.subject(op.view, "materialized view");
  if (view !== undefined && op.conditional !== true) draft.put({ ...view, populated: !op.withNoData });
}

export function createSequence(draft: Draft, op: CreateSequence): void {
  const schema = op.temporary ? temporarySchema : creationSchema(draft.state, op.sequence);
  draft.create({
    ...newRelation(schema, op.sequence.name, "sequence", draft.origin),
    temporary: op.temporary,
    sequenceType: op.type,
    ownedBy: owner(draft, op.ownedBy),
  });
}

const owner = (draft: Draft, by: CreateSequence["ownedBy"]) =>
  by === undefined ? undefined : { table: draft.resolve(by.table), column: by.column };

export function alterSequence(draft: Draft, op: AlterSequence): void {
  const sequence = draft.subject(op.sequence, "sequence");
  if (sequence === undefined) return;
  const owned = op.ownedBy === undefined ? sequence.ownedBy : op.ownedBy === "none" ? undefined : owner(draft, op.ownedBy);
  draft.put({ ...sequence, ownedBy: owned, sequenceType: op.type ?? sequence.sequenceType });
}
