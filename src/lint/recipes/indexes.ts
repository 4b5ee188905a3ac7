import type { Step } from "../../replay/step.ts";
import { concurrentBlock, heading, madeName, outsideTransaction, quote, textOf, withWord } from "./words.ts";

/** CREATE INDEX CONCURRENTLY, safe to run again; on a partitioned table partition by partition. */
export function concurrentIndex(step: Step): string | undefined {
  const { operation, before } = step;
  if (operation.kind !== "createIndex") return undefined;
  const table = before.relation(operation.table);
  if (table.is === "present" && table.value.partitionBy !== undefined)
    return partitionedIndex(step, table.value.children);
  const cleanUp =
    operation.name === undefined ? undefined : `DROP INDEX CONCURRENTLY IF EXISTS ${operation.name.text};`;
  if (operation.concurrently) return concurrentBlock(step, `${textOf(step, operation.span)};`, cleanUp);
  return concurrentBlock(step, withWord(step, operation.afterKeyword, "CONCURRENTLY"), cleanUp);
}

function partitionedIndex(step: Step, partitions: readonly string[]): string | undefined {
  const { operation } = step;
  if (operation.kind !== "createIndex") return undefined;
  const parent = operation.name?.text ?? madeName(operation.table.name, "idx");
  const after = step.script.text.slice(operation.table.span.end, operation.span.end);
  const unique = operation.unique ? "UNIQUE " : "";
  const first = partitions[0]?.split(".").at(-1) ?? "each_partition";
  const partition = madeName(first, "idx");
  return [
    heading("an empty index on the parent; then, for each partition:"),
    `CREATE ${unique}INDEX ${parent} ON ONLY ${operation.table.text}${after};`,
    outsideTransaction(step),
    `CREATE ${unique}INDEX CONCURRENTLY ${partition} ON ${quote(first)}${after};`,
    heading("and in a later migration:"),
    `ALTER INDEX ${parent} ATTACH PARTITION ${partition};`,
  ].join("\n");
}

export function concurrentDropIndex(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "dropIndex") return undefined;
  return concurrentBlock(step, `DROP INDEX CONCURRENTLY IF EXISTS ${operation.index.text};`);
}

export function concurrentReindex(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "reindex") return undefined;
  return concurrentBlock(step, withWord(step, operation.afterKeyword, "CONCURRENTLY"));
}

/** UNIQUE or PRIMARY KEY from an index that was built concurrently. */
export function constraintUsingIndex(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "addUnique" && operation.kind !== "addPrimaryKey") return undefined;
  const primary = operation.kind === "addPrimaryKey";
  const columns = operation.columns.map(({ text }) => text);
  const suffix = primary ? ["pkey"] : [...columns, "key"];
  const name = quote(operation.name?.text ?? [operation.table.name, ...suffix].join("_").slice(0, 63));
  const list = columns.map(quote).join(", ");
  const table = operation.table.text;
  const build = `CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${table} (${list});`;
  return [
    concurrentBlock(step, build, `DROP INDEX CONCURRENTLY IF EXISTS ${name};`),
    heading("then, in the next migration:"),
    `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${primary ? "PRIMARY KEY" : "UNIQUE"} USING INDEX ${name};`,
  ].join("\n");
}
