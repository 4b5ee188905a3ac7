/** Whether what is dropped or renamed away is replaced, and whether what replaces it holds the old values. */
import type { Key, Name, QualifiedName } from "../../../model/names.ts";
import { sameType } from "../../../model/types.ts";
import type { OperationKind, OperationOf } from "../../../model/operation.ts";
import { sameOrigin } from "../../../schema/later.ts";
import type { Origin, Relation } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";
import { sameTransaction } from "../same-transaction.ts";
import { fillsAfter, isWritten, type Fills } from "../values/fills.ts";
import { isArchiveName } from "./deprecation.ts";
import { isKept, keptAfter, type Kept } from "./kept.ts";

/** See `DependentQuestions.replaced`. */
export function isReplaced(step: Step): boolean {
  const { operation, before } = step;
  const near = <K extends OperationKind>(
    side: "earlier" | "later",
    ...kinds: readonly K[]
  ): readonly Step<K>[] => step.neighbours(side, ...kinds).filter((other) => sameTransaction(step, other));
  switch (operation.kind) {
    case "redefineColumn":
    case "renameColumn": {
      const table = before.resolve(operation.table);
      const [from, to] = [operation.column.text, newName(operation).text];
      return (
        near("later", ...columnRenames).some(renamesColumn(table, undefined, from)) ||
        near("earlier", ...columnRenames).some(renamesColumn(table, to, undefined)) ||
        near("earlier", "dropColumn").some(
          ({ operation: other, before: then }) =>
            other.column.text === to && then.resolve(other.table) === table,
        )
      );
    }
    case "dropTable": {
      const table = before.resolve(operation.table);
      // DROP, then CREATE needs no common transaction to be the recreation of a table.
      return step.neighbours("later", ...takesNames).some(takesName(table));
    }
    case "renameTable":
      return (
        viewFollows(step, before.resolve(operation.table)) ||
        near("later", ...takesNames).some(takesName(before.resolve(operation.table))) ||
        near("earlier", "renameTable").some(
          ({ operation: other }) => other.table.name === operation.to.text,
        ) ||
        takesBackName(step as Step<"renameTable">)
      );
    case "renameView":
    case "setTableSchema": {
      const name = operation.kind === "renameView" ? operation.view : operation.table;
      return near("later", ...takesNames).some(takesName(before.resolve(name)));
    }
    default:
      return false;
  }
}

/** ADD COLUMN with the name that the other one drops, of the same table. */
export const addsItsName = (
  { before }: Step,
  { table, column }: OperationOf<"dropColumn">,
  { operation: added, before: then }: Step<"addColumn">,
): boolean => added.column.name.text === column.text && before.resolve(table) === then.resolve(added.table);

/** See `DependentQuestions.computed`. */
export function computed(step: Step): "gone" | "again" | "apart" | undefined {
  const { operation, before } = step;
  if (operation.kind !== "dropColumn") return undefined;
  const found = before.column(operation.table, operation.column.text);
  if (found.is !== "present" || found.value.generated === undefined) return undefined;
  const again = step.neighbours("later", "addColumn").filter((other) => addsItsName(step, operation, other));
  if (again.length === 0) return "gone";
  return again.some((other) => sameTransaction(step, other)) ? "again" : "apart";
}

/** See `DependentQuestions.nameGoesOn`. */
export function nameGoesOn({ operation, before, neighbours }: Step): boolean {
  if (operation.kind !== "renameTable") return false;
  return neighbours("later", ...takesNames).some(takesName(before.resolve(operation.table)));
}

const nameOfMade = (made: OperationOf<"createTable" | "createView">): QualifiedName =>
  made.kind === "createTable" ? made.table : made.view;

