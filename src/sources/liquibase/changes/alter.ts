/** Changes of the columns of a table. */
import type { Change, Column, Lowering } from "../change.ts";
import { literal, nameOf } from "../database.ts";
import { instead, listed, sql, written, type Sql, type Value } from "../sql.ts";
import { typeOf } from "../types.ts";
import { defaultOf, rowValue } from "../values.ts";
import { commented, defined, identity, referenceOf, type Defined } from "./columns.ts";
import { lostBy, neededType } from "./tables.ts";

interface Added {
  readonly column: Column;
  readonly own: Defined;
  /** What the rows that are there get. */
  readonly filled: Sql | undefined;
}

function definition(change: Change, { column, own, filled }: Added): Sql {
  const { target } = change;
  const isNotNull = own.isNotNull && filled === undefined;
  const name = column.constraint("notNullConstraintName");
  const constraint = name === undefined ? [] : sql` CONSTRAINT ${nameOf(target, name)}`;
  const isNull = isNotNull ? sql`${constraint} NOT NULL` : target.isMysql ? [" NULL"] : [];
  const serial = own.isSerial ? identity(change, column) : [];
  const after = column.get("afterColumn");
  return [
    ...sql`ADD ${own.name} ${own.type}${own.isSerial ? [] : own.byDefault}${serial}${isNull}`,
    ...(own.isKey ? [" PRIMARY KEY"] : []),
    ...(target.isMysql ? commented(change, own.remarks) : []),
    ...(after === undefined || !target.isMysql ? [] : sql` AFTER ${nameOf(target, after)}`),
  ];
}

const addColumn: Lowering = (change) => {
  const { target, table } = change;
  const all = change.columns.map((column): Added => {
    const own = defined(change, column);
    const value = rowValue(target, column.get);
    if (value?.is === "refused") change.refuse(value.why, "Give it another value.");
    if (target.refusesPlaces) {
      change.forbid(!target.isMysql && column.get("afterColumn") !== undefined, "afterColumn");
      change.forbid(column.get("beforeColumn") !== undefined, "beforeColumn");
      change.forbid(column.get("position") !== undefined, "position");
    }
    change.forbid(target.isMysql && own.isSerial && !own.isKey, "autoIncrement outside of the primary key");
    return { column, own, filled: value?.is === "sql" ? value.sql : undefined };
  });
  if (change.refused.length > 0) {
    // Once the attribute is left out, the columns are there.
    change.dynamic({ prefix: `ALTER TABLE ${written(table)} ADD ` });
    return;
  }
  const inOne = target.isMysql && all.length > 1;
  if (inOne) change.send(sql`ALTER TABLE ${table} ${listed(all.map((one) => definition(change, one)))}`);
  for (const one of all) {
    if (!inOne) change.send(sql`ALTER TABLE ${table} ${definition(change, one)}`);
    if (!inOne) unique(change, one);
    if (!inOne) referring(change, one);
  }
  if (inOne) for (const one of all) unique(change, one);
  if (inOne) for (const one of all) referring(change, one);
  for (const { own, filled } of all) {
    if (filled === undefined) continue;
    change.send(sql`UPDATE ${table} SET ${own.name} = ${filled}`);
    if (!own.isNotNull) continue;
    if (!target.isMysql) change.send(sql`ALTER TABLE ${table} ALTER COLUMN ${own.name} SET NOT NULL`);
    else {
      change.send(sql`ALTER TABLE ${table} MODIFY ${own.name} ${own.type} NOT NULL`);
      // MODIFY has dropped it.
      if (own.byDefault.length > 0)
        change.send(sql`ALTER TABLE ${table} ALTER ${own.name} SET${own.byDefault}`);
    }
  }
  if (target.isMysql) return;
  for (const { own } of all)
    if (own.remarks !== undefined)
      change.send(sql`COMMENT ON COLUMN ${table}.${own.name} IS ${literal(target, own.remarks)}`);
};

function unique(change: Change, { column, own }: Added): void {
  if (!column.constrained("unique")) return;
  const name = column.constraint("uniqueConstraintName");
  const constraint = name === undefined ? [] : sql`CONSTRAINT ${nameOf(change.target, name)} `;
  change.send(sql`ALTER TABLE ${change.table} ADD ${constraint}UNIQUE (${own.name})`);
}

function referring(change: Change, { column, own }: Added): void {
  const found = referenceOf(change, column);
  if (found === undefined) return;
  const { name, table: other, columns, actions, isValid } = found;
  const later = isValid || change.target.isMysql ? "" : " NOT VALID";
  change.send(
    sql`ALTER TABLE ${change.table} ADD CONSTRAINT ${name} FOREIGN KEY (${own.name}) REFERENCES ${other} (${columns})${actions}${later}`,
  );
}

