/** ALTER TABLE … COLUMN. */
import type { Key } from "../../model/names.ts";
import type { AddColumn, ChangeColumnType, DropColumn, Operation, RedefineColumn, RenameColumn } from "../../model/operation.ts";
import type { ColumnType } from "../../model/types.ts";
import { newColumn, type Draft } from "../draft.ts";
import type { Column } from "../model.ts";
import { columnTag, resolveType } from "../state.ts";
import { dropColumn, dropRelation } from "./drop.ts";
import { withDescendants } from "./family.ts";
import { renameColumn } from "./move.ts";
import { setEmptied } from "./named.ts";
import { columnOf, createOwnedSequence, knownType } from "./table.ts";

export function addColumn(draft: Draft, op: AddColumn): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const column = columnOf(op.column, draft);
  for (const key of withDescendants(draft, table.key, op.only)) {
    const inherited = key !== table.key;
    draft.mark(key, columnTag(column.name), undefined);
    draft.change(key, (old) => {
      const present = old.columns.some((c) => c.name === column.name);
      if (present && inherited) return old;
      const identity = inherited && table.partitionBy === undefined ? undefined : column.identity;
      const made = inherited ? { ...column, identity, serial: false, inherited: true } : column;
      return {
        ...old,
        columns: [...old.columns.filter((c) => c.name !== column.name), made],
        droppedColumns: old.droppedColumns.filter((c) => c.name !== column.name),
      };
    });
  }
  if (!op.ifNotExists && needsValue(draft, column)) setEmptied(draft, op.table, "required", op);
  const owner = draft.relation(table.key);
  if (owner !== undefined && (column.serial || column.identity !== undefined))
    createOwnedSequence(draft, owner, column.name, op.column.identitySequence);
}

/** PostgreSQL refuses to add it where there is a row (23502); MySQL writes the implicit default. */
function needsValue(draft: Draft, { type, notNull, hasDefault, generated, identity, serial, mysql }: Column): boolean {
  if (mysql !== undefined || notNull !== "yes" || hasDefault !== "no" || serial) return false;
  if (generated !== undefined || identity !== undefined || type === undefined) return false;
  return draft.type(resolveType(draft.state, type))?.hasDefault !== true;
}

export function dropColumnOf(draft: Draft, op: DropColumn): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  if (op.only === true)
    for (const child of table.children)
      draft.changeColumn(child, op.column.text, (c) => ({ ...c, inherited: false }));
  dropColumn(draft, table.key, op.column.text, op.cascade);
}

export function renameColumnOf(draft: Draft, op: RenameColumn): void {
  const kind = op.object === "type" ? "table" : op.object;
  const table = draft.subject(op.table, kind);
  if (table === undefined) return;
  const known = table.columns.some((c) => c.name === op.column.text);
  renameColumn(draft, table.key, op.column.text, op.to);
  if (known) return;
  // Learnt that it was there; of its making nothing is known.
  if (table.complete) draft.mark(table.key, columnTag(op.to.text), "doubted");
  else learnColumn(draft, table.key, op.to.text);
}

/** A statement uses a column of a table that isn't known wholly: it is there. */
export function learnColumn(draft: Draft, key: Key, name: string): void {
  draft.change(key, (old) =>
    old.columns.some((c) => c.name === name)
      ? old
      : { ...old, columns: [...old.columns, { ...newColumn(name, draft.origin), learned: true }] },
  );
}

/** Changes a column here and in the tables below; one that isn't known becomes known where that may be. */
function alter(
  draft: Draft,
  op: Operation & { readonly kind: string; readonly column: { readonly text: string } } & Pick<AddColumn, "table" | "only">,
  change: (column: Column) => Column,
  spread = true,
): Key | undefined {
  const table = draft.subject(op.table);
  if (table === undefined) return undefined;
  const name = op.column.text;
  const gone = table.droppedColumns.some((c) => c.name === name);
  if (!table.complete && !gone) {
    draft.mark(table.key, columnTag(name), undefined);
    learnColumn(draft, table.key, name);
  }
  for (const key of withDescendants(draft, table.key, op.only === true || !spread))
    draft.changeColumn(key, name, change);
  return table.key;
}

/** In a conditional branch the new state may or may not hold. */
const perhaps = <T>(op: Operation, value: T): T | "unknown" => (op.conditional === true ? "unknown" : value);

