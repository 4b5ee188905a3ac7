/** The safe ways on MySQL and MariaDB. */
import type { QualifiedName } from "../model/names.ts";
import { pieceOf } from "../replay/code-piece.ts";
import type { Step } from "../replay/step.ts";
import { indexInvolves } from "../schema/dependents.ts";
import { placeOf } from "../text/source-map.ts";
import { withoutSqlComments } from "../text/sql-comments.ts";
import { referencesClause } from "../schema/references.ts";
import { asked, beside, heading, instead, inWords, unusedColumn, type Advice } from "./advice.ts";
import { declaredBy, stateFirst, stillDeclared } from "./declared.ts";
import { addedAgain, isLess } from "./dropped-columns.ts";
import { failureCounts, timeoutForServer } from "./locks.ts";
import { columnsForView, columnsInWords, dropsBehindView, renamesBehind, viewLater } from "./view-columns.ts";
import { columnsBack, columnsBackLater } from "./ways-back.ts";
import { inBatches } from "./mysql-batches.ts";
import { deprecateTable } from "./mysql-dropped-tables.ts";
import { renameByNewColumn } from "./mysql-renamed-columns.ts";
import { requiredColumn } from "./mysql-required-columns.ts";
import { withListOf } from "./fills.ts";
import { optionalInMysql } from "./optional-columns.ts";
import { withNameLater } from "./renamed-behind.ts";
import { asksAfterFailure, beforeStatement } from "./tables.ts";
import { stayingSettings } from "./transactions.ts";
import { textOf } from "./words.ts";

function deprecateColumn(step: Step): Advice | undefined {
  const { operation, spell } = step;
  if (operation.kind !== "dropColumn") return undefined;
  const { table, column } = operation;
  // A statement wouldn't drop its foreign keys, as the call does.
  if (operation.call?.dropsKeys === true && !hasNoKey(step as Step<"dropColumn">)) return undefined;
  const again = columnsBack(step, [operation]);
  const optional = optionalInMysql(step as Step<"dropColumn">);
  const back = again.length > 0 ? again : columnAsItWas(step as Step<"dropColumn">, optional);
  return instead(
    // What is all that the migration does keeps its file, and runs a release later.
    step.script.code?.unit?.isSole === true &&
      step.script.transaction.codeSteps !== undefined &&
      declaredBy(step)?.isRead !== true
      ? heading("in a migration of the release before this one:")
      : [],
    heading(`ddlint-deprecated: ${table.text}.${spell(column)}`),
    optional,
    typeof optional === "string" ? [] : stateFirst(step),
    stillDeclared(step, "column", { nullable: typeof optional === "string" && optional.endsWith(" NULL;") }),
    {
      ...withNameLater(step, table, unusedColumn(step, table.text, spell(column))),
      ...(back === undefined ? {} : { undo: back }),
    },
    `ALTER TABLE ${table.text} DROP COLUMN ${spell(column)};`,
    columnsBackLater(step),
  );
}

/** What the type, NULL and the default say already. */
const inDefinition: ReadonlySet<string> = new Set(["definition", "defaultWritten", "nullWritten"]);

/**
 * Of a plain column without a way back, or whose way back the tool makes of the call alone, which names less of it than the
 * history knows. `optional`: what lets rows come without it first. Undefined: it isn't such a column.
 */
function columnAsItWas(step: Step<"dropColumn">, optional: unknown): readonly string[] | undefined {
  const { operation, before, spell } = step;
  const { table, column } = operation;
  const found = before.column(table, column.text);
  const again = addedAgain(step, operation);
  if (found.is !== "present" || (again !== undefined && !isLess(step, again, found))) return undefined;
  const {
    type,
    default: value,
    hasDefault,
    notNull,
    generated,
    collation,
    charset,
    mysql,
    comment,
  } = found.value;
  if (type === undefined || notNull === "unknown" || hasDefault === "unknown") return undefined;
  const isPlain =
    generated === undefined && collation === undefined && charset === undefined && comment === undefined;
  const hasMore = Object.entries(mysql ?? {}).some(
    ([name, one]) => !inDefinition.has(name) && (Array.isArray(one) ? one.length > 0 : one !== undefined),
  );
  // What has neither NULL nor a default gets the value of its type, which may not be allowed.
  const [, advised] = (typeof optional === "string" && / SET DEFAULT (.+);$/.exec(optional)) || [];
  const isFree = notNull === "no" || value !== undefined || advised !== undefined;
  if (!isPlain || hasMore || !isFree || (hasDefault === "yes") !== (value?.constant === true))
    return undefined;
  const isUsed =
    before.indexesOn(table).some((one) => indexInvolves(one, column.text)) ||
    !hasNoKey({ operation, before });
  if (isUsed) return undefined;
  const set = value?.text ?? (notNull === "yes" ? advised : undefined);
  const given = set === undefined ? "" : ` DEFAULT ${set}`;
  const required = notNull === "yes" ? " NOT NULL" : "";
  return [`ALTER TABLE ${table.text} ADD COLUMN ${spell(column)} ${type.text}${given}${required};`];
}

