/** Histories that keep their own books: each script writes a row about itself into a table of migrations. */
import type { Key } from "../../../model/names.ts";
import type { History, Migration } from "../../../project/migration.ts";
import { stripZeros } from "../../../project/version.ts";
import type { MigrationScope, Place, Step } from "../../step.ts";
import { tokenizers, type ScriptToken } from "../tokens.ts";

const usual =
  /^_?(?:(?:schema|db|database|app|applied|sql)_)?(?:migrations?|versions?|schema_history)(?:_(?:history|log|info))?$/;

const ownName = (key: Key): string => key.slice(key.indexOf(".") + 1);

/** A table that the SQL of a hand-made history itself writes its migrations into. */
export function trackingTableOf(history: History, steps: readonly Step[]): Key | undefined {
  if (!history.handMade) return undefined;
  for (const { operation, before } of steps) {
    if (operation.kind !== "insertRows") continue;
    const key = before.resolve(operation.table);
    const name = ownName(key);
    if (name !== "versions" && name !== "version" && usual.test(name)) return key;
  }
  return undefined;
}

export interface TrackingFault {
  readonly fault: "not inserted" | "inserts another" | "not deleted" | "deletes another";
  readonly table: string;
  readonly at: Place;
  /** The migration that is named instead, or what stands there if no migration has that name. */
  readonly other?: string | undefined;
  /** The statement that belongs there, if the table's columns are known. */
  readonly instead?: string | undefined;
}

/** What is wrong with the row; `table` is the one that earlier migrations, or this one, write to. */
export function trackingFaults(scope: MigrationScope, table: Key): readonly TrackingFault[] {
  const { migration, history, steps, downSteps } = scope;
  if (migration.kind !== "versioned" || migration.unread === true || migration.up.empty) return [];
  const shown = table.replace(/^public\./, "");
  const writes = (all: readonly Step[], kind: "insertRows" | "deleteRows"): readonly Step[] =>
    all.filter(
      ({ operation, before }) =>
        (operation.kind === kind || operation.kind === "updateRows" || operation.kind === "mergeRows") &&
        before.resolve(operation.table) === table,
    );
  const judge = (
    found: readonly Step[],
    script: Migration["up"],
    missing: TrackingFault["fault"],
    wrong: TrackingFault["fault"],
  ): readonly TrackingFault[] => {
    const instead = rowStatement(scope, table, missing);
    if (found.length === 0) return [{ fault: missing, table: shown, at: scope.startOf(script), instead }];
    const named = found.map((step) => ({ step, is: namedIn(step, history, migration) }));
    // A row of another migration is too much, also beside the own one.
    const another = named.find(({ is }) => typeof is === "object" && is.certain === true);
    if (another === undefined && named.some(({ is }) => is === "own" || is === "unknown")) return [];
    const { step, is } = another ?? named[0] ?? {};
    if (step === undefined || typeof is !== "object") return [];
    const at = { path: script.path, span: step.operation.head };
    return [{ fault: wrong, table: shown, at, other: is.other, instead }];
  };
  const faults = [...judge(writes(steps, "insertRows"), migration.up, "not inserted", "inserts another")];
  const { down } = migration;
  const dropped = downSteps.some(
    ({ operation, before }) => operation.kind === "dropTable" && before.resolve(operation.table) === table,
  );
  if (down !== undefined && !down.empty && downSteps.length > 0 && !dropped)
    faults.push(...judge(writes(downSteps, "deleteRows"), down, "not deleted", "deletes another"));
  return faults;
}

/** Columns that say which migration a row is about: by its number, or by its name. */
const byNumber = /^(?:migration_?)?(?:version|number|id|no)$/;
const byName = /^(?:migration|(?:migration_?|file_?|script_?)name|name|file|script)$/;
const isKeyColumn = (name: string): boolean => byNumber.test(name) || byName.test(name);

/** INSERT or DELETE of the migration's own row; undefined: the columns, or their values, aren't known. */
function rowStatement(
  { migration: { version, name }, before }: MigrationScope,
  table: Key,
  fault: TrackingFault["fault"],
): string | undefined {
  const found = before.relation(table);
  if (found.is !== "present") return undefined;
  const { columns, complete } = found.value;
  const filled = columns.filter(
    (one) =>
      !one.serial &&
      one.mysql?.autoIncrement !== true &&
      one.identity === undefined &&
      one.hasDefault === "no",
  );
  const column = filled.find((one) => byNumber.test(one.name)) ?? filled.find((one) => byName.test(one.name));
  const needed = filled.filter((one) => one !== column && one.notNull !== "no");
  if (!complete || column?.type === undefined || version === undefined || needed.length > 0) return undefined;
  const isText = /char|text/.test(column.type.name);
  const value = isText ? `'${byNumber.test(column.name) ? version : name}'` : stripZeros(version);
  const shown = table
    .replace(/^public\./, "")
    .split(".")
    .map((part) => before.dialect.names.spell(part))
    .join(".");
  const key = before.dialect.names.spell(column.name);
  return fault === "not inserted" || fault === "inserts another"
    ? `INSERT INTO ${shown} (${key}) VALUES (${value});`
    : `DELETE FROM ${shown} WHERE ${key} = ${value};`;
}

