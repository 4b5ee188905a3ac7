import type { DialectFamily } from "../model/dialect.ts";
import type { Operation, OperationKind } from "../model/operation.ts";

/**
 * ALTER TABLE runs its sub-commands in passes, not in the order in which they are written (manual, ALTER TABLE,
 * "Notes"; the server's `AlterTablePass`): what is dropped goes first, then types change, columns come, and last
 * what needs them.
 */
const passes: Readonly<Partial<Record<OperationKind, number>>> = {
  dropColumn: 0,
  dropConstraint: 0,
  dropNotNull: 0,
  dropDefault: 0,
  dropIdentity: 0,
  dropExpression: 0,
  changeColumnType: 1,
  addColumn: 2,
  setExpression: 3,
  setNotNull: 4,
  addNotNull: 4,
  addUnique: 5,
  addPrimaryKey: 5,
  addExclusion: 5,
  setDefault: 6,
  addIdentity: 6,
  addCheck: 6,
  addForeignKey: 6,
  alterIdentity: 7,
};
const last = 7;

/** The operations in the order in which the server runs them; those of other statements stay as they are. */
function inPasses(statement: string, operations: readonly Operation[]): readonly Operation[] {
  if (operations.length < 2) return operations;
  if (statement === "AlterTableStmt") return operations.toSorted((a, b) => pass(a) - pass(b));
  // A table may refer to itself before its key is written: CREATE TABLE adds foreign keys when all else is there.
  if (statement === "CreateStmt") return operations.toSorted((a, b) => comesLast(a) - comesLast(b));
  return operations;
}

const comesLast = ({ kind }: Operation): number => Number(kind === "addForeignKey");

function pass(operation: Operation): number {
  // What is written in ADD COLUMN stays beside it: it is skipped with it.
  if ("within" in operation && operation.within === "addColumn") return passes.addColumn ?? last;
  return passes[operation.kind] ?? last;
}

/** Written as one ALTER TABLE, the sub-commands of both would still run in the order in which they run now. */
export function keepOrder(first: readonly Operation[], second: readonly Operation[]): boolean {
  const known = [...first, ...second].every(({ kind }) => passes[kind] !== undefined);
  const retyped = [...first, ...second].flatMap((operation) =>
    operation.kind === "changeColumnType" ? [operation.column.text] : [],
  );
  // The server refuses to change one column's type twice.
  if (!known || new Set(retyped).size < retyped.length) return false;
  return Math.max(...first.map(pass)) <= Math.min(...second.map(pass));
}

/** What MySQL and MariaDB do first with the table as it was; the rest comes after them, in the order written. */
function onlinePass(operation: Operation): number {
  switch (operation.kind) {
    case "dropConstraint":
    case "dropIndex":
      return 0;
    case "alterIndex":
      return 1;
    case "setTableOptions":
      // The character set also holds for columns that come or change.
      return 1;
    case "renameIndex":
      return 2;
    case "dropColumn":
      return 3;
    case "renameColumn":
      return 4;
    case "redefineColumn": {
      const { definition, column } = operation;
      // Behind a column that comes with the same statement, it waits for that.
      const place = definition.mysql?.position?.value ?? "first";
      const waits = place !== "first" || definition.name.text === column.text;
      return waits ? 5 : 4;
    }
    case "setDefault":
    case "dropDefault":
      // Also of a column that another clause defines anew.
      return 6;
    case "convertCharset":
      return 7;
    case "renameTable":
      return 8;
    default:
      return 5;
  }
}

/**
 * MySQL and MariaDB plan an ALTER TABLE as a whole: keys go before the columns that they stand on, columns go and are
 * renamed before others of their names come, and a new character set also holds for columns that come.
 */
function planned(operations: readonly Operation[]): readonly Operation[] {
  const isAlter =
    operations.length > 1 && operations.some((one) => onlinePass(one) > 0 && onlinePass(one) < 8);
  return isAlter ? operations.toSorted((a, b) => onlinePass(a) - onlinePass(b)) : operations;
}

const orders: Readonly<
  Record<DialectFamily, (statement: string, operations: readonly Operation[]) => readonly Operation[]>
> = {
  postgres: inPasses,
  mysql: (_, operations) => planned(operations),
  mongodb: (_, operations) => operations,
};

/** The operations of a statement in the order in which the server runs them; `statement`: the parser's name for it. */
export const inServersOrder = (
  family: DialectFamily,
  statement: string,
  operations: readonly Operation[],
): readonly Operation[] => orders[family](statement, operations);