/** No foreign key is on the column, for certain. */
function hasNoKey({ operation, before }: Pick<Step<"dropColumn">, "operation" | "before">): boolean {
  const found = before.relation(operation.table);
  return (
    found.is === "present" &&
    found.value.complete &&
    !found.value.constraints.some(
      (one) => one.kind === "foreign key" && one.columns.includes(operation.column.text),
    )
  );
}

/**
 * The old name stays as a view. The rename commits by itself, so that a view which is made behind it comes too late for the
 * application: one that is made before, over an empty table with the new name, gets the old name in the same RENAME.
 */
function renameWithView(step: Step): Advice | undefined {
  const { operation, spell, statement } = step;
  if (operation.kind !== "renameTable") return undefined;
  const { toSchema, to } = operation;
  // Without its database it would be one of the session's.
  const written = toSchema === undefined ? "" : textOf(step, to.span).trim();
  const qualified = written.includes(".") ? written : `${spell(toSchema ?? "")}.${spell(to)}`;
  const [old, name] = [operation.table.text, toSchema === undefined ? spell(to) : qualified];
  const columns = renamesBehind(step).size > 0 ? columnsForView(step) : undefined;
  const shown = columnsForView(step, { isHere: true }) ?? "*";
  const behind = dropsBehindView(step);
  if (behind === undefined) return [inWords(viewLater)];
  const inOther = columnsInWords(step);
  if (inOther !== undefined) return [inWords(inOther)];
  const view = freeView(step, operation.table);
  const isAlone = statement.operations.length === 1;
  const dropped = `DROP VIEW ${old};`;
  const viewOf = (list = "*"): string => `CREATE VIEW ${old} AS SELECT ${list} FROM ${name};`;
  const back = `RENAME TABLE ${name} TO ${old};`;
  const rename =
    columns === undefined && isAlone && view !== undefined
      ? [
          heading("an empty table, so that the view can be made before the rename", {
            undo: [`RENAME TABLE ${old} TO ${view}, ${name} TO ${old};`, `DROP VIEW ${view};`],
          }),
          `CREATE TABLE ${name} LIKE ${old};`,
          `CREATE VIEW ${view} AS SELECT ${shown} FROM ${name};`,
          `DROP TABLE ${name};`,
          `RENAME TABLE ${old} TO ${name}, ${view} TO ${old};`,
        ]
      : [
          heading("until the view exists, statements that use the old name fail", {
            undo: columns === undefined ? [dropped, back] : [back],
          }),
          `RENAME TABLE ${old} TO ${name};`,
          ...(columns === undefined
            ? []
            : [heading("after the changes of its columns:", { after: "statement", undo: [dropped] })]),
          viewOf(columns ?? shown),
        ];
  return instead(
    ...rename,
    ...behind.leftOut,
    heading(
      "deploy the version that uses the new name; then, in a later migration, before anything else gets the old one:",
      {
        after: "deploy",
        deploy: `the version that uses ${name}`,
        ...(behind.dropped.length === 0
          ? { undo: [viewOf(columnsForView(step, { keepsAdded: false }))] }
          : {}),
      },
    ),
    dropped,
    ...behind.dropped,
  );
}

/** A name beside the table's for a view, quoted; undefined: it is taken. */
function freeView({ before, spell }: Step, table: QualifiedName): string | undefined {
  const name = `${table.name.slice(0, 59)}_view`;
  // Where the name may be taken, CREATE VIEW fails before anything is renamed.
  if (before.relation({ ...table, name }).is === "present") return undefined;
  return table.schema === undefined ? spell(name) : `${spell(table.schema)}.${spell(name)}`;
}

