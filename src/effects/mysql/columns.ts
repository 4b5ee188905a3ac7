/** ADD, DROP and RENAME COLUMN, and MODIFY and CHANGE part by part. */
import type { AddColumn, DropColumn, RedefineColumn, SetColumnOption } from "../../model/operation.ts";
import type { Column } from "../../schema/model.ts";
import type { Change, ChangeKind } from "./change.ts";
import type { Scene } from "./statement-context.ts";
import { typeChanges } from "./types.ts";

const only = (kind: ChangeKind): readonly Change[] => [{ kind }];

export function addColumn(op: AddColumn, scene: Scene): readonly Change[] {
  const { name, generated, mysql, default: expression } = op.column;
  if (op.ifNotExists && scene.column(name.text) !== undefined) return only("nothing");
  if (mysql?.row !== undefined) return only("add STORED column");
  if (generated?.stored === true) return only("add STORED column");
  // A partitioned table is copied (MySQL manual, "Generated Column Operations"; measured).
  if (generated !== undefined) return only(scene.isPartitioned ? "add STORED column" : "add VIRTUAL column");
  if (mysql?.autoIncrement === true) return only("add AUTO_INCREMENT column");
  if (expression !== undefined && isComputed(expression.text)) {
    if (expression.columns.length > 0) return only("add column with volatile default");
    const isVolatile =
      expression.functions.some((f) => f.name.toLowerCase() !== "rand") &&
      expression.volatility === "volatile";
    return only(isVolatile ? "add column with volatile default" : "add column with expression default");
  }
  return only(isLast(op, scene) ? "add column last" : "add column in between");
}

