/** What a migration does with the values of a column that it has filled, but for changes of rows: it counts on from them, or keeps them. */
import { nameInText, type Name, type QualifiedName } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import type { QueryFacts } from "../model/expression.ts";
import type { Step } from "../replay/step.ts";
import { sequencesOf } from "../schema/state.ts";
import { isSame } from "./change-before-drop.ts";

/** Sets a sequence by the values of the column, or makes a table or a materialized view of what they are at that time. */
export function takesValues(other: Operation, table: QualifiedName, { text }: Name, step: Step): boolean {
  const query = queryOf(other);
  if (query === undefined) return false;
  const isOwn = (one: QualifiedName): boolean => isSame(step, one, table);
  return (
    query.stars.some(isOwn) ||
    query.columns.some(
      ({ column, table: of, candidates }) =>
        column === text && (of === undefined ? (candidates ?? query.relations) : [of]).some(isOwn),
    )
  );
}

function queryOf(other: Operation): QueryFacts | undefined {
  switch (other.kind) {
    case "selectRows":
      return (other.query.renumbers ?? []).length > 0 ? other.query : undefined;
    case "createTable":
      return other.query;
    case "createView":
      return other.materialized && !other.withNoData ? other.query : undefined;
    default:
      return undefined;
  }
}

/** Gives new rows numbers of a sequence that is set only behind this: they would be those of older rows. */
export function countsFrom({ operation: other, before }: Step, { operation: moved }: Step): boolean {
  if (other.kind !== "setDefault" || moved.kind !== "selectRows") return false;
  const set = (moved.query.renumbers ?? []).map((name) =>
    name === "" ? undefined : before.resolve(nameInText(name)),
  );
  return sequencesOf(other.expression).some((name) => {
    const found = before.relation(name);
    const owner = found.is === "present" ? found.value.ownedBy?.table : undefined;
    return set.some((key) => key === undefined || key === before.resolve(name) || key === owner);
  });
}
