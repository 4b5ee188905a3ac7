/** What concerns the table as a whole, and its partitions. */
import type {
  AlterPartitions,
  ConvertCharset,
  ForceRebuild,
  SetTableOptions,
} from "../../model/operation.ts";
import { charsetName, collationName, isString } from "../../schema/apply/mysql/charset.ts";
import type { Change, ChangeKind } from "./change.ts";
import type { StatementContext } from "./statement-context.ts";
import { charsetChanges } from "./types.ts";

export function setTableOptions(op: SetTableOptions, context: StatementContext): readonly Change[] {
  return op.options.map(({ name, value }) => ({
    kind: optionKind(name, (value ?? "").toLowerCase(), context),
  }));
}

function optionKind(name: string, value: string, context: StatementContext): ChangeKind {
  switch (name) {
    case "engine":
      return value === context.engine ? rebuild(context) : "change engine";
    case "row_format":
    case "key_block_size":
      return "change ROW_FORMAT";
    case "page_compressed":
      return isOn(value) === isOn(context.option(name) ?? "0")
        ? "change table option"
        : "change storage option";
    case "encrypted":
    case "tablespace":
      return "change storage option";
    case "encryption":
      return value === (context.option("encryption") ?? "n") ? "change table option" : "encrypt";
    case "auto_increment":
      return "change AUTO_INCREMENT value";
    case "charset":
    case "collate":
      return "change default charset";
    default:
      return "change table option";
  }
}

const isOn = (value: string): boolean => !/^'?(?:0|off|no)'?$/i.test(value);

const rebuild = (context: StatementContext): ChangeKind =>
  context.keepsFulltext ? "rebuild with FULLTEXT index" : "rebuild";

export const forceRebuild = (op: ForceRebuild, context: StatementContext): readonly Change[] => [
  { kind: op.command === "optimize" ? "optimize table" : rebuild(context) },
];

export function convertCharset(op: ConvertCharset, context: StatementContext): readonly Change[] {
  const charset = op.charset === undefined ? undefined : charsetName(op.charset);
  const collation = op.collation === undefined ? undefined : collationName(op.collation);
  if (context.relation === undefined) {
    context.guessed = true;
    return [{ kind: "change type" }];
  }
  const changes = context.relation.columns
    .filter(({ type }) => isString(type))
    .flatMap((column) => charsetChanges(column, { charset, collation }, context));
  return changes.length === 0 ? [{ kind: "change default charset" }] : changes;
}

const partitionKinds: Readonly<Record<AlterPartitions["change"], ChangeKind>> = {
  "partition by": "partition by",
  "remove partitioning": "remove partitioning",
  add: "add partition",
  drop: "drop partition",
  truncate: "truncate partition",
  reorganize: "reorganize partition",
  coalesce: "coalesce partition",
  exchange: "exchange partition",
  rebuild: "rebuild partition",
  optimize: "optimize partition",
  analyze: "analyze partition",
  check: "analyze partition",
  repair: "analyze partition",
  discard: "change tablespace",
  import: "change tablespace",
  convert: "change tablespace",
};

export function alterPartitions(op: AlterPartitions, context: StatementContext): readonly Change[] {
  const strategy = context.relation?.partitionBy?.strategy;
  const isHash =
    strategy === "hash" || strategy === "key" || (strategy === undefined && op.count !== undefined);
  if (op.guarded === true && context.relation?.partitionBy?.partitions !== undefined) {
    const there = new Set(context.relation.partitionBy.partitions.map(({ name }) => name.text));
    const named = (op.definitions?.map(({ name }) => name) ?? op.partitions ?? []).map(({ text }) => text);
    const isDone = named.every((name) => there.has(name) === (op.change === "add"));
    if (isDone) return [{ kind: "analyze partition" }];
  }
  return [{ kind: op.change === "add" && isHash ? "add hash partition" : partitionKinds[op.change] }];
}
