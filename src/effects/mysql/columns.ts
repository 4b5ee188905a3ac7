/** ADD, DROP and RENAME COLUMN, and MODIFY and CHANGE part by part. */
import { hasNoImplicitDefault } from "../../model/implicit-defaults.ts";
import type { AddColumn, DropColumn, RedefineColumn, SetColumnOption } from "../../model/operation.ts";
import type { Column } from "../../schema/model.ts";
import type { Change, ChangeKind } from "./change.ts";
import type { StatementContext } from "./statement-context.ts";
import { typeChanges } from "./types.ts";

const only = (kind: ChangeKind): readonly Change[] => [{ kind }];

export function addColumn(op: AddColumn, context: StatementContext): readonly Change[] {
  const { name, generated, mysql, default: expression } = op.column;
  if (op.ifNotExists && context.column(name.text) !== undefined) return only("nothing");
  if (mysql?.row !== undefined) return only("add STORED column");
  if (generated?.stored === true) return only("add STORED column");
  // A partitioned table is copied (MySQL manual, "Generated Column Operations"; measured).
  if (generated !== undefined)
    return only(context.isPartitioned ? "add STORED column" : "add VIRTUAL column");
  if (mysql?.autoIncrement === true) return only("add AUTO_INCREMENT column");
  if (expression !== undefined && isComputed(expression.text)) {
    if (expression.columns.length > 0) return only("add column with volatile default");
    const isVolatile =
      expression.functions.some((f) => f.name.toLowerCase() !== "rand") &&
      expression.volatility === "volatile";
    return only(isVolatile ? "add column with volatile default" : "add column with expression default");
  }
  if (!context.isMariaDb && hasNoImplicitDefault(op.column))
    return only("add column without implicit default");
  return only(isLast(op, context) ? "add column last" : "add column in between");
}