const dropColumn: Lowering = (change) => {
  const { target, table } = change;
  // Beside `columns`, Liquibase leaves `columnName` out.
  const stated =
    change.columns.length > 0
      ? change.columns.map((column) => column.get("name"))
      : [change.get("columnName")];
  const names = stated.flatMap((name) => (name === undefined ? [] : [nameOf(target, name)]));
  if (names.length > 1 && target.isMysql)
    change.send(sql`ALTER TABLE ${table} ${listed(names.map((name) => sql`DROP ${name}`))}`);
  else for (const name of names) change.send(sql`ALTER TABLE ${table} DROP COLUMN ${name}`);
};

const renameColumn: Lowering = (change) => {
  const { target, table } = change;
  const from = change.named("oldColumnName");
  const to = change.named("newColumnName");
  if (target.renamesColumns) {
    // MySQL has no such words: the statement fails there.
    const remarks = target.isMysql ? commented(change, change.get("remarks")) : [];
    change.send(sql`ALTER TABLE ${table} RENAME COLUMN ${from} TO ${to}${remarks}`);
    return;
  }
  const type = neededType(change, "columnDataType");
  const remarks = commented(change, change.get("remarks"));
  change.send(
    sql`ALTER TABLE ${table} CHANGE ${from} ${to} ${type}${remarks}`,
    lostBy(change, "columnDataType"),
  );
};

const modifyDataType: Lowering = (change) => {
  const { target, table } = change;
  const column = change.named("columnName");
  const given = change.get("newDataType");
  if (given === undefined) {
    change.refuse("modifyDataType has no newDataType", "Add newDataType.");
    return;
  }
  const type = typeOf(target, given).sql;
  if (target.isMysql)
    change.send(sql`ALTER TABLE ${table} MODIFY ${column} ${type}`, lostBy(change, "newDataType"));
  else change.send(sql`ALTER TABLE ${table} ALTER COLUMN ${column} TYPE ${type} USING (${column}::${type})`);
};

const mergeColumns: Lowering = (change) => {
  const { target, table } = change;
  const [first, second] = [change.named("column1Name"), change.named("column2Name")];
  const final = change.named("finalColumnName");
  const given = change.get("finalColumnType");
  const type = given === undefined ? [] : [typeOf(target, given).sql];
  const join = change.value(change.node, "joinString");
  const between = join === undefined ? ["''"] : literal(target, join);
  change.send(sql`ALTER TABLE ${table} ADD ${final} ${type}${target.isMysql ? " NULL" : ""}`);
  change.send(
    target.isMysql
      ? sql`UPDATE ${table} SET ${final} = CONCAT_WS(${between}, ${first}, ${second})`
      : sql`UPDATE ${table} SET ${final} = ${first} || ${between} || ${second}`,
  );
  for (const one of [first, second]) change.send(sql`ALTER TABLE ${table} DROP COLUMN ${one}`);
};

const ofCharacters = /^\s*(?:java\.sql\.types\.)?(?:n?varchar2?|n?char|string|character varying)\b/i;

/** For a truth value and for characters, it compares the kind of the default with the type (run on 3.10, 4.20 and 5.0). */
function refuseOtherKind(change: Change, type: Value, isTruth: boolean): void {
  if (!isTruth && !ofCharacters.test(type.text)) return;
  const fitting = isTruth ? "defaultValueBoolean" : "defaultValue";
  const kinds = ["defaultValue", "defaultValueNumeric", "defaultValueBoolean", "defaultValueDate"];
  const [name, value] =
    kinds.map((one) => [one, change.get(one)?.text] as const).find(([, text]) => text !== undefined) ?? [];
  // Any other text may be a function.
  const isValue =
    name === "defaultValue" || name === "defaultValueBoolean" || /^\s*[-+.]?\d/.test(value ?? "");
  if (name === undefined || value === undefined || name === fitting || !isValue) return;
  change.invalid(
    `Liquibase refuses ${name} for ${type.text.trim().slice(0, 20)}, and runs no changeset`,
    `Write ${fitting} in place of ${name}.`,
  );
}