/** See `DependentQuestions.dropsLeftover`. */
export function dropsLeftover({ operation, before, neighbours }: Step): boolean {
  if (operation.kind !== "dropTable" && operation.kind !== "dropView") return false;
  const name = operation.kind === "dropTable" ? operation.table : operation.view;
  if (before.relation(name).is === "present") return false;
  // Alembic's batch mode copies a table into one of this name, and leaves it behind if it fails.
  if (name.name.startsWith("_alembic_tmp_")) return true;
  if (!operation.ifExists) return false;
  // Somebody has put it aside by hand; a view has no rows to lose.
  if (operation.kind === "dropView" && isArchiveName(name.name)) return true;
  const key = before.resolve(name);
  const made = neighbours("later", "createTable", "createView");
  if (made.some(({ operation: other }) => other.temporary && nameOfMade(other).name === name.name))
    return true;
  return made
    .filter(takesName(key))
    .some((one) =>
      one
        .neighbours("later", "renameTable", "renameView")
        .some(
          ({ operation: other, before: then }) =>
            then.resolve(other.kind === "renameTable" ? other.table : other.view) === key,
        ),
    );
}

/** `orders_new` becomes `orders`, which this migration or the one before has dropped: nobody used it by its own name. */
function takesBackName({ operation: { table, to, toSchema }, before, scope }: Step<"renameTable">): boolean {
  if (toSchema !== undefined || !table.name.includes(to.text)) return false;
  const found = before.relation({ ...table, name: to.text });
  const dropped = found.is === "absent" ? found.dropped : undefined;
  return dropped !== undefined && dropped.migration >= scope.migration.index - 1;
}

/** A column that takes the place of one that is dropped. */
export interface Successor {
  readonly name: string;
  /** The running application finds it under the dropped column's name. */
  readonly takesName: boolean;
  /** The history has, or may have, written values into the old rows. */
  readonly isFilled: boolean;
  /** A trigger has given it what the application has written since, or it was added in this migration. */
  readonly isKept: boolean;
}

/** See `DependentQuestions.successor`. */
export function successorOf(step: Step, earlierFills: Fills, earlierKept: Kept): Successor | undefined {
  const { operation, before } = step;
  if (operation.kind !== "dropColumn") return undefined;
  const table = before.resolve(operation.table);
  const relation = before.relation(table);
  const column = operation.column.text;
  const taking = step
    .neighbours("later", ...columnRenames)
    .filter((other) => sameTransaction(step, other))
    .find(renamesColumn(table, undefined, column));
  const kept = keptAfter(earlierKept, step.neighbours("earlier", "createTrigger"));
  const added = (name: string): Origin | undefined => {
    const found = before.column(table, name);
    return found.is === "present" && relation.is === "present" && relation.value.renamedFrom.length === 0
      ? found.value.origin
      : undefined;
  };
  const columns = relation.is === "present" ? relation.value.columns.map(({ name }) => name) : [];
  const name = taking?.operation.column.text ?? columns.find((other) => isKept(kept, table, column, other));
  if (name === undefined) return undefined;
  const origin = added(name);
  // Made with the table, or outside of the history: the application may always have written both.
  const dropped = before.column(table, column);
  // The one that is dropped came later: it is the copy.
  const isOlder = dropped.is === "present" && (origin?.migration ?? 0) < dropped.value.origin.migration;
  const isOld =
    origin === undefined ||
    isOlder ||
    (relation.is === "present" && sameOrigin(origin, relation.value.origin));
  return {
    name,
    takesName: taking !== undefined,
    isFilled: isOld || isWritten(fillsAfter(earlierFills, step.earlier()), table, name),
    isKept: isOld || step.isHere(origin) || isKept(kept, table, column, name),
  };
}

/** See `DependentQuestions.emptySuccessor`. */
export function emptySuccessor(step: Step, earlierFills: Fills): Relation | undefined {
  const { operation, before } = step;
  const isDropped = operation.kind === "dropTable";
  if (!isDropped && operation.kind !== "renameTable") return undefined;
  const key = before.resolve(operation.table);
  const taking = step
    .neighbours("later", "renameTable")
    // The rows of a dropped table are gone whenever another takes its name.
    .filter((other) => isDropped || sameTransaction(step, other))
    .find(takesName(key));
  if (taking === undefined) return undefined;
  const found = taking.before.relation(taking.operation.table);
  if (found.is !== "present" || found.value.kind !== "table" || found.value.origin === undefined)
    return undefined;
  if (isLongAgo(step, found.value.origin)) return undefined;
  const isFilled = isWritten(fillsAfter(earlierFills, step.scope.steps), found.value.key);
  const isFilledAfterwards = taking
    .later()
    .some(
      ({ operation: other, before: then }) =>
        (other.kind === "insertRows" || other.kind === "copyRows" || other.kind === "attachPartition") &&
        other.table !== undefined &&
        then.resolve(other.table) === key,
    );
  return isFilled || isFilledAfterwards ? undefined : found.value;
}

