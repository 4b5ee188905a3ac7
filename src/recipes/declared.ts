/** What the project's own declaration of the schema needs beside a change of the migrations. */
import type { DialectFamily } from "../model/dialect.ts";
import { tableOf } from "../model/kinds.ts";
import type { Name, QualifiedName } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import type { Declared, DeclaredIndex, DeclaredTable, Numbered } from "../model/tool.ts";
import type { Schema } from "../schema/schema.ts";
import type { Step } from "../replay/step.ts";
import type { Column } from "../schema/model.ts";
import { placeOf } from "../text/source-map.ts";
import { inWords, type Advice, type RecipeStep } from "./advice.ts";
import { callOf, senderOf, sentAt } from "./sent.ts";
import { textOf } from "./words.ts";

const declaredBy = ({ scope }: Pick<Step, "scope">): Declared | undefined => scope.history.declared;

/** What has to follow a change of the declaration. */
const follows: Readonly<Record<NonNullable<Declared["compares"]>, string>> = {
  migrations: "otherwise the next migration undoes it",
  snapshot: "generate the migration from it: its snapshot has to change, too",
};

/** A sentence for advice that changes what the migrations lead to. Undefined: the tool doesn't compare the two. */
export function alsoDeclared(declared: Declared | undefined, operation?: Operation): string | undefined {
  const call = operation?.call;
  if (declared?.compares === undefined || call?.isOnce === true || call?.elsewhere === "nowhere")
    return undefined;
  if (operation !== undefined && declared.ignores?.includes(operation.kind) === true) return undefined;
  const table = operation && tableOf(operation);
  if (table !== undefined && declared.ofRelation?.table.test(table.name) === true) return undefined;
  if (call?.elsewhere === "inherited")
    return `If a base class gives ${declared.where} the column, declare it in ${declared.where} itself: ${follows.migrations}.`;
  return declared.compares === "snapshot"
    ? `Change ${declared.where}, and ${follows.snapshot}.`
    : `Change ${declared.where}, too: ${follows.migrations}.`;
}

/** `nothing`: the project declares no such table; undefined: that isn't known. */
function declaredTable(step: Step, { schema, name }: QualifiedName): DeclaredTable | "nothing" | undefined {
  const tables = declaredBy(step)?.tables?.();
  return (
    tables &&
    (tables.find(
      (one) =>
        one.table === name && (schema === undefined || one.schema === undefined || one.schema === schema),
    ) ??
      "nothing")
  );
}

/** What the project declares that begins with these columns. */
function declaredOn(table: DeclaredTable, columns: readonly string[]): readonly DeclaredIndex[] {
  return table.indexes.filter(({ fields }) => {
    const first = fields.slice(0, columns.length).map((field) => table.columns.get(field));
    return columns.every((column) => first.includes(column));
  });
}

/** The name of an index on exactly these columns that the project declares and the migrations don't make. */
export function declaredName(
  step: Step,
  table: QualifiedName,
  columns: readonly string[],
): string | undefined {
  const found = declaredTable(step, table);
  if (found === undefined || found === "nothing") return undefined;
  return declaredOn(found, columns).find(({ unique, fields }) => !unique && fields.length === columns.length)
    ?.name;
}

/** An index that is only in a migration is dropped by the next one that the tool generates. */
export function declaredIndex(
  step: Step,
  table: QualifiedName,
  name: string,
  columns: readonly string[],
): readonly RecipeStep[] {
  const declared = declaredBy(step);
  if (declared?.compares === undefined) return [];
  const { where, compares } = declared;
  const found = declaredTable(step, table);
  if (found === "nothing") return [];
  const [before] = found === undefined ? [] : declaredOn(found, columns);
  if (before !== undefined)
    return [inWords(`${where} declares one already, in ${found?.name ?? table.name}: ${before.text}`)];
  const fields = declared.keepsNames === true ? columns : fieldsOf(found, columns);
  const plain = name.replaceAll('"', "");
  const { indexName } = step.scope.history;
  const isUsual = plain === (indexName?.(table.name, columns) ?? [table.name, ...columns, "idx"].join("_"));
  // Left out where it is the one that the tool gives.
  const isNamed = declared.index?.(plain, columns, isUsual).includes(plain) === true;
  const called = compares === "migrations" && isNamed ? `, called ${plain}` : "";
  const index =
    (fields && declared.index?.(plain, fields, isUsual)) ?? `an index on ${columns.join(", ")}${called}`;
  const place = found === undefined ? `where ${step.show(table)} is declared` : `in ${found.name}`;
  const rest = compares === "snapshot" ? `; ${follows.snapshot}` : "";
  return [inWords(`and in ${where}, ${place}: ${index}${rest}`)];
}

