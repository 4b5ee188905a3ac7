/** Unique keys that count rows which are marked as deleted. */
import type { Column, Index, Relation } from "../../../schema/model.ts";
import { laterRelation } from "../../../schema/later.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { MigrationScope, Step } from "../../step.ts";
import { deletionMark } from "../rows/deleted-by-mark.ts";
import { indexMade } from "./indexes.ts";

/** See `MigrationScope.keysWithDeleted`. */
export interface KeyWithDeleted {
  readonly table: Relation;
  readonly index: Index;
  readonly columns: readonly string[];
  /** Marks rows as deleted. */
  readonly mark: Column;
  /** It makes the key, or adds the mark. */
  readonly step: Step;
  /** In that later schema there is no such key, or no such mark. */
  readonly isGone: (later: Schema) => boolean;
}

/** See `MigrationScope.keysWithDeleted`. */
export function keysWithDeleted(scope: MigrationScope): readonly KeyWithDeleted[] {
  const { after } = scope;
  return scope.applied().flatMap((step) =>
    indexesOf(step, after).flatMap((index): KeyWithDeleted[] => {
      const found = after.relation(index.table);
      if (found.is !== "present" || found.value.temporary) return [];
      const table = found.value;
      const mark = deletionMark(table);
      const columns = mark === undefined ? undefined : namesIn(index, table, after);
      if (mark === undefined || columns === undefined) return [];
      const isGone = (later: Schema): boolean => {
        const its = laterRelation(later, table);
        return (
          its === undefined ||
          deletionMark(its) === undefined ||
          !later
            .indexesOn(its.key)
            .some((one) => one.name === index.name && namesIn(one, its, later) !== undefined)
        );
      };
      return [{ table, index, columns, mark, step, isGone }];
    }),
  );
}

/** Those that the step makes; all of a table to which it adds the mark. */
function indexesOf(step: Step, after: Schema): readonly Index[] {
  const { operation, scope } = step;
  if (operation.kind !== "addColumn") {
    const made = indexMade(step, after);
    return made === undefined ? [] : [made];
  }
  const found = after.relation(operation.table);
  if (found.is !== "present" || deletionMark(found.value)?.name !== operation.column.name.text) return [];
  // What this migration makes has a step of its own.
  return after.indexesOn(operation.table).filter(({ origin }) => origin.migration !== scope.migration.index);
}

/** A name that somebody chooses, and would choose again. */
const chosen =
  /^(?:\w+_)?(?:e_?mail|user_?name|phone(?:_?number)?)$|^(?:login|slug|handle|nick_?name|name|title)$/i;
/** Of a tenant or an owner. */
const ofOwner = /_?id$/i;

/** The columns of a key that holds such a name unique, whether its row is deleted or not. */
function namesIn(
  { unique, where, elements, constraint }: Index,
  { key, constraints }: Relation,
  schema: Schema,
): readonly string[] | undefined {
  if (!unique || where !== undefined) return undefined;
  if (constraints.some(({ name, kind }) => name === constraint && kind === "primary key")) return undefined;
  const columns = elements.flatMap(({ column }) => column ?? []);
  if (columns.length < elements.length || !columns.some((name) => chosen.test(name))) return undefined;
  if (!columns.every((name) => chosen.test(name) || ofOwner.test(name))) return undefined;
  // A foreign key can't refer to a partial index.
  const isReferred = schema
    .foreignKeysTo(key)
    .some(({ constraint: { referencedColumns } }) =>
      referencedColumns.every((name) => columns.includes(name)),
    );
  return isReferred ? undefined : columns;
}
