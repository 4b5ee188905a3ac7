import { keyOf } from "../../model/names.ts";
import type { CreateView, RefreshView } from "../../model/operation.ts";
import { dropDependents } from "./drop.ts";
import type { Rows } from "./row.ts";
import { bare, type Scene } from "./statement-context.ts";

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
    more: (op, scene) => {
      const kind = op.materialized ? "materialized view" : "view";
      dropDependents({ table: op.view }, `${kind} ${op.view.name}`, op, scene);
    },
  },
  renameView: { manual: "ALTER VIEW", lock: "ACCESS EXCLUSIVE" },
  alterView: {
    manual: "ALTER VIEW, ALTER MATERIALIZED VIEW",
    more: (op, scene) => {
      const { change } = op;
      const weak =
        op.materialized && (change === "options" || change === "statistics" || change === "cluster");
      scene.lock(op.view, weak ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE");
      if (change === "tablespace") scene.found.rewrite(scene.key(op.view));
      if (change === "access method") scene.needs(15, "ACCESS");
      if (change === "access method") scene.rewrite(op.view);
    },
  },
  refreshView: { manual: "REFRESH MATERIALIZED VIEW", more: refreshView },
  createSequence: {
    manual: "CREATE SEQUENCE",
    more: (op, scene) => {
      if (op.unlogged === true && scene.server.version < 15)
        scene.found.fail("unlogged sequences are not supported", 15);
      if (op.ownedBy !== undefined) scene.lock(op.ownedBy.table, "ACCESS SHARE");
    },
  },
  alterSequence: {
    manual: "ALTER SEQUENCE",
    lock: "SHARE ROW EXCLUSIVE",
    more: (op, scene) => {
      if (op.logged !== undefined) {
        if (scene.server.version < 15) scene.found.fail(`"${op.sequence.name}" is not a table`, 15);
        scene.lock(op.sequence, "ACCESS EXCLUSIVE");
      }
      const owner = scene.relation(op.sequence)?.ownedBy;
      const identity = owner === undefined ? undefined : scene.column(owner.table, owner.column)?.identity;
      if (op.ownedBy !== undefined && identity !== undefined)
        scene.found.fail("cannot change ownership of identity sequence");
      if (op.ownedBy !== undefined && op.ownedBy !== "none") scene.lock(op.ownedBy.table, "ACCESS SHARE");
    },
  },
  dropSequence: {
    manual: "DROP SEQUENCE",
    lock: "ACCESS EXCLUSIVE",
    more: (op, scene) => {
      dropDependents({ table: op.sequence }, `sequence ${op.sequence.name}`, op, scene);
      const owner = scene.relation(op.sequence)?.ownedBy;
      const column = owner === undefined ? undefined : scene.column(owner.table, owner.column);
      if (owner === undefined || column === undefined) return;
      const { name } = op.sequence;
      if (column.identity !== undefined)
        scene.found.fail(
          `cannot drop sequence ${name} because column ${column.name} of table ${bare(owner.table)} requires it`,
        );
      else if (op.cascade) scene.lock(owner.table, "ACCESS EXCLUSIVE");
      else if (column.serial)
        scene.found.fail(`cannot drop sequence ${name} because other objects depend on it`);
    },
  },
};

function createView(op: CreateView, scene: Scene): void {
  if (op.securityInvoker && scene.server.version < 15)
    scene.found.fail('unrecognized parameter "security_invoker"', 15);
  const view = scene.key(op.view);
  const existing = scene.schema.relation(view).is === "present";
  if (existing && op.ifNotExists) {
    scene.name(op.query);
    return;
  }
  const names = op.columns.length > 0 ? op.columns : (op.query.output ?? []);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) scene.found.fail(`column "${twice}" specified more than once`);
  if (existing && op.orReplace) {
    scene.lock(view, "ACCESS EXCLUSIVE");
    refuseReplacement(op, scene);
  }
  // A materialized view runs its query; a view's is only analysed.
  if (op.materialized && !op.withNoData) scene.read(op.query);
  else scene.name(op.query);
}

/** OR REPLACE may only add columns at the end (manual, CREATE VIEW). */
function refuseReplacement(op: CreateView, scene: Scene): void {
  const old = scene.relation(op.view);
  const given = op.columns.length > 0 ? op.columns : op.query.output;
  if (old?.complete !== true || given === undefined || old.columns.length === 0) return;
  if (given.length < old.columns.length) {
    scene.found.fail("cannot drop columns from view");
    return;
  }
  old.columns.forEach((column, i) => {
    const name = given[i] ?? column.name;
    if (name !== column.name)
      scene.found.fail(`cannot change name of view column "${column.name}" to "${name}"`);
  });
}

function refreshView(op: RefreshView, scene: Scene): void {
  const view = scene.key(op.view);
  const relation = scene.relation(view);
  scene.lock(view, op.concurrently ? "EXCLUSIVE" : "ACCESS EXCLUSIVE");
  if (op.concurrently) {
    scene.scan(view);
    const unique = scene.schema.indexesOn(view).some((i) => i.unique && i.where === undefined);
    if (relation?.origin !== undefined && !unique)
      scene.found.fail(
        `cannot refresh materialized view "${keyOf(relation.schema, bare(view))}" concurrently`,
      );
  } else {
    scene.found.rewrite(view);
    scene.rebuildAll(view);
  }
  if (op.withNoData) return;
  scene.read(relation?.query);
  // Its new indexes are built from the new rows.
  if (relation === undefined || scene.schema.indexesOn(view).length > 0) scene.scan(view);
}
