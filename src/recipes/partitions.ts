import type { QualifiedName } from "../model/names.ts";
import type { PartitionBound } from "../model/operation.ts";
import type { ForeignKey, Index } from "../schema/model.ts";
import type { Step } from "../replay/step.ts";
import { heading, instead, type Advice, type Part } from "./advice.ts";
import { concurrentBlock, madeName, nextMigration, quote, textOf } from "./words.ts";

/** DETACH … CONCURRENTLY, during which reads and writes of the parent continue. */
export function concurrentDetach(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "detachPartition" || step.locks.refusesConcurrently()) return undefined;
  const { table, partition } = operation;
  const detach = `ALTER TABLE ${table.text} DETACH PARTITION ${partition.text} CONCURRENTLY;`;
  return instead(...concurrentBlock(step, detach, undefined, "the partition half detached"));
}

/** CHECKs that imply the bounds, validated beforehand, and the parent's indexes, so that ATTACH reads nothing. */
export function attachByCheck(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind === "createTable") return besideDefault(step);
  if (operation.kind !== "attachPartition") return undefined;
  const { table, partition, bound } = operation;
  const isProven = readsRows(step, partition) && !isBound(step, table, partition);
  return instead(
    ...missingIndexes(step, table, partition),
    ...missingForeignKeys(step, table, partition),
    ...(isProven ? provenBy(step, table, partition, bound, false) : []),
    ...defaultProven(step, table, bound),
    heading("then, in the next migration:"),
    `ALTER TABLE ${table.text} ${textOf(step, operation.span)};`,
    ...(isProven
      ? [
          heading("then, in a separate transaction, as the bound implies it:", { transaction: "own" }),
          `ALTER TABLE ${partition.text} DROP CONSTRAINT ${madeName(partition.name, "bound")};`,
        ]
      : []),
  );
}

/** The new partition as a separate empty table; a CHECK proves that the default partition has none of its rows. */
function besideDefault(step: Step): Advice | undefined {
  const { operation } = step;
  if (operation.kind !== "createTable" || operation.partitionOf === undefined) return undefined;
  const { parent, bound } = operation.partitionOf;
  const name = operation.table.text;
  const check = madeName(operation.table.name, "bound");
  return instead(
    ...defaultProven(step, parent, bound),
    heading("then, in the next migration, create it as a separate table and attach it:"),
    `CREATE TABLE ${name} (LIKE ${parent.text} INCLUDING ALL, CONSTRAINT ${check} CHECK (${inside(step, parent, bound, false)}));`,
    `ALTER TABLE ${parent.text} ATTACH PARTITION ${name} ${boundText(bound)};`,
  );
}

const boundText = ({ text }: PartitionBound): string =>
  /^for values/i.test(text) ? text : `FOR VALUES ${text}`;

function provenBy(
  step: Step,
  parent: QualifiedName,
  partition: QualifiedName,
  bound: PartitionBound,
  outside: boolean,
): readonly Part[] {
  const check = outside ? madeName(partition.name, "rest") : madeName(partition.name, "bound");
  const notNull = step.before.column(partition, keyColumn(step, parent) ?? "");
  const maybeNull = !(notNull.is === "present" && notNull.value.notNull === "yes");
  const expression = outside
    ? outsideOf(step, parent, bound, maybeNull)
    : inside(step, parent, bound, maybeNull);
  return [
    heading(`in a separate transaction, what the bound means for ${partition.text}:`),
    `ALTER TABLE ${partition.text} ADD CONSTRAINT ${check} CHECK (${expression}) NOT VALID;`,
    nextMigration,
    `ALTER TABLE ${partition.text} VALIDATE CONSTRAINT ${check};`,
  ];
}

/** The default partition is scanned unless a CHECK proves that none of its rows belongs to the new one. */
function defaultProven(step: Step, parent: QualifiedName, bound: PartitionBound): readonly Part[] {
  const key = step.effects.scans.find((scanned) => isDefault(step, scanned));
  const name = key === undefined ? undefined : step.before.relation(key);
  if (key === undefined || name?.is !== "present") return [];
  const rest = { name: name.value.name, schema: name.value.schema, text: step.show(key), span: parent.span };
  return provenBy(step, parent, rest, bound, true);
}

function isDefault(step: Step, key: string): boolean {
  const found = step.before.relation(key);
  return found.is === "present" && found.value.partitionOf?.bound.default === true;
}

function readsRows(step: Step, partition: QualifiedName): boolean {
  const key = step.before.resolve(partition);
  const built = new Set(step.effects.builds.map(({ table }) => table));
  return step.effects.scans.some((scanned) => !isDefault(step, scanned)) || built.has(key);
}

/** A validated CHECK on the parent's key exists already, and NOT NULL is known. */
function isBound(step: Step, parent: QualifiedName, partition: QualifiedName): boolean {
  const column = keyColumn(step, parent);
  const found = step.before.relation(partition);
  if (column === undefined || found.is !== "present") return false;
  const checks = found.value.constraints.flatMap((c) =>
    c.kind === "check" && c.validated ? [c.expression] : [],
  );
  const known = step.before.column(partition, column);
  const neverNull =
    (known.is === "present" && known.value.notNull === "yes") ||
    checks.some((check) => check.provesNotNull.includes(column));
  return neverNull && checks.some((check) => check.columns.some((used) => used.column === column));
}