/** The fields of columns; undefined: they aren't known. The field of `user_id` may have any name, often `userId`. */
function fieldsOf(
  table: DeclaredTable | undefined,
  columns: readonly string[],
): readonly string[] | undefined {
  if (table === undefined) return columns.some((column) => column.includes("_")) ? undefined : columns;
  const fields = columns.flatMap((column) => {
    const found = [...table.columns].find(([, own]) => own === column);
    return found === undefined ? [] : [found[0]];
  });
  return fields.length === columns.length ? fields : undefined;
}

/** A column or table that isn't dropped yet is still declared: otherwise the next migration drops it. */
export function stillDeclared(step: Step, what: "column" | "table", name = "it"): readonly RecipeStep[] {
  const declared = declaredBy(step);
  if (declared?.compares === undefined) return [];
  if (declared.isRead === true)
    return name === "it" ? [inWords(`that version has it no longer in ${declared.where}`)] : [];
  const mark = declared.unused === undefined ? "" : `, marked ${declared.unused[what]}`;
  return [inWords(`until then ${name} stays in ${declared.where}${mark}`)];
}

/** For a drop that the tool wrote because nothing declares the table: something else may have made it. */
export function leftOut(step: Step, table: QualifiedName): RecipeStep | undefined {
  if (step.direction !== "up" || step.before.relation(table).is === "present") return undefined;
  const sentence = declaredBy(step)?.leftOut?.(step.show(table), step.script.code?.source ?? "");
  return sentence === undefined ? undefined : inWords(sentence);
}

/** The same as advice where the table is unknown. */
export function dropLeftOut(step: Step): Advice | undefined {
  const { operation } = step;
  const found = operation.kind === "dropTable" ? leftOut(step, operation.table) : undefined;
  return found && [found];
}

/** What stands in the migrations for a while, and so in the declaration. `what`: subject and verb. */
export function meanwhileDeclared(step: Step, what: string): readonly RecipeStep[] {
  const declared = declaredBy(step);
  return declared?.compares === "migrations" ? [inWords(`until then ${what} in ${declared.where}, too`)] : [];
}

/**
 * How a field keeps the column of another name. By the column's foreign key it is a relation; without one, a column that
 * is called like a key may be one, too. `as`: the name that it keeps, if not the column's.
 */
export function fieldFor(step: Step, declared: Declared, column: string, as = column): string {
  const { operation, before } = step;
  const { renamed, renamedRelation } = declared;
  const table = tableOf(operation);
  const found = table && before.relation(table);
  const isKey =
    found?.is === "present" &&
    found.value.constraints.some((one) => one.kind === "foreign key" && one.columns.includes(column));
  if (renamedRelation === undefined || !(isKey || /_id$|Id$/.test(column))) return renamed(as);
  return isKey ? renamedRelation(as) : `${renamed(as)}, or of a relation ${renamedRelation(as)}`;
}

/** Only the application's name changes. */
export function renamedInCode(step: Step, column: Name): readonly RecipeStep[] {
  const declared = declaredBy(step);
  return declared === undefined
    ? []
    : [
        inWords(
          `rename only the field in ${declared.where}, with ${fieldFor(step, declared, column.text)}: the database stays as it is; or step by step:`,
        ),
      ];
}

