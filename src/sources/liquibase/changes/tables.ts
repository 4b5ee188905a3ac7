/** Tables, views, sequences and routines. */
import type { ToolCall } from "../../../model/call.ts";
import { forDatabase, type Change, type Lowering } from "../change.ts";
import { literal, nameOf } from "../database.ts";
import { instead, listed, sql, trimmed, type Sql, type Value } from "../sql.ts";
import { typeOf } from "../types.ts";
import { commented, defined, identity, referenceOf } from "./columns.ts";

const createTable: Lowering = (change) => {
  const { target, table } = change;
  const all = change.columns.map((column) => ({ column, own: defined(change, column) }));
  const lines = all.map(({ column, own }): Sql => {
    const serial = own.isSerial ? identity(change, column) : [];
    const isNull = own.isNotNull ? " NOT NULL" : target.isMysql ? " NULL" : "";
    const byDefault = own.isSerial ? [] : own.byDefault;
    const remarks = target.isMysql ? commented(change, own.remarks) : [];
    return sql`${own.name} ${own.type}${byDefault}${serial}${isNull}${remarks}`;
  });
  const keys = all.filter(({ own }) => own.isKey);
  const [key] = keys;
  if (key !== undefined) {
    const tableName = change.get("tableName");
    const given = keys.flatMap(({ column }) => column.constraint("primaryKeyName") ?? [])[0];
    const plain = tableName?.text ?? "";
    const name =
      given ??
      (tableName && instead(tableName, target.isMysql ? `PK_${plain.toUpperCase()}` : `${plain}_pkey`));
    const space = target.isMysql ? undefined : key.column.constraint("primaryKeyTablespace");
    const where = space === undefined ? [] : sql` USING INDEX TABLESPACE ${nameOf(target, space)}`;
    const columns = listed(keys.map(({ own }) => own.name));
    // Oracle's words, which neither database has.
    const isChecked = key.column.constraint("validatePrimaryKey")?.text.trim().toLowerCase() !== "false";
    const later = target.isMysql
      ? ""
      : `${key.column.constrained("initiallyDeferred") ? " INITIALLY DEFERRED" : ""}${key.column.constrained("deferrable") ? " DEFERRABLE" : ""}`;
    const more = `${isChecked ? "" : " ENABLE NOVALIDATE"}${later}`;
    lines.push(sql`CONSTRAINT ${name && nameOf(target, name)} PRIMARY KEY (${columns})${where}${more}`);
  }
  for (const { column, own } of all) {
    const found = referenceOf(change, column);
    if (found === undefined) continue;
    const { name, table: other, columns, actions, deferred } = found;
    const list = columns.length === 0 ? [] : sql`(${columns})`;
    const later = `${deferred.initially ? " INITIALLY DEFERRED" : ""}${deferred.deferrable ? " DEFERRABLE" : ""}`;
    lines.push(
      sql`CONSTRAINT ${name} FOREIGN KEY (${own.name}) REFERENCES ${other}${list}${actions}${later}`,
    );
  }
  const uniques = new Map<string, { readonly head: Sql; readonly columns: Sql[] }>();
  for (const [i, { column, own }] of all.entries()) {
    const unique = column.constraint("unique");
    if (unique === undefined || !column.constrained("unique")) continue;
    const name = column.constraint("uniqueConstraintName");
    const id = name?.text ?? `\0${i}`;
    // Its words stand where the attribute does: that is what a finding points to.
    const words = (text: string): Value => instead(unique, text);
    const known = uniques.get(id) ?? {
      head:
        name === undefined
          ? [words("UNIQUE")]
          : sql`${words("CONSTRAINT ")}${nameOf(target, name)}${words(" UNIQUE")}`,
      columns: [],
    };
    known.columns.push(own.name);
    uniques.set(id, known);
  }
  for (const { head, columns } of uniques.values()) lines.push(sql`${head} (${listed(columns)})`);
  const remarks = change.get("remarks");
  const space = change.get("tablespace");
  const where = space === undefined || target.isMysql ? [] : sql` TABLESPACE ${nameOf(target, space)}`;
  const comment = remarks === undefined || !target.isMysql ? [] : sql` COMMENT=${literal(target, remarks)}`;
  const exists = change.is("ifNotExists") ? "IF NOT EXISTS " : "";
  change.send(sql`CREATE TABLE ${exists}${table} (${listed(lines)})${where}${comment}`);
  if (target.isMysql) return;
  if (remarks !== undefined) change.send(sql`COMMENT ON TABLE ${table} IS ${literal(target, remarks)}`);
  for (const { own } of all)
    if (own.remarks !== undefined)
      change.send(sql`COMMENT ON COLUMN ${table}.${own.name} IS ${literal(target, own.remarks)}`);
};

