/** CREATE INDEX, ATTACH PARTITION of indexes. */
import { keyOf } from "../../model/names.ts";
import type { AttachIndex, CreateIndex } from "../../model/operation.ts";
import type { Draft } from "../draft.ts";
import type { Index } from "../model.ts";
import { chooseRelationName, indexAddition } from "../names.ts";
import { partitionIndex, sameElements } from "./family.ts";

export function createIndex(draft: Draft, op: CreateIndex): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const addition = indexAddition(op.elements, op.include);
  const name = op.name?.name ?? chooseRelationName(draft, table.schema, table.name, addition, "idx");
  const key = keyOf(table.schema, name);
  const index: Index = {
    schema: table.schema,
    name,
    table: table.key,
    unique: op.unique,
    method: op.method,
    elements: op.elements,
    include: op.include,
    where: op.where,
    nullsNotDistinct: op.nullsNotDistinct,
    valid: !op.only || table.partitionBy === undefined || table.children.length === 0,
    origin: draft.origin,
  };
  draft.removeIndex(key);
  draft.putIndex(index);
  if (!op.only && table.partitionBy !== undefined)
    for (const child of table.children) partitionIndex(draft, child, index);
}

export function attachIndex(draft: Draft, op: AttachIndex): void {
  const parentKey = draft.resolve(op.index);
  const parent = draft.index(parentKey);
  const child = draft.index(draft.resolve(op.partition));
  if (child !== undefined) {
    draft.putIndex({ ...child, parent: parentKey });
    if (child.constraint !== undefined)
      draft.changeConstraint(child.table, child.constraint, (c) => ({ ...c, inherited: true }));
  }
  if (parent === undefined || parent.valid) return;
  // Valid once every partition has one.
  const partitions = draft.relation(parent.table)?.children ?? [];
  const all = partitions.every((key) =>
    draft.indexesOn(key).some((own) => own.parent === parentKey && own.valid && sameElements(own, parent)),
  );
  if (all) draft.putIndex({ ...parent, valid: true });
}

