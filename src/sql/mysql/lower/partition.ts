/** PARTITION BY, definitions of partitions, and what ALTER TABLE does with them. */
import { isPlaceholder, type Name } from "../../../model/names.ts";
import type {
  AlterPartitions,
  PartitionDefinition,
  PartitionKey,
  StorageParameter,
} from "../../../model/operation.ts";
import type { Expression } from "../../../model/expression.ts";
import type { Cursor } from "../cursor.ts";
import { expressionOf } from "./expression.ts";
import { readTableOptions } from "./option.ts";
import type { Target } from "./target.ts";

const methods = ["range", "list", "hash", "key", "system_time"] as const;

/** Behind PARTITION BY (or SUBPARTITION BY). */
export function readPartitionKey(c: Cursor, target: Target, below = false): PartitionKey | undefined {
  const linear = c.take("linear") ? true : undefined;
  const method = c.takeOne(...methods) as (typeof methods)[number] | undefined;
  if (method === undefined) return undefined;
  const columnsForm = c.take("columns") ? true : undefined;
  if (c.take("algorithm")) {
    c.equals();
    c.next();
  }
  const columns: string[] = [];
  const expressions: Expression[] = [];
  // SYSTEM_TIME INTERVAL 1 WEEK, SYSTEM_TIME LIMIT 1000
  if (method === "system_time") c.skipTo("partitions", "partition", "(", ",");
  if (method !== "system_time")
    for (const part of c.parenthesised()?.list() ?? []) {
      const expression = expressionOf(part, target.scope);
      if (expression?.bareColumn !== undefined) {
        if (!isPlaceholder(expression.bareColumn)) columns.push(expression.bareColumn);
      } else if (expression !== undefined) expressions.push(expression);
    }
  let count: number | undefined;
  let subpartitionBy: PartitionKey | undefined;
  for (;;) {
    if (c.take("partitions") || c.take("subpartitions")) count = Number(c.next()?.value);
    else if (c.take("subpartition", "by")) subpartitionBy = readPartitionKey(c, target, true);
    else if (c.take("auto")) continue;
    else break;
  }
  const partitions =
    !below && c.is("(") && (c.word(1) === "partition" || c.word(1) === "subpartition")
      ? readDefinitions(c)
      : undefined;
  return {
    strategy: method === "system_time" ? "system time" : method,
    columns,
    expressions,
    columnsForm,
    linear,
    count: count ?? partitions?.length,
    partitions,
    subpartitionBy,
  };
}

/** `(PARTITION p VALUES LESS THAN (…) …, …)` */
export function readDefinitions(c: Cursor): PartitionDefinition[] {
  return (c.parenthesised()?.list() ?? []).flatMap((part) => readDefinition(part) ?? []);
}

function readDefinition(c: Cursor): PartitionDefinition | undefined {
  c.takeOne("partition", "subpartition");
  c.ifNotExists();
  const name = c.name();
  if (name === undefined) return undefined;
  let values: string | undefined;
  const options: StorageParameter[] = [];
  const subpartitions: Name[] = [];
  const first = c.at;
  if (c.take("values")) {
    const from = c.at;
    if (c.take("less", "than") || c.take("in")) {
      if (!c.take("maxvalue")) c.parenthesised();
      values = c.textOf(c.span(from));
    }
  } else if (c.takeOne("history", "current", "default") !== undefined) values = c.textOf(c.span(first));
  while (!c.done) {
    if (c.word() === "(") for (const sub of readDefinitions(c)) subpartitions.push(sub.name);
    const read = readTableOptions(c);
    options.push(...read);
    if (read.length === 0 && c.word() !== "(") c.at++;
  }
  return { name, values, options, subpartitions };
}

const onNamed = [
  "drop",
  "truncate",
  "analyze",
  "check",
  "optimize",
  "rebuild",
  "repair",
  "discard",
  "import",
] as const;
type OnNamed = (typeof onNamed)[number];

/** The cursor stands at the clause's first word; undefined: it isn't about partitions, and the cursor stays. */
export function readAlterPartitions(c: Cursor, target: Target): AlterPartitions | undefined {
  const start = c.at;
  const done = (
    change: AlterPartitions["change"],
    headEnd: number,
    more: Partial<AlterPartitions> = {},
  ): AlterPartitions => ({
    kind: "alterPartitions",
    span: c.span(start),
    head: c.span(start, headEnd),
    table: target.table,
    ifExists: target.ifExists,
    change,
    ...more,
  });
  const word = c.word();
  if (c.take("partition", "by")) {
    const head = c.at;
    return done("partition by", head, { key: readPartitionKey(c, target) });
  }
  if (c.take("remove", "partitioning")) return done("remove partitioning", c.at);
  if (c.is("add", "partition") && isPartitionList(c, 2)) {
    c.at += 2;
    const head = c.at;
    const guarded = c.ifNotExists() ? true : undefined;
    if (c.take("partitions")) return done("add", c.at + 1, { count: Number(c.next()?.value), guarded });
    return done("add", head, { definitions: readDefinitions(c), guarded });
  }
  if (c.take("coalesce", "partition")) {
    const count = Number(c.next()?.value);
    return done("coalesce", c.at, { count });
  }
  if (c.take("reorganize", "partition")) {
    const partitions = names(c);
    const head = c.at;
    const definitions = c.take("into") ? readDefinitions(c) : undefined;
    return done("reorganize", head, { partitions, definitions });
  }
  if (c.take("exchange", "partition")) {
    const partitions = names(c);
    const head = c.at;
    const table = c.take("with", "table") ? c.tableName() : undefined;
    return done("exchange", head, { partitions, with: table });
  }
  if (c.take("convert", "partition")) {
    const partitions = names(c);
    const head = c.at;
    const table = c.take("to", "table") ? c.tableName() : undefined;
    return done("convert", head, { partitions, with: table });
  }
  if (c.take("convert", "table")) {
    const guarded = c.ifNotExists() ? true : undefined;
    const table = c.tableName();
    c.take("to");
    const head = c.at;
    const definition = c.word() === "partition" ? readDefinition(c) : undefined;
    return done("convert", head, {
      with: table,
      fromTable: true,
      guarded,
      definitions: definition === undefined ? undefined : [definition],
    });
  }
  if (
    onNamed.includes(word as OnNamed) &&
    c.word(1) === "partition" &&
    !(word === "drop" && (c.done || c.word(2) === ","))
  ) {
    c.at += 2;
    const guarded = c.ifExists() ? true : undefined;
    c.takeOne("no_write_to_binlog", "local");
    const partitions = names(c);
    const head = c.at;
    c.take("tablespace");
    while (c.takeOne("quick", "fast", "medium", "extended", "changed", "use_frm") !== undefined) continue;
    return done(word as OnNamed, head, { partitions, guarded });
  }
  return undefined;
}

/** `ADD PARTITION (`, not a column of that name. */
const isPartitionList = (c: Cursor, ahead: number): boolean =>
  c.word(ahead) === "(" ||
  c.word(ahead) === "partitions" ||
  c.word(ahead) === "if" ||
  c.word(ahead) === "no_write_to_binlog";

/** `p0, p1`; ALL is undefined. */
function names(c: Cursor): Name[] | undefined {
  if (c.take("all")) return undefined;
  const list: Name[] = [];
  do {
    const name = c.name();
    if (name === undefined) break;
    list.push(name);
  } while (c.take(","));
  return list;
}