const dropTable: Lowering = (change) => {
  const cascade = change.is("cascadeConstraints") && !change.target.isMysql ? " CASCADE" : "";
  change.send(sql`DROP TABLE ${change.table}${cascade}`);
};

const renameTable: Lowering = (change) => {
  const from = change.object("oldTableName");
  const { isMysql } = change.target;
  const to = isMysql ? change.object("newTableName") : change.named("newTableName");
  change.send(isMysql ? sql`ALTER TABLE ${from} RENAME ${to}` : sql`ALTER TABLE ${from} RENAME TO ${to}`);
};

const setTableRemarks: Lowering = (change) => {
  const { target, table } = change;
  const remarks = change.text("remarks");
  const text = remarks === undefined ? ["''"] : literal(target, remarks);
  change.send(
    target.isMysql ? sql`ALTER TABLE ${table} COMMENT = ${text}` : sql`COMMENT ON TABLE ${table} IS ${text}`,
  );
};

const setColumnRemarks: Lowering = (change) => {
  const { target, table } = change;
  const column = change.named("columnName");
  const remarks = change.get("remarks");
  const text = remarks === undefined ? ["''"] : literal(target, remarks);
  if (!target.isMysql) {
    change.send(sql`COMMENT ON COLUMN ${table}.${column} IS ${text}`);
    return;
  }
  change.forbid(target.isSince("3.8") === "no", change.name);
  if (change.refused.length > 0) return;
  // It makes a comment of the table of it.
  if (target.isSince("4.3") === "no") {
    change.send(sql`ALTER TABLE ${table} COMMENT = ${text}`);
    return;
  }
  const type = neededType(change, "columnDataType");
  change.send(
    sql`ALTER TABLE ${table} MODIFY COLUMN ${column} ${type} COMMENT ${text}`,
    lostBy(change, "columnDataType"),
  );
};

/** MySQL defines the column anew. */
export function neededType(change: Change, name: string): Sql {
  const given = change.get(name);
  if (given !== undefined) return [typeOf(change.target, given).sql];
  if (change.target.isMysql)
    change.refuse(
      `Liquibase refuses ${change.name} without ${name} on ${change.target.title}, and runs no changeset`,
      `Add ${name} with the type of the column.`,
    );
  return [];
}

/** What the definition leaves out is lost. It can only be written into the type, and not into each type. */
export function lostBy(change: Change, attribute: string): Pick<ToolCall, "unstated" | "leftOut"> {
  const given = change.get(attribute);
  const type = given === undefined ? undefined : typeOf(change.target, given);
  const unstated = {
    "NOT NULL": `${attribute}="… NOT NULL"`,
    DEFAULT: `${attribute}="… DEFAULT …"`,
    AUTO_INCREMENT: `${attribute}="… AUTO_INCREMENT"`,
    COMMENT: `${attribute}="… COMMENT …"`,
  };
  if (type === undefined || type.keepsWords) return { unstated };
  const behind = type.sql.text;
  const required = `addNotNullConstraint with columnDataType="${behind}" in its place, with a rollback to the former type`;
  const otherwise = {
    ...(change.name === "modifyDataType" ? { "NOT NULL": required } : {}),
    DEFAULT: "addDefaultValue behind it",
  };
  return { unstated, leftOut: { behind, otherwise, plain: "sql" } };
}

const createView: Lowering = (change) => {
  const { target } = change;
  const found = change.get("path") === undefined ? undefined : change.file();
  const body = found?.text ?? change.text("selectQuery");
  if (body === undefined) {
    change.dynamic({ prefix: "CREATE VIEW " });
    change.refuseMissing();
    return;
  }
  const view = change.object("viewName");
  if (change.is("fullDefinition")) change.raw(trimmed(body));
  else
    change.send(
      sql`CREATE ${change.is("replaceIfExists") ? "OR REPLACE " : ""}VIEW ${view} AS ${trimmed(body)}`,
    );
  const remarks = change.get("remarks");
  if (remarks !== undefined && !target.isMysql)
    change.send(sql`COMMENT ON VIEW ${view} IS ${literal(target, remarks)}`);
};