/** The parent's indexes that the partition lacks, under the names that the server would give them. */
function missingIndexes(step: Step, parent: QualifiedName, partition: QualifiedName): readonly Part[] {
  const key = step.before.resolve(partition);
  const names = step.effects.builds.filter(({ table }) => table === key).map(({ index }) => index);
  const missing = step.before.indexesOn(parent).filter((index) => names.includes(ownName(partition, index)));
  return missing.flatMap((index) => {
    const name = quote(ownName(partition, index));
    const columns = index.elements.map(({ column, expression }) =>
      column === undefined ? `(${expression?.text ?? "<expression>"})` : quote(column),
    );
    const method = index.method === "btree" ? "" : `USING ${index.method} `;
    const where = index.where === undefined ? "" : ` WHERE ${index.where.text}`;
    const unique = index.unique ? "UNIQUE " : "";
    const create = `CREATE ${unique}INDEX CONCURRENTLY ${name} ON ${partition.text} ${method}(${columns.join(", ")})${where};`;
    const built = concurrentBlock(step, create, `DROP INDEX CONCURRENTLY IF EXISTS ${name};`);
    if (index.constraint === undefined) return built;
    const kind = index.name.endsWith("_pkey") ? "PRIMARY KEY" : "UNIQUE";
    return [
      ...built,
      heading("then, in the next migration:"),
      `ALTER TABLE ${partition.text} ADD CONSTRAINT ${name} ${kind} USING INDEX ${name};`,
    ];
  });
}

/** The parent's foreign keys that the partition lacks: validated ones are taken over. */
function missingForeignKeys(step: Step, parent: QualifiedName, partition: QualifiedName): readonly Part[] {
  const keys = (table: QualifiedName): readonly ForeignKey[] => {
    const found = step.before.relation(table);
    return found.is === "present" ? found.value.constraints.filter((c) => c.kind === "foreign key") : [];
  };
  const own = keys(partition);
  const isThere = (key: ForeignKey): boolean =>
    own.some(
      (o) => o.validated && o.references === key.references && o.columns.join() === key.columns.join(),
    );
  return keys(parent)
    .filter((key) => step.effects.scans.includes(key.references) && !isThere(key))
    .flatMap((key) => {
      const name = madeName(partition.name, ...key.columns, "fkey");
      const columns = key.columns.map(quote).join(", ");
      const referenced = key.referencedColumns.map(quote).join(", ");
      const actions = [
        ...(key.onDelete === undefined ? [] : [` ON DELETE ${key.onDelete.toUpperCase()}`]),
        ...(key.onUpdate === undefined ? [] : [` ON UPDATE ${key.onUpdate.toUpperCase()}`]),
      ].join("");
      const target = `${step.show(key.references)}${referenced === "" ? "" : ` (${referenced})`}`;
      return [
        heading("the foreign key, in a separate transaction:"),
        `ALTER TABLE ${partition.text} ADD CONSTRAINT ${name} FOREIGN KEY (${columns}) REFERENCES ${target}${actions} NOT VALID;`,
        nextMigration,
        `ALTER TABLE ${partition.text} VALIDATE CONSTRAINT ${name};`,
      ];
    });
}

function ownName(partition: QualifiedName, index: Index): string {
  const suffix = index.constraint === undefined ? "idx" : index.name.endsWith("_pkey") ? "pkey" : "key";
  const columns =
    suffix === "pkey" ? [] : [...index.elements.flatMap(({ column }) => column ?? []), ...index.include];
  return [partition.name, ...columns, suffix].join("_");
}

/** The one plain column of the parent's key. */
function keyColumn(step: Step, parent: QualifiedName): string | undefined {
  const found = step.before.relation(parent);
  const key = found.is === "present" ? found.value.partitionBy : undefined;
  return key?.columns.length === 1 && key.expressions.length === 0 ? key.columns[0] : undefined;
}

/** Edges of the bound as conditions on the column; undefined if they aren't known. */
function edges(
  step: Step,
  parent: QualifiedName,
  { text }: PartitionBound,
): { readonly in: string; readonly out: string } | undefined {
  const column = keyColumn(step, parent);
  if (column === undefined) return undefined;
  const name = quote(column);
  const [open, close] = [text.indexOf("("), text.lastIndexOf(")")];
  if (open < 0 || close < open) return undefined;
  const values = text.slice(open + 1, close);
  if (/\bin\s*$/i.test(text.slice(0, open)))
    return /\bnull\b/i.test(values)
      ? undefined
      : { in: `${name} IN (${values})`, out: `${name} NOT IN (${values})` };
  const [from, to] = values.split(/\)\s*to\s*\(/i).map((value) => value.trim());
  if (from === undefined || to === undefined) return undefined;
  const least = /^minvalue$/i.test(from) ? [] : [`${name} >= ${from}`];
  const most = /^maxvalue$/i.test(to) ? [] : [`${name} < ${to}`];
  if (least.length + most.length === 0) return undefined;
  const out = [...least.map(() => `${name} < ${from}`), ...most.map(() => `${name} >= ${to}`)];
  return {
    in: [...least, ...most].join(" AND "),
    out: out.join(" OR "),
  };
}

const proved = (step: Step, parent: QualifiedName, maybeNull: boolean): string =>
  maybeNull ? `${quote(keyColumn(step, parent) ?? "<partition key>")} IS NOT NULL AND ` : "";

const inside = (step: Step, parent: QualifiedName, bound: PartitionBound, maybeNull: boolean): string => {
  const found = edges(step, parent, bound);
  return found === undefined ? "<condition>" : proved(step, parent, maybeNull) + found.in;
};

const outsideOf = (step: Step, parent: QualifiedName, bound: PartitionBound, maybeNull: boolean): string => {
  const found = edges(step, parent, bound);
  return found === undefined
    ? "<condition>"
    : maybeNull
      ? `${proved(step, parent, maybeNull)}(${found.out})`
      : found.out;
};