/** In parentheses: not a literal, nor CURRENT_TIMESTAMP. */
const isComputed = (text: string): boolean => text.trim().startsWith("(") || /^uuid\s*\(/i.test(text.trim());

function isLast(op: AddColumn, context: StatementContext): boolean {
  const position = op.column.mysql?.position?.value;
  if (position === undefined) return true;
  if (position === "first") return false;
  return context.relation?.columns.at(-1)?.name === position.text;
}

export function dropColumn(op: DropColumn, context: StatementContext): readonly Change[] {
  const name = op.column.text;
  const column = context.column(name);
  if (column === undefined && op.columnIfExists) return only("nothing");
  const kind: ChangeKind =
    column?.generated === undefined
      ? "drop column"
      : column.generated.stored
        ? "drop STORED column"
        : "drop VIRTUAL column";
  // A partitioned table is copied, as for adding one (MySQL manual; measured).
  if (kind === "drop VIRTUAL column" && context.isPartitioned) return only("add STORED column");
  const changes: Change[] = [{ kind }];
  for (const index of context.indexesWith(name)) {
    if (index === context.primaryKey) changes.push({ kind: "drop column of the primary key" });
    if (context.dropped.has(index.name)) continue;
    const remains = index.elements.some(
      (e) => e.column === undefined || !context.droppedColumns.has(e.column),
    );
    changes.push({ kind: remains ? "drop column of a remaining index" : "drop index" });
  }
  return changes;
}

export function renameColumn(name: string, context: StatementContext): Change {
  const isReferenced = context.schema
    .foreignKeysTo(context.key)
    .some(({ constraint }) => constraint.referencedColumns.includes(name));
  return { kind: isReferenced ? "rename referenced column" : "rename column" };
}

export function columnOption(op: SetColumnOption): readonly Change[] {
  return only(op.option === "visibility" ? "change visibility of column" : "change default or comment");
}

/** MODIFY and CHANGE: everything that differs from the definition before. */
export function redefineColumn(op: RedefineColumn, context: StatementContext): readonly Change[] {
  const { definition, column: name } = op;
  const column = context.column(name.text);
  if (column === undefined && op.columnIfExists === true) return only("nothing");
  const changes: Change[] = [];
  if (definition.name.text !== name.text) changes.push(renameColumn(name.text, context));
  if (definition.mysql?.position !== undefined && moves(op, context))
    changes.push({ kind: column?.generated === undefined ? "move column" : "move generated column" });
  if (column?.type === undefined) {
    context.guessed = true;
    return [...changes, { kind: "change type" }];
  }
  if (column.generated !== undefined || definition.generated !== undefined)
    return [...changes, ...generatedChanges(op, column, context)];
  changes.push(...typeChanges(definition, column, context));
  changes.push(...nullChanges(definition.notNull, column, context));
  const wasCounting = column.mysql?.autoIncrement === true;
  if (definition.mysql?.autoIncrement === true && !wasCounting)
    changes.push({ kind: "turn AUTO_INCREMENT on" });
  // MariaDB forgets it; MySQL copies the table (measured on 9.7).
  if (wasCounting && definition.mysql?.autoIncrement !== true && !context.isMariaDb)
    changes.push({ kind: "change type" });
  if ((definition.mysql?.visible ?? true) !== (column.mysql?.visible ?? true))
    changes.push({ kind: "change visibility of column" });
  if (definition.mysql?.versioned !== undefined) changes.push({ kind: "change system versioning of column" });
  if (isCompressed(definition.mysql) !== isCompressed(column.mysql)) changes.push({ kind: "change type" });
  return changes.length === 0 ? only("change default or comment") : changes;
}

const isCompressed = (mysql: Column["mysql"]): boolean =>
  mysql?.attributes?.some((attribute) => attribute.startsWith("compressed")) === true;

/** AFTER the column that it follows already moves nothing. */
function moves(op: RedefineColumn, context: StatementContext): boolean {
  const position = op.definition.mysql?.position?.value;
  const columns = context.relation?.columns ?? [];
  const at = columns.findIndex((c) => c.name === op.column.text);
  if (position === undefined || at < 0) return position !== undefined;
  return position === "first" ? at !== 0 : columns[at - 1]?.name !== position.text;
}

export function nullChanges(notNull: boolean, column: Column, context: StatementContext): readonly Change[] {
  // The primary key keeps its columns NOT NULL, whatever MODIFY says.
  const isKey = context.primaryKey?.elements.some((e) => e.column === column.name) === true;
  if (isKey || column.notNull === "unknown" || (column.notNull === "yes") === notNull) return [];
  if (!notNull) return only(context.rowFormat === "redundant" ? "make NULL in REDUNDANT" : "make NULL");
  if (!context.isMariaDb && !context.isStrict) return only("make NOT NULL, not strict");
  // MariaDB turns NULL into the moment there: row by row (measured).
  if (context.isMariaDb && column.type?.name === "timestamp") return only("change type");
  const isComputed = context.hasStoredColumn || context.hasIndexedVirtualColumn;
  return only(isComputed ? "make NOT NULL below a generated column" : "make NOT NULL");
}

const bare = (text: string | undefined): string | undefined =>
  text
    ?.toLowerCase()
    .replaceAll(/[\s`]/g, "")
    .replace(/^\((.*)\)$/, "$1");

function generatedChanges(op: RedefineColumn, column: Column, context: StatementContext): readonly Change[] {
  const { generated: now, type } = op.definition;
  const was = column.generated;
  if (now === undefined || was === undefined || now.stored !== was.stored)
    return only("change STORED expression");
  if (column.type?.name !== type.name || column.type.unsigned !== type.unsigned)
    return only("change generated type");
  const isSame = bare(now.expression.text) === bare(was.expression.text);
  if (now.stored) return only(isSame ? "keep STORED column" : "change STORED expression");
  // MariaDB copies the table for any MODIFY or CHANGE of an indexed one (measured).
  const isIndexed = context.indexesWith(column.name).length > 0;
  if (isIndexed && context.isMariaDb) return only("change indexed VIRTUAL expression");
  if (isSame)
    return typeChanges(op.definition, column, context).length > 0
      ? typeChanges(op.definition, column, context)
      : only("change default or comment");
  return only(isIndexed ? "change indexed VIRTUAL expression" : "change VIRTUAL expression");
}