/** `own`; another migration, or a number or name that none has; or `unknown`: no literal says which. */
type Named =
  | "own"
  | "unknown"
  | {
      readonly other: string;
      /** It is another's whatever else is named. */
      readonly certain?: true | undefined;
    };

function namedIn({ statement, script, operation }: Step, history: History, own: Migration): Named {
  if (operation.called === true) return "unknown";
  const { start, end } = statement.span;
  const tokens = tokenizers[history.dialect](script.text, start, Math.min(end, start + 20_000));
  const columns = operation.kind === "insertRows" ? operation.columns.map(({ text }) => text) : [];
  const rows = columns.some(isKeyColumn) ? rowsOf(tokens) : [];
  const keys = rows.flat().filter(({ column }) => isKeyColumn(columns[column] ?? ""));
  const literals = rows.length > 0 ? keys.map(({ token }) => token) : tokens.filter(isLiteral);
  const values = literals.map(({ value }) => value);
  const isOwn = values.some((value) => names(own, value));
  if (operation.kind !== "insertRows" && operation.kind !== "deleteRows") return isOwn ? "own" : "unknown";
  if (operation.kind === "deleteRows" && tokens.some(({ value }) => bounds.has(value))) return "unknown";
  // A short number may be anything, such as a batch.
  const exact = values.filter((value) => value.length > 2 && !names(own, value));
  const another = history.migrations.find(({ version, name }) =>
    exact.some((value) => value === version || plain(value) === name),
  );
  // One row with two answers; several rows may record what ran before.
  const isCertain = operation.kind === "deleteRows" || (isOwn && rows.length === 1);
  if (another !== undefined && isCertain) return { other: another.name, certain: true };
  if (isOwn) return "own";
  if (operation.kind === "insertRows" && operation.query.relations.length > 0) return "unknown";
  const other = history.migrations.find((one) => values.some((value) => names(one, value)))?.name;
  const stray = other ?? values.find((value) => isLike(value, own));
  return stray === undefined ? "unknown" : { other: stray };
}

const isLiteral = ({ kind }: ScriptToken): boolean => kind === "string" || kind === "number";

/** With these a row is chosen in another way than by its name. */
const bounds: ReadonlySet<string> = new Set(["<", ">", "<=", ">=", "<>", "!=", "not", "between", "like"]);

interface Value {
  /** Position in its row, from 0. */
  readonly column: number;
  readonly token: ScriptToken;
}

/** The literals of each row of VALUES; none if the rows come from elsewhere. */
function rowsOf(tokens: readonly ScriptToken[]): readonly (readonly Value[])[] {
  const from = tokens.findIndex(({ kind, value }) => kind === "word" && /^values?$/i.test(value));
  const rows: Value[][] = [];
  let depth = 0;
  let column = 0;
  for (const token of from < 0 ? [] : tokens.slice(from + 1)) {
    if (isLiteral(token)) {
      if (depth === 1) rows.at(-1)?.push({ column, token });
      continue;
    }
    // ON CONFLICT, RETURNING and the like follow.
    if (depth === 0 && token.kind === "word") break;
    if (token.value === "(" && depth++ === 0) {
      rows.push([]);
      column = 0;
    } else if (token.value === ")") depth--;
    else if (token.value === "," && depth === 1) column++;
  }
  return rows;
}

const plain = (literal: string): string => literal.replace(/^.*\//s, "").replace(/\.sql$/i, "");

function names({ version, name, description }: Migration, literal: string): boolean {
  const bare = plain(literal);
  return (
    bare === name ||
    bare === description ||
    (version !== undefined &&
      (bare === version || (/^\d+$/.test(bare) && stripZeros(bare) === stripZeros(version))))
  );
}

/** It looks like this migration's number or name. */
function isLike(literal: string, { version = "" }: Migration): boolean {
  const [, digits] = /^(\d+)(?:[_-]+[a-z]\w*)?$/i.exec(plain(literal)) ?? [];
  return digits !== undefined && digits.length === version.length;
}