export function changeType(draft: Draft, op: ChangeColumnType): void {
  const type = op.conditional === true ? undefined : knownType(op.type);
  alter(draft, op, (c) => {
    // No cast leads from one type of the history to another: the statement is refused, and whoever mends it casts the default.
    const isRefused = c.hasDefault === "yes" && isOwn(draft, c.type) && isOwn(draft, op.type);
    const valueType = isRefused ? undefined : (c.default?.valueType ?? c.type);
    return {
      ...c,
      type,
      default: c.default && { ...c.default, valueType },
      ...(!isRefused && castsDefault(draft, c) ? { defaultCasts: [...(c.defaultCasts ?? []), c.type] } : {}),
      collation: op.collation?.name ?? c.collation,
    };
  });
}

/** PostgreSQL keeps the default, cast from the type that the column had. */
const castsDefault = (draft: Draft, column: Column): column is Column & { readonly type: ColumnType } =>
  column.hasDefault === "yes" && isOwn(draft, column.type);

const isOwn = (draft: Draft, type: ColumnType | undefined): boolean =>
  type !== undefined &&
  draft.type(resolveType(draft.state, { ...type, text: type.name })) !== undefined;


/** The new definition takes the place of the old one, keys and constraints stay. */
export function redefineColumn(draft: Draft, op: RedefineColumn): void {
  const { definition, table, column } = op;
  const now = columnOf(definition, draft);
  if (definition.name.text !== column.text) renameColumnOf(draft, { ...op, kind: "renameColumn", object: "table", to: definition.name });
  const name = { ...op, column: definition.name, table };
  alter(draft, name, (c) =>
    op.conditional === true
      ? { ...c, type: undefined, notNull: "unknown", hasDefault: "unknown", default: undefined }
      : {
          ...now,
          notNull: isInKey(draft, table, definition.name.text) ? "yes" : now.notNull,
          renamedFrom: c.renamedFrom,
          origin: c.origin,
          learned: c.learned,
          comment: c.comment,
        },
  );
}

/** What belongs to the primary key stays NOT NULL, whatever the definition says. */
function isInKey(draft: Draft, table: RedefineColumn["table"], column: string): boolean {
  const constraints = draft.relation(draft.resolve(table))?.constraints ?? [];
  return constraints.some((one) => one.kind === "primary key" && one.columns.includes(column));
}

type ColumnChange = Extract<
  Operation,
  {
    kind:
      | "setDefault"
      | "dropDefault"
      | "setNotNull"
      | "dropNotNull"
      | "setExpression"
      | "dropExpression"
      | "addIdentity"
      | "alterIdentity"
      | "dropIdentity";
  }
>;

export function changeColumn(draft: Draft, op: ColumnChange): void {
  switch (op.kind) {
    case "setDefault": {
      const { expression } = op;
      const set = !expression.isNull;
      alter(draft, op, (c) => ({
        ...c,
        hasDefault: perhaps(op, set ? "yes" : "no"),
        default: set && op.conditional !== true ? expression : undefined,
        defaultCasts: undefined,
        serial: false,
      }));
      return;
    }
    case "dropDefault":
      alter(draft, op, (c) => ({ ...c, hasDefault: perhaps(op, "no"), default: undefined, defaultCasts: undefined, serial: false }));
      return;
    case "setNotNull":
      alter(draft, op, (c) => ({ ...c, notNull: c.notNull === "yes" ? "yes" : perhaps(op, "yes") }));
      return;
    case "dropNotNull": {
      alter(draft, op, (c) => ({ ...c, notNull: c.notNull === "no" ? "no" : perhaps(op, "no") }));
      const key = draft.resolve(op.table);
      draft.change(key, (old) => ({
        ...old,
        constraints: old.constraints.filter((c) => c.kind !== "not null" || c.column !== op.column.text),
      }));
      return;
    }
    case "setExpression":
      alter(draft, op, (c) => ({
        ...c,
        generated: { expression: op.expression, stored: c.generated?.stored ?? true },
      }));
      return;
    case "dropExpression":
      alter(draft, op, (c) => ({ ...c, generated: undefined }));
      return;
    case "addIdentity": {
      const key = alter(
        draft,
        op,
        (c) => ({ ...c, identity: op.identity, hasDefault: "yes", default: undefined }),
        false,
      );
      const table = key === undefined ? undefined : draft.relation(key);
      if (table !== undefined) createOwnedSequence(draft, table, op.column.text, op.sequenceName);
      return;
    }
    case "alterIdentity":
      alter(draft, op, (c) => c, false);
      return;
    case "dropIdentity": {
      const key = alter(draft, op, (c) => ({ ...c, identity: undefined, hasDefault: "no" }), false);
      if (key === undefined) return;
      for (const user of draft.relationsUsing(key))
        if (user.ownedBy?.table === key && user.ownedBy.column === op.column.text)
          dropRelation(draft, user.key, false);
      return;
    }
    default:
      op satisfies never;
  }
}
