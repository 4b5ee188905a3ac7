import type { Step } from "../../replay/step.ts";
import { notNullBlock } from "./constraints.ts";
import { heading, madeName, quote } from "./words.ts";

const deploy = heading("deploy the version that no longer uses it; then, in a later migration:");

/** NOT NULL with a constant default: stored in the catalogue, no row is touched. */
export function requiredColumn(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "addColumn") return undefined;
  const { name, type } = operation.column;
  return [
    heading("with a default, which is stored in the catalogue; no row is touched"),
    `ALTER TABLE ${operation.table.text} ADD COLUMN ${quote(name.text)} ${type.text} NOT NULL DEFAULT …;`,
    heading("once every writer sets it, a later migration may drop the default:"),
    `ALTER TABLE ${operation.table.text} ALTER COLUMN ${quote(name.text)} DROP DEFAULT;`,
  ].join("\n");
}

/** Nullable column, default for new rows, batches for old ones, NOT NULL by a CHECK. */
export function columnThenDefault(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "addColumn") return undefined;
  const { name, type, default: value, notNull } = operation.column;
  const table = operation.table.text;
  const column = quote(name.text);
  const text = value?.text ?? "…";
  return [
    `ALTER TABLE ${table} ADD COLUMN ${column} ${type.text};`,
    `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT ${text};`,
    heading("then old rows, in batches, outside of a transaction:"),
    batchLoop(table, `UPDATE ${table} SET ${column} = ${text} WHERE {range} AND ${column} IS NULL`),
    ...(notNull ? [notNullBlock(table, operation.table.name, name.text)] : []),
  ].join("\n");
}

/** serial or IDENTITY on an existing table: a sequence as default, batches, NOT NULL. */
export function sequenceColumn(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "addColumn") return undefined;
  const { name, type } = operation.column;
  const table = operation.table.text;
  const column = quote(name.text);
  const sequence = madeName(operation.table.name, name.text, "seq");
  return [
    `ALTER TABLE ${table} ADD COLUMN ${column} ${type.name};`,
    `CREATE SEQUENCE ${sequence} AS ${type.name} OWNED BY ${table}.${column};`,
    `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT nextval('${sequence}');`,
    heading("then old rows, in batches, outside of a transaction:"),
    batchLoop(
      table,
      `UPDATE ${table} SET ${column} = nextval('${sequence}') WHERE {range} AND ${column} IS NULL`,
    ),
    notNullBlock(table, operation.table.name, name.text),
  ].join("\n");
}

/** An ordinary column that a trigger fills. */
export function columnByTrigger(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "addColumn" || operation.column.generated === undefined) return undefined;
  const { name, type, generated } = operation.column;
  const table = operation.table.text;
  const column = quote(name.text);
  const trigger = madeName(operation.table.name, name.text);
  const expression = generated.expression.text;
  return [
    `ALTER TABLE ${table} ADD COLUMN ${column} ${type.text};`,
    heading(`a BEFORE INSERT OR UPDATE trigger ${trigger} that sets NEW.${column} from ${expression};`),
    heading("then old rows, in batches, outside of a transaction:"),
    batchLoop(table, `UPDATE ${table} SET ${column} = ${expression} WHERE {range}`),
  ].join("\n");
}

/** Another column of the new type, kept by a trigger, then an exchange of names. */
export function typeByNewColumn(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "changeColumnType") return undefined;
  const table = operation.table.text;
  const column = operation.column.text;
  const next = quote(`${column}_new`);
  const value = operation.using?.text ?? quote(column);
  return [
    `ALTER TABLE ${table} ADD COLUMN ${next} ${operation.type.text};`,
    heading(`a BEFORE INSERT OR UPDATE trigger that sets NEW.${next} from NEW.${quote(column)};`),
    heading("then old rows, in batches, outside of a transaction:"),
    batchLoop(table, `UPDATE ${table} SET ${next} = ${value} WHERE {range}`),
    heading(
      "then indexes CONCURRENTLY and NOT NULL by a CHECK, and in one transaction, the trigger now backwards:",
    ),
    `ALTER TABLE ${table} RENAME COLUMN ${quote(column)} TO ${quote(`${column}_old`)};`,
    `ALTER TABLE ${table} RENAME COLUMN ${next} TO ${quote(column)};`,
    heading(`drop ${quote(`${column}_old`)} in a later migration`),
  ].join("\n");
}

/** Expand and contract: both names side by side while both versions of the application run. */
export function renameByNewColumn(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "renameColumn") return undefined;
  const table = operation.table.text;
  const [from, to] = [quote(operation.column.text), quote(operation.to.text)];
  const found = step.before.column(operation.table, operation.column.text);
  const type = (found.is === "present" ? found.value.type?.text : undefined) ?? "…";
  return [
    `ALTER TABLE ${table} ADD COLUMN ${to} ${type};`,
    heading(`a BEFORE INSERT OR UPDATE trigger that keeps ${from} and ${to} equal, whichever is written`),
    heading("then old rows, in batches, outside of a transaction:"),
    batchLoop(table, `UPDATE ${table} SET ${to} = ${from} WHERE {range} AND ${to} IS DISTINCT FROM ${from}`),
    heading(`deploy the version that uses only ${to}; then drop the trigger and ${from} in one transaction`),
  ].join("\n");
}

/** Say so first, drop a release later. */
export function deprecateColumn(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "dropColumn") return undefined;
  const table = operation.table.text;
  const column = quote(operation.column.text);
  return [
    `ALTER TABLE ${table} ALTER COLUMN ${column} DROP NOT NULL;`,
    `COMMENT ON COLUMN ${table}.${column} IS 'deprecated: not read since …';`,
    deploy,
    `ALTER TABLE ${table} DROP COLUMN ${column};`,
  ].join("\n");
}

/** A DO block that walks the key in ranges and commits each; `{range}` in the statement stands for its condition. */
export function batchLoop(table: string, statement: string): string {
  const ranged = statement.replace("{range}", "id > lo AND id <= lo + 4000");
  return [
    "DO $$",
    "DECLARE lo bigint := 0; top bigint;",
    "BEGIN",
    `  SELECT coalesce(max(id), 0) INTO top FROM ${table};`,
    "  WHILE lo < top LOOP",
    `    ${ranged};`,
    "    lo := lo + 4000;",
    "    COMMIT;",
    "  END LOOP;",
    "END $$;",
  ].join("\n");
}