const dropView: Lowering = (change) => {
  change.send(sql`DROP VIEW ${change.is("ifExists") ? "IF EXISTS " : ""}${change.object("viewName")}`);
};

const renameView: Lowering = (change) => {
  const from = change.object("oldViewName");
  change.send(
    change.target.isMysql
      ? sql`RENAME TABLE ${from} TO ${change.object("newViewName")}`
      : sql`ALTER TABLE ${from} RENAME TO ${change.named("newViewName")}`,
  );
};

/** MySQL has no sequences: Liquibase sends nothing there, but refuses to rename one (3.10 to 5.0, run on MySQL 9). */
const ofSequence =
  (lower: Lowering): Lowering =>
  (change) => {
    const { isMysql, isMariadb } = change.target;
    if (isMysql && !isMariadb) {
      change.forbid(change.name === "renameSequence", change.name);
      return;
    }
    // To alter one with it, Liquibase sends ORDER, which neither database has.
    const isCreated = change.name === "createSequence";
    change.forbid(!isMysql && isCreated && change.get("ordered") !== undefined, "ordered");
    change.forbid(isMariadb && change.get("dataType") !== undefined, "dataType");
    if (change.refused.length === 0) lower(change);
    // Once the attribute is left out, it does what what follows counts on.
    else change.dynamic({ prefix: "CREATE SEQUENCE " });
  };

function sequenceOptions(change: Change): Sql {
  const words: Sql[] = [];
  const add = (name: string, word: string): void => {
    const value = change.get(name);
    if (value !== undefined) words.push(sql` ${word} ${value}`);
  };
  const type = change.get("dataType");
  if (type !== undefined) words.push(sql` AS ${type}`);
  if (!change.target.isMysql) add("startValue", "START WITH");
  add("incrementBy", "INCREMENT BY");
  add("minValue", "MINVALUE");
  add("maxValue", "MAXVALUE");
  if (change.target.isMysql) add("startValue", "START WITH");
  add("cacheSize", "CACHE");
  if (change.name === "alterSequence" && change.is("ordered")) words.push([" ORDER"]);
  if (change.is("cycle")) words.push([" CYCLE"]);
  else if (change.name === "alterSequence" && change.get("cycle") !== undefined)
    words.push([change.target.isMysql ? " NOCYCLE" : " NO CYCLE"]);
  return words.flat();
}

const createSequence = ofSequence((change) => {
  const exists = change.target.asksForSequences ? " IF NOT EXISTS" : "";
  change.send(sql`CREATE SEQUENCE${exists} ${change.object("sequenceName")}${sequenceOptions(change)}`);
});

const alterSequence = ofSequence((change) => {
  change.send(sql`ALTER SEQUENCE ${change.object("sequenceName")}${sequenceOptions(change)}`);
});

const renameSequence = ofSequence((change) => {
  change.send(
    sql`ALTER SEQUENCE ${change.object("oldSequenceName")} RENAME TO ${change.named("newSequenceName")}`,
  );
});

const dropSequence = ofSequence((change) => {
  change.send(sql`DROP SEQUENCE ${change.object("sequenceName")}${change.target.isMysql ? "" : " CASCADE"}`);
});

/** A routine as the changelog, or a file, writes it. */
const createRoutine: Lowering = (change) => {
  const found = change.get("path") === undefined ? undefined : change.file();
  const body =
    found?.text ??
    change.text(
      "procedureText",
      "procedureBody",
      "functionBody",
      "functionText",
      "triggerBody",
      "triggerText",
      "packageText",
    );
  if (body === undefined) {
    change.dynamic({ prefix: "CREATE " });
    change.refuseMissing();
  } else change.raw(trimmed(body));
};

const dropProcedure: Lowering = (change) => {
  change.send(sql`DROP PROCEDURE ${change.object("procedureName")}`);
};

export const tables: Readonly<Record<string, Lowering>> = {
  createTable,
  dropTable,
  renameTable,
  setTableRemarks,
  setColumnRemarks,
  createView,
  dropView,
  renameView,
  createSequence,
  alterSequence,
  renameSequence,
  dropSequence,
  createProcedure: forDatabase(createRoutine),
  createFunction: createRoutine,
  createTrigger: createRoutine,
  dropProcedure,
};