/** The same as a sentence. Undefined: the project declares no fields, or more than the name changes. */
export function renamedInModel(step: Step): string | undefined {
  const { operation } = step;
  const declared = declaredBy(step);
  if (declared === undefined || operation.kind !== "renameColumn") return undefined;
  const joined = joinKept(step);
  if (joined !== undefined) return joined.how;
  const field = fieldFor(step, declared, operation.column.text);
  return `Keep the name of the column in ${declared.where}, with ${field}: the database needs no other. Otherwise expand and contract: both names side by side until no version uses the old one.`;
}

/** How the column of a table that joins two others keeps its name; undefined: it is none, or the table stays. */
export function joinKept(step: Step): { readonly column: string; readonly how: string } | undefined {
  const { operation, show } = step;
  const renamedJoin = declaredBy(step)?.renamedJoin;
  if (operation.kind !== "renameColumn" || renamedJoin === undefined) return undefined;
  if (!sentAlong(step).some((one) => one.operation.kind === "renameTable")) return undefined;
  const { table, column } = operation;
  return { column: show(table, column.text), how: renamedJoin(show(table), column.text) };
}

/** The steps of the call that sends the step's statement. */
export const sentAlong = (step: Step): readonly Step[] => [
  ...[...sentAt(step.scope.steps, step.script, senderOf(step)).values()].flat(),
];

/** The schema before the step's call sends anything: it may have dropped before what goes with the step. */
export const beforeCall = (step: Step): Schema => sentAlong(step)[0]?.before ?? step.before;

/** What the file has where the operation stands: a whole call, or a part of one. */
function writtenAt(step: Step): string {
  const { code, path, text } = step.script;
  const { head } = step.operation;
  if (code === undefined) return text.slice(head.start, head.end);
  const place = placeOf(code.map, head);
  if (place?.path !== path) return "";
  const call = callOf(step);
  return call?.at.start === place.span.start
    ? call.text
    : code.source.slice(place.span.start, place.span.end);
}

/** How to leave a new index out. */
export function leaveOut(step: Step): string {
  const { operation } = step;
  const declared = declaredBy(step);
  // The call makes more than the index.
  if (isOfReference(step)) return "Pass `index: false`";
  if (declared?.compares === undefined || operation.kind !== "createIndex") return "Leave it out";
  const { where, compares } = declared;
  if (compares === "snapshot") return `Leave it out of ${where}, and ${follows.snapshot}`;
  const ofField = declared.withoutIndex?.(writtenAt(step), step.before.family);
  if (ofField !== undefined) {
    const again = indexedAgain(step);
    return again.length === 0
      ? `${ofField}, here and in ${where}`
      : `${ofField}, here, in ${listed(again)}, and in ${where}`;
  }
  const found = declaredTable(step, operation.table);
  const isUndone = step.scope.downSteps.some(
    ({ operation: one, script }) =>
      one.kind === "dropIndex" && one.index.name === operation.name?.name && script.code?.derived !== true,
  );
  const both = `Leave it out, here${isUndone ? ", in the rollback" : ""} and in ${where}`;
  const undone = ": otherwise the next migration creates it again";
  if (found === undefined) return both + undone;
  const columns = operation.elements.map(({ column }) => column);
  const one =
    found === "nothing"
      ? undefined
      : found.indexes.find(
          ({ unique, fields }) =>
            unique === operation.unique &&
            fields.map((field) => found.columns.get(field)).join() === columns.join(),
        );
  return one === undefined || found === "nothing"
    ? "Leave it out"
    : `${both} (${one.text} in ${found.name})${undone}`;
}

/** Names of later migrations that would make the index anew. */
function indexedAgain({ operation, scope }: Step): readonly string[] {
  const { history, migration } = scope;
  if (operation.kind !== "createIndex") return [];
  const { table, elements } = operation;
  const [column] = elements.map((element) => element.column);
  if (column === undefined || elements.length > 1) return [];
  return history.migrations
    .filter(
      ({ index, up: { text } }) =>
        index > migration.index && history.declared?.indexedAgain?.(text, table.name, column) === true,
    )
    .map(({ name }) => name);
}

