/** Keys that get their numbers from the server, as the project declares them. */
import type { DialectFamily } from "../model/dialect.ts";
import type { Declared, Numbered } from "../model/tool.ts";
import type { Step } from "../replay/step.ts";
import type { Column } from "../schema/model.ts";
import { declaredBy, followsSnapshot } from "./declared.ts";
import { callOf } from "./sent.ts";
import { textOf } from "./words.ts";

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

/** For a Rails that is known to be older; before 3.0, for a Ruby of its time. */
function oldRailsKey(
  step: Step,
  name: string,
  unsigned: boolean,
): { readonly type: string; readonly plain: string } | undefined {
  const own = keysOfRails[step.before.family];
  const release = step.script.code?.unit?.releases?.get("activerecord");
  if (own === undefined || release === undefined) return undefined;
  if (isSince(release, own.since)) return undefined;
  const [key, plain] = isSince(release, [3, 0]) ? ["id: false", "limit: 8"] : [":id => false", ":limit => 8"];
  return { type: `${key}\` and, in its block, \`t.column :${name}, "${own.sql(unsigned)}"`, plain };
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
    if (old !== undefined) return { ...old, alone: true };
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

/** As the file writes types: `sa.Integer()`, or `sa.INTEGER()` as autogenerate takes it from the server. */
function inAlembic(step: Step): { readonly type: string; readonly plain: string } | undefined {
  const [, owner, written] =
    /\b(\w+\.|)((?:Small)?Integer|INTEGER|SMALLINT)\b/.exec(callOf(step)?.text ?? "") ?? [];
  if (owner === undefined || written === undefined) return undefined;
  const plain = `${owner}${/^[A-Z]+$/.test(written) ? "BIGINT" : "BigInteger"}()`;
  const hasSqlite = othersOf(step).includes("SQLite");
  const numbered = written.startsWith("S") ? (written === "SMALLINT" ? "INTEGER" : "Integer") : written;
  return { type: hasSqlite ? `${plain}.with_variant(${owner}${numbered}(), "sqlite")` : plain, plain };
}

/** Databases that the project names as well. */
const othersOf = ({ script }: Step): readonly string[] => script.code?.unit?.others ?? [];

/** Databases that the models make their tables on as well. */
const modelsOn = (step: Step): readonly string[] => step.script.code?.unit?.ofModels ?? othersOf(step);

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
          return { name: show(table, name), column: name, isWide };
        }),
    );
  const narrowerOnes = references.filter(({ isWide }) => !isWide);
  const narrower = narrowerOnes.map(({ name }) => name);
  const built = byBuilder(step, column);
  const { type, plain } = built ?? wide[before.family](column, declared);
  const few = narrower.slice(0, 4);
  // Later migrations may add others, which the server refuses (MySQL) while their types differ.
  const later = "foreign keys that refer to it later";
  const those =
    few.length === 0
      ? later
      : `${few.join(", ")}${narrower.length > few.length ? ` and ${narrower.length - few.length} more` : ""}, ${narrower.length === 1 ? "which refers to it" : "which refer to it"}, and for ${later}`;
  const elsewhere = isChange(step) ? otherTypes(step) : "";
  const others = othersOf(step);
  const alone =
    built?.alone === true && others.length > 0
      ? ` This is for ${before.dialect.title} alone; the project names ${others.join(" and ")}, too.`
      : "";
  // `bigint` columns of an `integer` key.
  const alsoWide = narrower.length === 0 && references.length > 0 ? "" : `, and \`${plain}\` for ${those}`;
  const inDatabase = `Use \`${type}\`${alsoWide}.${elsewhere}${alone}`;
  if (declared === undefined) return [inDatabase, scope.history.wide?.[before.family] ?? []].flat().join(" ");
  const { where, key, reference, compares, wide: changes } = declared;
  const { family } = before;
  const joined = declared.keyElsewhere?.(callOf(step)?.text ?? "", operation.table.name);
  if (joined !== undefined) return joined;
  const names = new Set(narrowerOnes.map((one) => one.column));
  const referring = names.size === 1 ? reference?.replace("<column>", [...names].join("")) : reference;
  const own = key(family, numbered(column), modelsOn(step)).replace("<column>", column?.name ?? "<column>");
  return [
    inDatabase,
    `In ${where}: \`${own}\`${referring === undefined || narrower.length === 0 ? "" : `, and \`${referring}\` there`}.`,
    ...(compares === "snapshot" ? [`Then ${followsSnapshot(declared)}.`] : []),
    changes?.[family] ?? [],
  ]
    .flat()
    .join(" ");
}