/** Both sides of a foreign key change their type while it is dropped. */
function typesTogether(step: Step): Advice | undefined {
  const { operation, before } = step;
  const holder = operation.kind === "redefineColumn" ? step.mysql.heldByForeignKey() : undefined;
  if (operation.kind !== "redefineColumn" || holder === undefined) return undefined;
  const found = before.constraint(holder.table, holder.constraint);
  if (found.is !== "present" || found.value.kind !== "foreign key") return undefined;
  const { columns, references, referencedColumns } = found.value;
  const [child, parent] = [step.show(holder.table), step.show(references)];
  const constraint = step.spell(holder.constraint);
  const list = (names: readonly string[]): string => `(${names.map((name) => step.spell(name)).join(", ")})`;
  const reference = referencesClause(found.value, { list, show: (key) => step.show(key) });
  // The pair that the column belongs to, on whichever side it stands.
  const at = Math.max(
    0,
    columns.indexOf(operation.column.text),
    referencedColumns.indexOf(operation.column.text),
  );
  const { mysql: details, type } = operation.definition;
  const own = details === undefined ? type.text : textOf(step, details.definition).trim();
  const isChild =
    step.before.resolve(operation.table) === holder.table && columns.includes(operation.column.text);
  const retyped = (names: readonly string[], isOwn: boolean): string =>
    `MODIFY ${step.spell(names[at] ?? "")} ${isOwn ? own : `${type.text} <rest of its definition>`}`;
  return instead(
    `ALTER TABLE ${child} DROP FOREIGN KEY ${constraint};`,
    `ALTER TABLE ${parent} ${retyped(referencedColumns, !isChild)};`,
    `ALTER TABLE ${child} ${retyped(columns, isChild)};`,
    `ALTER TABLE ${child} ADD CONSTRAINT ${constraint} ${reference};`,
  );
}

/** Rows that a unique key refuses once its text has another collation. Undefined: no key has text, or it isn't known. */
function findColliding(step: Step): Advice | undefined {
  const { operation, before, spell, show } = step;
  if (operation.kind !== "convertCharset") return undefined;
  const found = before.relation(operation.table);
  if (found.is !== "present" || !found.value.complete) return undefined;
  const { columns, constraints } = found.value;
  const isText = (name: string): boolean =>
    /char$|text$|^enum$|^set$/.test(columns.find((column) => column.name === name)?.type?.name ?? "");
  const keys = [
    ...constraints.flatMap((one) =>
      one.kind === "primary key" || one.kind === "unique" ? [one.columns] : [],
    ),
    ...before
      .indexesOn(operation.table)
      .filter(({ unique }) => unique)
      .map(({ elements }) => elements.flatMap(({ column }) => column ?? [])),
  ].filter((key) => key.some(isText));
  const different = [...new Map(keys.map((key) => [key.join(), key])).values()];
  if (different.length === 0)
    return [
      inWords(
        "no unique key of it has text: compare the collations of columns that it is joined on, and convert those tables with it",
      ),
    ];
  const charset = operation.charset ?? "utf8mb4";
  const collated = (name: string): string =>
    !isText(name)
      ? spell(name)
      : operation.collation === undefined
        ? `CONVERT(${spell(name)} USING ${charset})`
        : `CONVERT(${spell(name)} USING ${charset}) COLLATE ${operation.collation}`;
  return asked(
    "until these find no rows",
    ...different.map((key) => {
      const list = key.map(collated).join(", ");
      return `SELECT ${list}, COUNT(*) FROM ${show(operation.table)} GROUP BY ${list} HAVING COUNT(*) > 1;`;
    }),
  );
}

