import type { Step } from "../../replay/step.ts";
import type { QualifiedName } from "../../model/names.ts";
import {
  concurrentBlock,
  firstPartition,
  mayBeEscaped,
  heading,
  madeName,
  notNullBlock,
  quote,
  textOf,
  withWord,
} from "./words.ts";

/** CREATE INDEX CONCURRENTLY, safe to run again; on a partitioned table partition by partition. */
export function concurrentIndex(step: Step): string | undefined {
  const { operation, before } = step;
  if (operation.kind !== "createIndex" || mayBeEscaped(step)) return undefined;
  const table = before.relation(operation.table);
  if (table.is === "present" && table.value.partitionBy !== undefined) return partitionedIndex(step);
  const cleanUp =
    operation.name === undefined ? undefined : `DROP INDEX CONCURRENTLY IF EXISTS ${operation.name.text};`;
  if (operation.concurrently) return concurrentBlock(step, `${textOf(step, operation.span)};`, cleanUp);
  return concurrentBlock(step, withWord(step, operation.afterKeyword, "CONCURRENTLY"), cleanUp);
}

function partitionedIndex(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "createIndex") return undefined;
  const parent = operation.name?.text ?? madeName(operation.table.name, "idx");
  const after = step.script.text.slice(operation.table.span.end, operation.span.end);
  const unique = operation.unique ? "UNIQUE " : "";
  const first = firstPartition(step, operation.table);
  const partition = ofPartition(parent, operation.table, first);
  const create = `CREATE ${unique}INDEX CONCURRENTLY ${partition} ON ${first}${after};`;
  return [
    heading("an empty index on the parent:"),
    `CREATE ${unique}INDEX ${parent} ON ONLY ${operation.table.text}${after};`,
    heading("then for each partition:"),
    concurrentBlock(step, create, `DROP INDEX CONCURRENTLY IF EXISTS ${partition};`),
    heading("and in a later migration:"),
    `ALTER INDEX ${parent} ATTACH PARTITION ${partition};`,
  ].join("\n");
}

/** The name of a partitioned table's object, made that of a partition's. */
function ofPartition(name: string, table: QualifiedName, partition: string): string {
  const bare = partition.slice(partition.lastIndexOf(".") + 1).replaceAll('"', "");
  const plain = name.slice(name.lastIndexOf(".") + 1).replaceAll('"', "");
  return plain.includes(table.name) ? madeName(plain.replace(table.name, bare)) : madeName(bare, plain);
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
  const { operation, before } = step;
  if (operation.kind !== "addUnique" && operation.kind !== "addPrimaryKey") return undefined;
  const { table } = operation;
  const primary = operation.kind === "addPrimaryKey";
  const columns = operation.columns.map(({ text }) => text);
  const suffix = primary ? ["pkey"] : [...columns, "key"];
  const name = operation.name === undefined ? madeName(table.name, ...suffix) : quote(operation.name.text);
  const kind = primary ? "PRIMARY KEY" : "UNIQUE";
  const relation = before.relation(table);
  const partitioned = relation.is === "present" && relation.value.partitionBy !== undefined;
  const target = partitioned ? firstPartition(step, table) : table.text;
  const index = partitioned ? ofPartition(name, table, target) : name;
  const nullable = primary
    ? columns.filter((column) => {
        const found = before.column(table, column);
        return found.is !== "present" || found.value.notNull !== "yes";
      })
    : [];
  const list = `(${columns.map(quote).join(", ")})`;
  const rest = [
    ...(operation.include.length > 0
      ? [` INCLUDE (${operation.include.map(({ text }) => quote(text)).join(", ")})`]
      : []),
    ...(operation.kind === "addUnique" && operation.nullsNotDistinct ? [" NULLS NOT DISTINCT"] : []),
  ].join("");
  const dropped = step.statement.operations.find((other) => other.kind === "dropConstraint");
  const replaced =
    primary && dropped?.kind === "dropConstraint" ? `DROP CONSTRAINT ${quote(dropped.name.text)}, ` : "";
  const deferrable = operation.deferrable ? " DEFERRABLE" : "";
  const build = `CREATE UNIQUE INDEX CONCURRENTLY ${index} ON ${target} ${list}${rest};`;
  return [
    ...(partitioned ? [heading("for each partition:")] : []),
    concurrentBlock(step, build, `DROP INDEX CONCURRENTLY IF EXISTS ${index};`),
    ...nullable.map((column) => notNullBlock(target, table.name, column)),
    heading("then, in the next migration:"),
    `ALTER TABLE ${target} ${replaced}ADD CONSTRAINT ${index} ${kind} USING INDEX ${index}${deferrable};`,
    ...(partitioned
      ? [
          heading("in the end, on the parent, which takes them over and builds nothing:"),
          `ALTER TABLE ${table.text} ADD CONSTRAINT ${name} ${kind} ${list}${deferrable};`,
        ]
      : []),
  ].join("\n");
}