/** See `DependentQuestions.formerOwner`. */
export function formerOwner(step: Step): Relation | undefined {
  const { operation, before, isHere } = step;
  if (operation.kind !== "renameTable") return undefined;
  const own = before.resolve(operation.table);
  const gaveUp = ({ name, origin }: Relation["renamedFrom"][number]): boolean =>
    name === operation.to.text && !isHere(origin) && !isLongAgo(step, origin);
  return [...before.relations()].find(
    (one) =>
      one.key !== own &&
      own.startsWith(`${one.schema}.`) &&
      one.renamedFrom.some(gaveUp) &&
      !isArchiveName(one.name),
  );
}

/** What stands there that long has a use of its own: the application fills it. */
const longestExchange = 10;

const isLongAgo = ({ scope: { migration } }: Step, origin: Origin): boolean =>
  migration.index - origin.migration > longestExchange;

/** MySQL, where no transaction holds both: a view takes the name at once. */
const viewFollows = (step: Step, table: Key): boolean =>
  !step.before.dialect.transactionalDdl && step.neighbours("later", "createView").some(takesName(table));

/** RENAME COLUMN from and to these names; undefined: any. */
function renamesColumn(
  table: Key,
  from: string | undefined,
  to: string | undefined,
): (step: Step) => boolean {
  return ({ operation, before }) =>
    (operation.kind === "renameColumn" || operation.kind === "redefineColumn") &&
    (from === undefined || operation.column.text === from) &&
    (to === undefined || newName(operation).text === to) &&
    before.resolve(operation.table) === table;
}

const columnRenames = ["renameColumn", "redefineColumn"] as const;

const newName = (operation: OperationOf<"renameColumn" | "redefineColumn">): Name =>
  operation.kind === "renameColumn" ? operation.to : operation.definition.name;

const takesNames = ["createTable", "createView", "renameTable"] as const;

/** A table or view gets this name. */
function takesName(key: Key): (step: Step) => boolean {
  return ({ operation, after }) => {
    const name = key.slice(key.indexOf(".") + 1);
    if (operation.kind === "createTable")
      return operation.table.name === name && after.resolve(operation.table) === key;
    if (operation.kind === "createView")
      return operation.view.name === name && after.resolve(operation.view) === key;
    if (operation.kind !== "renameTable") return false;
    const schema = key.slice(0, key.indexOf("."));
    return `${schema}.${operation.to.text}` === key;
  };
}

/** See `DependentQuestions.likelyNewName`. */
export function likelyNewName(step: Step): Step<"addColumn"> | undefined {
  const { operation, before, neighbours } = step;
  if (operation.kind !== "dropColumn") return undefined;
  const table = before.resolve(operation.table);
  const old = before.column(table, operation.column.text);
  if (old.is !== "present" || old.value.type === undefined) return undefined;
  const onTable = (other: Step<"addColumn" | "dropColumn">): boolean =>
    other.before.resolve(other.operation.table) === table;
  const sides = ["earlier", "later"] as const;
  const added = sides.flatMap((side) => neighbours(side, "addColumn").filter(onTable));
  const drops = sides.some((side) => neighbours(side, "dropColumn").some(onTable));
  const [only] = added;
  if (only === undefined || added.length > 1 || drops) return undefined;
  const { name, type } = only.operation.column;
  const isSame = sameType(type, old.value.type) && name.text !== operation.column.text;
  return isSame ? only : undefined;
}

/** See `DependentQuestions.likelyOldName`. */
export function likelyOldName(step: Step): Step<"dropColumn"> | undefined {
  const { operation, neighbours } = step;
  if (operation.kind !== "addColumn") return undefined;
  return (["earlier", "later"] as const)
    .flatMap((side) => neighbours(side, "dropColumn"))
    .find((one) => likelyNewName(one)?.operation === operation);
}
