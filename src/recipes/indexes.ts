import type { Step } from "../replay/step.ts";
import type { QualifiedName } from "../model/names.ts";
import {
  concurrentBlock,
  firstPartition,
  mayBeEscaped,
  heading,
  madeName,
  mustBeAlone,
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
  const create = operation.concurrently
    ? `${textOf(step, operation.span)};`
    : withWord(step, operation.afterKeyword, "CONCURRENTLY");
  return concurrentBlock(step, create, cleanUp) + analyzeAfter(step);
}

/** Statistics of an expression exist only after ANALYZE; if the build has to be alone, it goes into another file. */
export function analyzeAfter(step: Step): string {
  const { operation } = step;
  const needed =
    operation.kind === "createIndex" &&
    !mustBeAlone(step) &&
    operation.elements.some(({ expression }) => expression !== undefined);
  return needed ? `\nANALYZE ${operation.table.text};` : "";
}

function partitionedIndex(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "createIndex") return undefined;
  const name = operation.name?.text ?? madeName(operation.table.name, "idx");
  const rest = step.script.text.slice(operation.table.span.end, operation.span.end);
  return onPartitions(step, operation.table, `CREATE ${operation.unique ? "UNIQUE " : ""}INDEX`, name, rest);
}

/** An index of a partitioned table: `create` without name, `rest` after the table's name. */
function onPartitions(step: Step, table: QualifiedName, create: string, name: string, rest: string): string {
  const first = firstPartition(step, table);
  const partition = ofPartition(name, table, first);
  return [
    heading("create an empty index on the parent:"),
    `${create} ${name} ON ONLY ${table.text}${rest};`,
    heading("then for each partition:"),
    concurrentBlock(
      step,
      `${create} CONCURRENTLY ${partition} ON ${first}${rest};`,
      `DROP INDEX CONCURRENTLY IF EXISTS ${partition};`,
    ),
    heading("and in a later migration:"),
    `ALTER INDEX ${name} ATTACH PARTITION ${partition};`,
  ].join("\n");
}

/** The index on the referencing columns of a foreign key. */
export function indexForKey(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "addForeignKey") return undefined;
  const { table } = operation;
  const columns = operation.columns.map(({ text }) => text);
  const name = madeName(table.name, ...columns, "idx");
  const rest = ` (${columns.map(quote).join(", ")})`;
  if (operation.within === "createTable" || step.createdHere(table) === "yes")
    return `CREATE INDEX ${name} ON ${table.text}${rest};`;
  const found = step.before.relation(table);
  if (found.is === "present" && found.value.partitionBy !== undefined)
    return onPartitions(step, table, "CREATE INDEX", name, rest);
  const cleanUp = `DROP INDEX CONCURRENTLY IF EXISTS ${name};`;
  return concurrentBlock(step, `CREATE INDEX CONCURRENTLY ${name} ON ${table.text}${rest};`, cleanUp);
}

/** The name of a partitioned table's object, adapted to a partition. */
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
          heading("finally on the parent, which takes them over and builds nothing:"),
          `ALTER TABLE ${table.text} ADD CONSTRAINT ${name} ${kind} ${list}${deferrable};`,
        ]
      : []),
  ].join("\n");
}
