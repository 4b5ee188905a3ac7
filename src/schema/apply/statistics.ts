/** Extended statistics, which live with their table. */
import { keyOf, type Key, type QualifiedName } from "../../model/names.ts";
import type { CreateStatistics } from "../../model/operation.ts";
import type { Draft } from "../draft.ts";
import type { Relation } from "../model.ts";
import { makeObjectName } from "../names.ts";
import { values } from "../persistent.ts";
import { creationSchema } from "../state.ts";

export function createStatistics(draft: Draft, op: CreateStatistics): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const { columns } = op;
  const key =
    op.name === undefined
      ? keyOf(table.schema, makeObjectName(table.name, columns.join("_"), "stat"))
      : keyOf(creationSchema(draft.state, op.name), op.name.name);
  if (op.ifNotExists === true && tableWith(draft, key) !== undefined) return;
  draft.put({ ...table, statistics: [...(table.statistics ?? []), { key, columns }] });
}

export const tableWith = (draft: Draft, key: Key): Relation | undefined =>
  [...values(draft.state.relations)].find((relation) => relation.statistics?.some((one) => one.key === key));

/** DROP, or with `to` RENAME and SET SCHEMA. */
export function changeStatistics(draft: Draft, name: QualifiedName, to?: { name?: string; schema?: string }): void {
  const key = keyOf(creationSchema(draft.state, name), name.name);
  const table = tableWith(draft, key);
  if (table === undefined) return;
  const schema = to?.schema ?? key.slice(0, key.indexOf("."));
  const statistics = (table.statistics ?? []).flatMap((one) => {
    if (one.key !== key) return [one];
    return to === undefined ? [] : [{ ...one, key: keyOf(schema, to.name ?? name.name) }];
  });
  draft.put({ ...table, statistics });
}