/** In parentheses: not a literal, nor CURRENT_TIMESTAMP. */
const isComputed = (text: string): boolean => text.trim().startsWith("(") || /^uuid\s*\(/i.test(text.trim());

function isLast(op: AddColumn, scene: Scene): boolean {
  const position = op.column.mysql?.position?.value;
  if (position === undefined) return true;
  if (position === "first") return false;
  return scene.relation?.columns.at(-1)?.name === position.text;
}

export function dropColumn(op: DropColumn, scene: Scene): readonly Change[] {
  const name = op.column.text;
  const column = scene.column(name);
  if (column === undefined && op.columnIfExists) return only("nothing");
  const kind: ChangeKind =
    column?.generated === undefined
      ? "drop column"
      : column.generated.stored
        ? "drop STORED column"
        : "drop VIRTUAL column";
  // A partitioned table is copied, as for adding one (MySQL manual; measured).
  if (kind === "drop VIRTUAL column" && scene.isPartitioned) return only("add STORED column");
  const changes: Change[] = [{ kind }];
  for (const index of scene.indexesWith(name)) {
    if (index === scene.primaryKey) changes.push({ kind: "drop column of the primary key" });
    if (scene.dropped.has(index.name)) continue;
    const remains = index.elements.some((e) => e.column === undefined || !scene.droppedColumns.has(e.column));
    changes.push({ kind: remains ? "drop column of a remaining index" : "drop index" });
  }
  return changes;
}

export function renameColumn(name: string, scene: Scene): Change {
  const isReferenced = scene.schema
    .foreignKeysTo(scene.key)
    .some(({ constraint }) => constraint.referencedColumns.includes(name));
  return { kind: isReferenced ? "rename referenced column" : "rename column" };
}

export function columnOption(op: SetColumnOption): readonly Change[] {
  return only(op.option === "visibility" ? "change visibility of column" : "change default or comment");
}

/** MODIFY and CHANGE: everything that differs from the definition before. */
export function redefineColumn(op: RedefineColumn, scene: Scene): readonly Change[] {
  const { definition, column: name } = op;
  const column = scene.column(name.text);
  if (column === undefined && op.columnIfExists === true) return only("nothing");
  const changes: Change[] = [];
  if (definition.name.text !== name.text) changes.push(renameColumn(name.text, scene));
  if (definition.mysql?.position !== undefined && moves(op, scene))
    changes.push({ kind: column?.generated === undefined ? "move column" : "move generated column" });
  if (column?.type === undefined) {
    scene.guessed = true;
    return [...changes, { kind: "change type" }];
  }
  if (column.generated !== undefined || definition.generated !== undefined)
    return [...changes, ...generatedChanges(op, column, scene)];
  changes.push(...typeChanges(definition, column, scene));
  changes.push(...nullChanges(definition.notNull, column, scene));
  const wasCounting = column.mysql?.autoIncrement === true;
  if (definition.mysql?.autoIncrement === true && !wasCounting)
    changes.push({ kind: "turn AUTO_INCREMENT on" });
  if ((definition.mysql?.visible ?? true) !== (column.mysql?.visible ?? true))
    changes.push({ kind: "change visibility of column" });
  if (definition.mysql?.versioned !== undefined) changes.push({ kind: "change system versioning of column" });
  if (isCompressed(definition.mysql) !== isCompressed(column.mysql)) changes.push({ kind: "change type" });
  return changes.length === 0 ? only("change default or comment") : changes;
}

const isCompressed = (mysql: Column["mysql"]): boolean =>
  mysql?.attributes?.some((attribute) => attribute.startsWith("compressed")) === true;

/** AFTER the column that it follows already moves nothing. */
function moves(op: RedefineColumn, scene: Scene): boolean {
  const position = op.definition.mysql?.position?.value;
  const columns = scene.relation?.columns ?? [];
  const at = columns.findIndex((c) => c.name === op.column.text);
  if (position === undefined || at < 0) return position !== undefined;
  return position === "first" ? at !== 0 : columns[at - 1]?.name !== position.text;
}

export function nullChanges(notNull: boolean, column: Column, scene: Scene): readonly Change[] {
  // The primary key keeps its columns NOT NULL, whatever MODIFY says.
  const isKey = scene.primaryKey?.elements.some((e) => e.column === column.name) === true;
  if (isKey || column.notNull === "unknown" || (column.notNull === "yes") === notNull) return [];
  if (!notNull) return only(scene.rowFormat === "redundant" ? "make NULL in REDUNDANT" : "make NULL");
  if (!scene.isMariaDb && !scene.isStrict) return only("make NOT NULL, not strict");
  // MariaDB turns NULL into the moment there: row by row (measured).
  if (scene.isMariaDb && column.type?.name === "timestamp") return only("change type");
  const isComputed = scene.hasStoredColumn || scene.hasIndexedVirtualColumn;
  return only(isComputed ? "make NOT NULL below a generated column" : "make NOT NULL");
}

const bare = (text: string | undefined): string | undefined =>
  text
    ?.toLowerCase()
    .replaceAll(/[\s`]/g, "")
    .replace(/^\((.*)\)$/, "$1");

function generatedChanges(op: RedefineColumn, column: Column, scene: Scene): readonly Change[] {
  const { generated: now, type } = op.definition;
  const was = column.generated;
  if (now === undefined || was === undefined || now.stored !== was.stored)
    return only("change STORED expression");
  if (column.type?.name !== type.name || column.type.unsigned !== type.unsigned)
    return only("change generated type");
  const isSame = bare(now.expression.text) === bare(was.expression.text);
  if (now.stored) return only(isSame ? "keep STORED column" : "change STORED expression");
  // MariaDB copies the table for any MODIFY or CHANGE of an indexed one (measured).
  const isIndexed = scene.indexesWith(column.name).length > 0;
  if (isIndexed && scene.isMariaDb) return only("change indexed VIRTUAL expression");
  if (isSame)
    return typeChanges(op.definition, column, scene).length > 0
      ? typeChanges(op.definition, column, scene)
      : only("change default or comment");
  return only(isIndexed ? "change indexed VIRTUAL expression" : "change VIRTUAL expression");
}
