import { keyOf } from "../../model/names.ts";
import type { CreateView, RefreshView } from "../../model/operation.ts";
import { dropDependents } from "./drop.ts";
import type { Rows } from "./row.ts";
import { bare, type StatementContext } from "./statement-context.ts";

type ViewKinds =
  | "createView"
  | "dropView"
  | "renameView"
  | "alterView"
  | "refreshView"
  | "createSequence"
  | "alterSequence"
  | "dropSequence";

/** Manual: CREATE VIEW, CREATE and REFRESH MATERIALIZED VIEW, CREATE SEQUENCE. */
export const viewRows: Rows<ViewKinds> = {
  createView: { manual: "CREATE VIEW", more: createView },
  dropView: {
    manual: "DROP VIEW",
    lock: "ACCESS EXCLUSIVE",
    more: (op, context) => {
      const kind = op.materialized ? "materialized view" : "view";
      dropDependents({ table: op.view }, `${kind} ${op.view.name}`, op, context);
    },
  },
  renameView: { manual: "ALTER VIEW", lock: "ACCESS EXCLUSIVE" },
  alterView: {
    manual: "ALTER VIEW, ALTER MATERIALIZED VIEW",
    more: (op, context) => {
      const { change } = op;
      const weak =
        op.materialized && (change === "options" || change === "statistics" || change === "cluster");
      context.lock(op.view, weak ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE");
      if (change === "tablespace") context.found.rewrite(context.key(op.view));
      if (change === "access method") context.needs(15, "ACCESS");
      if (change === "access method") context.rewrite(op.view);
    },
  },
  refreshView: { manual: "REFRESH MATERIALIZED VIEW", more: refreshView },
  createSequence: {
    manual: "CREATE SEQUENCE",
    more: (op, context) => {
      if (op.unlogged === true && context.server.version < 15)
        context.found.fail("unlogged sequences are not supported", 15);
      if (op.ownedBy !== undefined) context.lock(op.ownedBy.table, "ACCESS SHARE");
    },
  },
  alterSequence: {
    manual: "ALTER SEQUENCE",
    lock: "SHARE ROW EXCLUSIVE",
    more: (op, context) => {
      if (op.logged !== undefined) {
        if (context.server.version < 15) context.found.fail(`"${op.sequence.name}" is not a table`, 15);
        context.lock(op.sequence, "ACCESS EXCLUSIVE");
      }
      const owner = context.relation(op.sequence)?.ownedBy;
      const identity = owner === undefined ? undefined : context.column(owner.table, owner.column)?.identity;
      if (op.ownedBy !== undefined && identity !== undefined)
        context.found.fail("cannot change ownership of identity sequence");
      if (op.ownedBy !== undefined && op.ownedBy !== "none") context.lock(op.ownedBy.table, "ACCESS SHARE");
    },
  },
  dropSequence: {
    manual: "DROP SEQUENCE",
    lock: "ACCESS EXCLUSIVE",
    more: (op, context) => {
      dropDependents({ table: op.sequence }, `sequence ${op.sequence.name}`, op, context);
      const owner = context.relation(op.sequence)?.ownedBy;
      const column = owner === undefined ? undefined : context.column(owner.table, owner.column);
      if (owner === undefined || column === undefined) return;
      const { name } = op.sequence;
      if (column.identity !== undefined)
        context.found.fail(
          `cannot drop sequence ${name} because column ${column.name} of table ${bare(owner.table)} requires it`,
        );
      else if (op.cascade) context.lock(owner.table, "ACCESS EXCLUSIVE");
      else if (column.serial)
        context.found.fail(`cannot drop sequence ${name} because other objects depend on it`);
    },
  },
};

function createView(op: CreateView, context: StatementContext): void {
  if (op.securityInvoker && context.server.version < 15)
    context.found.fail('unrecognized parameter "security_invoker"', 15);
  const view = context.key(op.view);
  const existing = context.schema.relation(view).is === "present";
  if (existing && op.ifNotExists) {
    context.name(op.query);
    return;
  }
  const names = op.columns.length > 0 ? op.columns : (op.query.output ?? []);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) context.found.fail(`column "${twice}" specified more than once`);
  if (existing && op.orReplace) {
    context.lock(view, "ACCESS EXCLUSIVE");
    refuseReplacement(op, context);
  }
  // A materialized view runs its query; a view's is only analysed.
  if (op.materialized && !op.withNoData) context.read(op.query);
  else context.name(op.query);
}

/** OR REPLACE may only add columns at the end (manual, CREATE VIEW). */
function refuseReplacement(op: CreateView, context: StatementContext): void {
  const old = context.relation(op.view);
  const given = op.columns.length > 0 ? op.columns : op.query.output;
  if (old?.complete !== true || given === undefined || old.columns.length === 0) return;
  if (given.length < old.columns.length) {
    context.found.fail("cannot drop columns from view");
    return;
  }
  old.columns.forEach((column, i) => {
    const name = given[i] ?? column.name;
    if (name !== column.name)
      context.found.fail(`cannot change name of view column "${column.name}" to "${name}"`);
  });
}

function refreshView(op: RefreshView, context: StatementContext): void {
  const view = context.key(op.view);
  const relation = context.relation(view);
  context.lock(view, op.concurrently ? "EXCLUSIVE" : "ACCESS EXCLUSIVE");
  if (op.concurrently) {
    context.scan(view);
    const unique = context.schema.indexesOn(view).some((i) => i.unique && i.where === undefined);
    if (relation?.origin !== undefined && !unique)
      context.found.fail(
        `cannot refresh materialized view "${keyOf(relation.schema, bare(view))}" concurrently`,
      );
  } else {
    context.found.rewrite(view);
    context.rebuildAll(view);
  }
  if (op.withNoData) return;
  context.read(relation?.query);
  // Its new indexes are built from the new rows.
  if (relation === undefined || context.schema.indexesOn(view).length > 0) context.scan(view);
}