const addDefaultValue: Lowering = (change) => {
  const { target, table } = change;
  const column = change.named("columnName");
  const given = change.get("columnDataType");
  const own = given === undefined ? undefined : typeOf(target, given).form;
  // Here Liquibase doesn't ask for the type.
  const form = own === "asText" ? undefined : own;
  const get = (name: string): Value | undefined => change.get(name);
  if (given !== undefined) refuseOtherKind(change, given, form === "boolean");
  const plainForm = change.get("defaultValueBoolean") !== undefined ? "boolean" : form;
  const found = defaultOf(target, get, plainForm);
  const sequence = change.get("defaultValueSequenceNext");
  if (found === undefined || found.is === "refused") {
    change.refuse(found?.why ?? "addDefaultValue has no value", "Add defaultValue.");
    return;
  }
  const expression = change.get("defaultValueComputed") ?? sequence;
  const isExpression = expression !== undefined && target.isMysql;
  const value: Sql = isExpression ? sql`(${expression})` : found.sql;
  const words = target.isMysql ? "ALTER" : "ALTER COLUMN";
  change.send(sql`ALTER TABLE ${table} ${words} ${column} SET DEFAULT ${value}`);
  if (sequence !== undefined && !target.isMysql)
    change.send(sql`ALTER SEQUENCE ${nameOf(target, sequence)} OWNED BY ${table}.${column}`);
};

const dropDefaultValue: Lowering = (change) => {
  const words = change.target.isMysql ? "ALTER" : "ALTER COLUMN";
  change.send(sql`ALTER TABLE ${change.table} ${words} ${change.named("columnName")} DROP DEFAULT`);
};

const addNotNullConstraint: Lowering = (change) => {
  const { target, table } = change;
  const column = change.named("columnName");
  const given = change.get("columnDataType");
  const value = change.get("defaultNullValue");
  const type = neededType(change, "columnDataType");
  if (change.refused.length > 0) return;
  if (value !== undefined) {
    const isBoolean = given !== undefined && typeOf(target, given).form === "boolean";
    const isTrue = /^(?:true|1|t|y|yes)$/i.test(value.text.trim());
    const word = target.isMysql ? (isTrue ? "1" : "0") : isTrue ? "'TRUE'" : "'FALSE'";
    const filled = isBoolean ? [instead(value, word)] : literal(target, value);
    change.send(sql`UPDATE ${table} SET ${column} = ${filled} WHERE ${column} IS NULL`);
  }
  if (target.isMysql)
    change.send(sql`ALTER TABLE ${table} MODIFY ${column} ${type} NOT NULL`, keptBy(change));
  else change.send(sql`ALTER TABLE ${table} ALTER COLUMN ${column} SET NOT NULL`);
};

/** The same as for any MODIFY, without what the change is about. */
function keptBy(change: Change): ReturnType<typeof lostBy> {
  const { unstated = {}, leftOut } = lostBy(change, "columnDataType");
  const others = Object.entries(unstated).filter(([what]) => what !== "NOT NULL");
  return { unstated: Object.fromEntries(others), leftOut };
}

const dropNotNullConstraint: Lowering = (change) => {
  const { target, table } = change;
  const column = change.named("columnName");
  const type = neededType(change, "columnDataType");
  if (change.refused.length > 0) return;
  if (target.isMysql) change.send(sql`ALTER TABLE ${table} MODIFY ${column} ${type} NULL`, keptBy(change));
  else change.send(sql`ALTER TABLE ${table} ALTER COLUMN ${column} DROP NOT NULL`);
};

const addAutoIncrement: Lowering = (change) => {
  const { target, table } = change;
  const column = change.named("columnName");
  const start = change.get("startWith");
  const step = change.get("incrementBy");
  const type = neededType(change, "columnDataType");
  change.forbid(target.isMysql && step !== undefined, "incrementBy", "4.14");
  if (change.refused.length > 0) return;
  if (target.isMysql) {
    change.send(sql`ALTER TABLE ${table} MODIFY ${column} ${type} AUTO_INCREMENT`, keptBy(change));
    if (start !== undefined) change.send(sql`ALTER TABLE ${table} AUTO_INCREMENT=${start}`);
    return;
  }
  const own = change.get("tableName");
  const sequence =
    own === undefined
      ? []
      : change.inSchema(instead(own, `${own.text}_${change.get("columnName")?.text ?? ""}_seq`));
  const from = start === undefined ? [] : sql` START WITH ${start}`;
  const by = step === undefined ? [] : sql` INCREMENT BY ${step}`;
  const exists = target.asksForSequences ? " IF NOT EXISTS" : "";
  change.send(sql`CREATE SEQUENCE${exists} ${sequence}${from}${by}`);
  change.send(sql`ALTER TABLE ${table} ALTER COLUMN ${column} SET NOT NULL`);
  change.send(sql`ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT nextval('${sequence}')`);
  change.send(sql`ALTER SEQUENCE ${sequence} OWNED BY ${table}.${column}`);
};

export const alterations: Readonly<Record<string, Lowering>> = {
  addColumn,
  dropColumn,
  renameColumn,
  modifyDataType,
  mergeColumns,
  addDefaultValue,
  dropDefaultValue,
  addNotNullConstraint,
  dropNotNullConstraint,
  addAutoIncrement,
};