const mostNames = 3;

function listed(names: readonly string[]): string {
  const left = names.length - mostNames;
  const shown = names.slice(0, left > 0 ? mostNames - 1 : mostNames);
  return left > 0
    ? `${shown.join(", ")} and ${String(names.length - shown.length)} more`
    : shown.join(" and ");
}

/** On the index of a new key that what stands there leaves out on purpose; undefined: nothing does. */
export const keyIndex = (step: Step, isOfNewTable: boolean): string | undefined =>
  declaredBy(step)?.keyIndex?.(writtenAt(step), isOfNewTable);

/** A call for a column, its index and perhaps a key. */
const isOfReference = (step: Step): boolean =>
  /^(?:\w+\.(?:references|belongs_to)|add_(?:reference|belongs_to))\b/.test(writtenAt(step));

/** A sentence; undefined where the rule's own is enough. */
export function withoutIndex(step: Step): string | undefined {
  const sentence = `${leaveOut(step)}.`;
  return declaredBy(step) === undefined && !isOfReference(step) ? undefined : sentence;
}

/** The type of such a key, and of what refers to it. */
const wide: Readonly<
  Record<
    DialectFamily,
    (
      column: Column | undefined,
      declared: Declared | undefined,
    ) => { readonly type: string; readonly plain: string }
  >
> = {
  mongodb: () => ({ type: "long", plain: "long" }),
  mysql: (column) => {
    const plain = column?.type?.unsigned === true ? "BIGINT UNSIGNED" : "BIGINT";
    return { type: `${plain} AUTO_INCREMENT`, plain };
  },
  postgres: (column, declared) => ({
    // The declaration and the statement say the same.
    type:
      declared !== undefined && numbered(column) === "plain"
        ? "BIGSERIAL"
        : column !== undefined && !column.serial && column.identity === undefined
          ? // Its sequence is made by statements of its own.
            "bigint"
          : `bigint GENERATED ${column?.identity === "always" ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY`,
    plain: "bigint",
  }),
};

const numbered = (column: Column | undefined): Numbered =>
  column?.identity === undefined ? "plain" : column.identity === "always" ? "always" : "by default";

/** Such a key of Rails, as an option of `create_table`, and in SQL. */
const inRails: Partial<
  Readonly<Record<DialectFamily, { readonly call: (unsigned: boolean) => string; readonly sql?: string }>>
> = {
  mysql: { call: (unsigned) => `id: :bigint${unsigned ? ", unsigned: true" : ""}` },
  // schema.rb has no identity columns: loaded, they lose their numbers; as does `:bigint` in migrations before 5.1.
  postgres: { call: () => "id: :bigserial", sql: "bigserial" },
};

/**
 * Before these releases, `create_table` passes over the type of such a key, or makes a column of it that is no key; nor
 * does it know `:bigint` everywhere.
 */
const keysOfRails: Partial<
  Readonly<
    Record<
      DialectFamily,
      { readonly since: readonly [number, number]; readonly sql: (unsigned: boolean) => string }
    >
  >
> = {
  postgres: { since: [4, 2], sql: () => "bigserial PRIMARY KEY" },
  mysql: {
    since: [5, 0],
    sql: (unsigned) => `bigint${unsigned ? " unsigned" : ""} NOT NULL AUTO_INCREMENT PRIMARY KEY`,
  },
};

/** Undefined isn't since any release. */
function isSince(release: string | undefined, [since, after]: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = release?.split(".").map(Number) ?? [];
  return major > since || (major === since && minor >= after);
}

/** For a Rails that is known to be older. */
function oldRailsKey(step: Step, name: string, unsigned: boolean): string | undefined {
  const own = keysOfRails[step.before.family];
  const release = step.script.code?.unit?.releases?.get("activerecord");
  if (own === undefined || release === undefined) return undefined;
  return !isSince(release, own.since)
    ? `id: false\` and, in its block, \`t.column :${name}, "${own.sql(unsigned)}"`
    : undefined;
}

