/** The changes that an operation amounts to; undefined: it is none on an existing table. */
import type { Operation } from "../../model/operation.ts";
import type { Change, ChangeKind } from "./change.ts";
import { addColumn, columnOption, dropColumn, redefineColumn, renameColumn } from "./columns.ts";
import { addCheck, addForeignKey, addPrimaryKey, createIndex, dropConstraint, dropIndex } from "./keys.ts";
import type { StatementContext } from "./statement-context.ts";
import { alterPartitions, convertCharset, forceRebuild, setTableOptions } from "./tables.ts";

const only = (kind: ChangeKind): readonly Change[] => [{ kind }];

export function changesOf(op: Operation, context: StatementContext): readonly Change[] | undefined {
  switch (op.kind) {
    case "addColumn":
      return addColumn(op, context);
    case "dropColumn":
      return dropColumn(op, context);
    case "renameColumn":
      return [renameColumn(op.column.text, context)];
    case "redefineColumn":
      return redefineColumn(op, context);
    case "setDefault":
    case "dropDefault":
      return only("change default or comment");
    case "setColumnOption":
      return columnOption(op);
    case "createIndex":
    case "addUnique":
      return createIndex(op, context);
    case "addPrimaryKey":
      return addPrimaryKey(op, context);
    case "addForeignKey":
      return addForeignKey(op, context);
    case "addCheck":
      return addCheck(op, context);
    case "alterConstraint":
      return only(op.enforced === false ? "drop check" : "enforce check");
    case "dropConstraint":
      return dropConstraint(op, context);
    case "dropIndex":
      return dropIndex(op, context);
    case "renameIndex":
      return only("rename index");
    case "alterIndex":
      return only("change visibility of index");
    case "renameTable":
      return op.command === "rename table" ? undefined : only("rename table");
    case "truncateTable":
      return only("truncate table");
    case "setTableOptions":
      return setTableOptions(op, context);
    case "convertCharset":
      return convertCharset(op, context);
    case "forceRebuild":
      return forceRebuild(op, context);
    case "orderRows":
      return only("order rows");
    case "alterPartitions":
      return alterPartitions(op, context);
    case "setSystemVersioning":
      return only(
        op.change === "add"
          ? "add system versioning"
          : op.change === "drop"
            ? "drop system versioning"
            : "add period",
      );
    case "setTableState":
      return only(/keys$/.test(op.state) ? "switch keys" : "change tablespace");
    default:
      return undefined;
  }
}