/** Makes the index invisible first, and drops it in a later migration. */
function hideIndex(step: Step): Advice | undefined {
  const { operation, spell, before } = step;
  if (operation.kind !== "dropIndex" || operation.onTable === undefined) return undefined;
  const [table, index] = [operation.onTable.text, spell(operation.index.written ?? operation.index.name)];
  const [hidden, shown] = before.dialect.isMariaDb ? ["IGNORED", "NOT IGNORED"] : ["INVISIBLE", "VISIBLE"];
  return instead(
    { heading: [], undo: [`ALTER TABLE ${table} ALTER INDEX ${index} ${shown};`] },
    `ALTER TABLE ${table} ALTER INDEX ${index} ${hidden};`,
    heading(`if queries become slow: ALTER INDEX ${index} ${shown}; otherwise, in a later migration:`, {
      undo: indexAgain(step as Step<"dropIndex">),
    }),
    `ALTER TABLE ${table} DROP INDEX ${index};`,
  );
}

/** As the migration's own way back makes it, or as it was. Undefined: that isn't known. */
function indexAgain({ operation, before, scope, spell }: Step<"dropIndex">): readonly string[] | undefined {
  const { index, onTable } = operation;
  if (onTable === undefined) return undefined;
  const own = scope.downSteps.find(
    (one) =>
      one.operation.kind === "createIndex" &&
      one.operation.name?.name === index.name &&
      one.before.resolve(one.operation.table) === before.resolve(onTable),
  );
  if (own?.statement.operations.length === 1) return [`${textOf(own, own.statement.span)};`];
  const found = before.indexesOn(onTable).find(({ name }) => name === index.name);
  if (found === undefined || found.method !== "btree" || found.mysql !== undefined) return undefined;
  const columns = found.elements.map(({ column, written, length, descending }) =>
    column === undefined
      ? undefined
      : `${spell(written ?? column)}${length === undefined ? "" : `(${length})`}${descending ? " DESC" : ""}`,
  );
  if (columns.length === 0 || columns.includes(undefined)) return undefined;
  const kind = found.unique ? "UNIQUE INDEX" : "INDEX";
  return [`CREATE ${kind} ${spell(index.written ?? index.name)} ON ${onTable.text} (${columns.join(", ")});`];
}

const settingBack = (step: Step): Advice =>
  beside(
    heading("at the end of the file", { after: "statement" }),
    ...stayingSettings(step).names.map((name) => `SET ${name} = DEFAULT;`),
  );

const withLockTimeout = (step: Step): Advice =>
  timeoutForServer(step) ??
  beside(
    ...failureCounts(step),
    heading(
      `${beforeStatement(step)}${isAlone(step) ? ", in a call of its own, as the driver sends one statement at a time" : ""}; or, if the connection sets it already, state lockTimeout in the configuration${asksAfterFailure(step)}`,
    ),
    "SET SESSION lock_wait_timeout = 5;",
  );

/**
 * A call in code sends the file as one text, and it holds nothing else: two statements in one text are refused by the
 * drivers of Node unless the connection sets `multipleStatements`.
 */
function isAlone({ script, statement }: Step): boolean {
  const { rawCall, sends } = script.transaction;
  const piece = pieceOf(script, statement);
  const part = piece?.part ?? (sends === "text" ? script.part : undefined);
  if (rawCall === undefined || part === undefined || piece?.splits === true) return false;
  const { start, end } = statement.span;
  // What code itself says has calls of its own anyway.
  if (script.code !== undefined && placeOf(script.code.map, statement.span)?.path === script.path)
    return false;
  const rest = `${script.text.slice(part.start, start)}\n${script.text.slice(end, part.end)}`;
  return withoutSqlComments(rest).replaceAll(";", "").trim() === "";
}

const orOnDuplicateKey = (): string =>
  "`INSERT IGNORE`, or `ON DUPLICATE KEY UPDATE` where the given values must win.";

function withColumns(step: Step): Advice | undefined {
  const { operation, before } = step;
  if (operation.kind !== "insertRows") return undefined;
  const found = before.relation(operation.table);
  if (found.is !== "present" || !found.value.complete) return undefined;
  const columns = found.value.columns.filter(({ mysql }) => mysql?.visible !== false);
  const listed = `${operation.table.text} (${columns.map((column) => before.spell(column)).join(", ")})`;
  return withListOf(step) ?? instead(`INSERT INTO ${listed} <values or query>;`);
}

export const mysql = {
  deprecateColumn,
  deprecateTable,
  requiredColumn,
  renameWithView,
  renameByNewColumn,
  inBatches,
  typesTogether,
  findColliding,
  hideIndex,
  settingBack,
  withLockTimeout,
  withColumns,
  orOnDuplicateKey,
};