/** Sent by a change of Liquibase that isn't SQL: a column of it has `autoIncrement`. */
export const isChange = (step: Step): boolean =>
  step.script.code?.unit?.terms !== undefined && /^(?!sql)/.test(callOf(step)?.name ?? "sql");

/** AUTOINCREMENT of SQLite takes no other type than INTEGER; every other database of Liquibase takes its `bigint`. */
export const otherTypes = ({ script }: Step): string => {
  const terms = script.code?.unit?.terms;
  return terms?.others !== undefined && terms.hasSqlite === true
    ? " The changelog runs on SQLite, too, which numbers `INTEGER` alone: give the type as a property with `dbms`."
    : "";
};

export const countingColumn: Partial<Readonly<Record<DialectFamily, string>>> = {
  postgres: "bigint GENERATED ALWAYS AS IDENTITY",
  mysql: "BIGINT AUTO_INCREMENT",
};

/**
 * In the words of the calls that make the table: of Rails, Alembic, Knex, Sequelize, db-migrate and TypeORM. `alone`: no
 * other database takes them. Undefined: it is made by SQL.
 */
function byBuilder(
  step: Step,
  column: Column | undefined,
): { readonly type: string; readonly plain: string; readonly alone?: boolean } | undefined {
  const call = step.script.code?.source;
  if (call === undefined || column === undefined) return undefined;
  // Without `autoIncrement`, it is the type that makes the numbers.
  if (isChange(step))
    return { type: /\bserial4?\b/i.test(callOf(step)?.text ?? "") ? "bigserial" : "bigint", plain: "bigint" };
  const rails = /\bActiveRecord::Migration\b/.test(call) ? inRails[step.before.family] : undefined;
  // A text that the file has as it is.
  if (call.includes(textOf(step, step.statement.span).trim()))
    return rails?.sql !== undefined && column.serial ? { type: rails.sql, plain: "bigint" } : undefined;
  const sign = column.type?.unsigned === true;
  if (rails !== undefined && callOf(step)?.name === "create_table") {
    const old = oldRailsKey(step, column.name, sign);
    if (old !== undefined) return { type: old, plain: "limit: 8", alone: true };
    // From 5.1 on, each database numbers a key that is called so.
    const isCommon = isSince(step.script.code?.unit?.follows, [5, 1]);
    return isCommon && !sign
      ? { type: "id: :bigint", plain: ":bigint" }
      : { type: rails.call(sign), plain: ":bigint", alone: !isCommon };
  }
  const kysely = inKysely(step, column);
  if (kysely !== undefined) return kysely;
  const [, table] = /(\w+)\.increments\(/.exec(call) ?? [];
  if (table !== undefined)
    return {
      type: `${table}.bigIncrements("${column.name}")`,
      plain: `${table}.bigInteger(…)${sign ? ".unsigned()" : ""}`,
    };
  if (/\bfrom alembic\b/.test(call)) return inAlembic(step);
  // TypeORM makes `BIGSERIAL` and `AUTO_INCREMENT` of this type and `isGenerated`, and nothing of a serial type; db-migrate
  // of it and `autoIncrement`.
  const isGenerated = /\bisGenerated["']?[ \t]*:[ \t]*true\b/.test(call);
  const isCounted =
    /\bautoIncrement["']?[ \t]*:[ \t]*true\b/.test(call) && /\btype["']?[ \t]*:[ \t]*["']int/i.test(call);
  if (isGenerated || isCounted) return { type: `type: "bigint"`, plain: `type: "bigint"` };
  const [, types] = /(\w+)\.INTEGER\b/.exec(call) ?? [];
  if (types === undefined) return undefined;
  const type = `${types}.BIGINT${sign ? ".UNSIGNED" : ""}`;
  return { type, plain: type };
}

/** `.addColumn("id", "serial", …)`: its types are a list of its own, and what numbers an `integer` is said behind it. */
function inKysely(
  { script }: Step,
  { name }: Column,
): { readonly type: string; readonly plain: string } | undefined {
  const written = [
    ...(script.code?.source ?? "").matchAll(/\.addColumn\(\s*["'](\w+)["'],\s*["'](\w+)["']/g),
  ];
  const [, , type] = written.find(([, column, own = ""]) => column === name && narrow.test(own)) ?? [];
  return type === undefined
    ? undefined
    : { type: /serial$/.test(type) ? `"bigserial"` : `"bigint"`, plain: `"bigint"` };
}

const narrow = /^(?:(?:small)?serial|(?:small)?int(?:eger)?|int[24])$/;

/** As the file writes types. */
function inAlembic(step: Step): { readonly type: string; readonly plain: string } | undefined {
  const [owner] = /\b(?:\w+\.)?(?=Integer\b)/.exec(callOf(step)?.text ?? "") ?? [];
  if (owner === undefined) return undefined;
  const plain = `${owner}BigInteger()`;
  const hasSqlite = othersOf(step).includes("SQLite");
  return { type: hasSqlite ? `${plain}.with_variant(${owner}Integer(), "sqlite")` : plain, plain };
}

/** Databases that the project names as well. */
const othersOf = ({ script }: Step): readonly string[] => script.code?.unit?.others ?? [];

/** A key of 64 bits, with what refers to it. */
export function wideKey(step: Step): string | undefined {
  const { operation, before, scope, show } = step;
  if (operation.kind !== "addPrimaryKey") return undefined;
  const declared = declaredBy(step);
  const relation = scope.after.relation(operation.table);
  const column =
    relation.is === "present"
      ? relation.value.columns.find(({ name }) => operation.columns.some(({ text }) => text === name))
      : undefined;
  const references = scope.after
    .foreignKeysTo(operation.table)
    .flatMap(({ table, constraint: { columns, referencedColumns } }) =>
      columns
        .filter((_, at) => referencedColumns[at] === column?.name)
        .map((name) => {
          const found = scope.after.column(table, name);
          const isWide = found.is === "present" && found.value.type?.name === "bigint";
          return { name: show(table, name), isWide };
        }),
    );
  const narrower = references.flatMap(({ name, isWide }) => (isWide ? [] : [name]));
  const built = byBuilder(step, column);
  const { type, plain } = built ?? wide[before.family](column, declared);
  const few = narrower.slice(0, 4);
  const those =
    few.length === 0
      ? "the foreign keys that refer to it"
      : `${few.join(", ")}${narrower.length > few.length ? ` and ${narrower.length - few.length} more` : ""}, ${narrower.length === 1 ? "which refers to it" : "which refer to it"}`;
  const elsewhere = isChange(step) ? otherTypes(step) : "";
  const others = othersOf(step);
  const alone =
    built?.alone === true && others.length > 0
      ? ` This is for ${before.dialect.title} alone; the project names ${others.join(" and ")}, too.`
      : "";
  // `bigint` columns of an `integer` key.
  const alsoWide = narrower.length === 0 && references.length > 0 ? "" : `, and \`${plain}\` for ${those}`;
  const inDatabase = `Use \`${type}\`${alsoWide}.${elsewhere}${alone}`;
  if (declared === undefined) return inDatabase;
  const { where, key, reference, compares, wide: changes } = declared;
  const { family } = before;
  const joined = declared.joinKey?.(callOf(step)?.text ?? "", operation.table.name);
  if (joined !== undefined) return joined;
  return [
    inDatabase,
    `In ${where}: \`${key(family, numbered(column), others)}\`${reference === undefined ? "" : `, and \`${reference}\` there`}.`,
    ...(compares === "snapshot" ? [`Then ${follows.snapshot}.`] : []),
    changes?.[family] ?? [],
  ]
    .flat()
    .join(" ");
}
