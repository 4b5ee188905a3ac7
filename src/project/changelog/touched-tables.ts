/** What a changeset does to tables, as far as it says which deployment it is of: it makes some, completes some, or changes others. */
import type { ChangelogNode } from "../../model/changelog.ts";

export interface TouchedTables {
  readonly makes: readonly string[];
  /** They get keys, indexes, constraints, comments or rows. */
  readonly completes: readonly string[];
  /** Of those, what gets indexes and unique constraints. */
  readonly indexes: readonly string[];
  /** Of those, what gets rows. */
  readonly rows: readonly string[];
  /** Their columns, rows or names change. */
  readonly alters: readonly string[];
  /** Something else is changed, or what it does isn't known. */
  readonly changes: boolean;
}

/** Changes that complete a table, and the attribute that names it. */
const completing: ReadonlyMap<string, string> = new Map([
  ...[
    ...["addPrimaryKey", "addUniqueConstraint", "addDefaultValue", "addAutoIncrement", "createIndex"],
    ...["setTableRemarks", "setColumnRemarks", "insert", "loadData", "loadUpdateData"],
  ].map((name): [string, string] => [name, "tableName"]),
  ["addForeignKeyConstraint", "baseTableName"],
]);

const indexing: ReadonlySet<string> = new Set(["addUniqueConstraint", "createIndex"]);
const filling: ReadonlySet<string> = new Set(["insert", "loadData", "loadUpdateData"]);

/** The same of those that change what is in it. */
const altering: ReadonlyMap<string, string> = new Map([
  ...[
    ...["addColumn", "dropColumn", "renameColumn", "mergeColumns", "modifyDataType", "addNotNullConstraint"],
    ...["dropNotNullConstraint", "dropDefaultValue", "dropIndex", "dropPrimaryKey", "dropUniqueConstraint"],
    ...["update", "delete"],
  ].map((name): [string, string] => [name, "tableName"]),
  ["dropForeignKeyConstraint", "baseTableName"],
]);

/** They leave all tables as they are. */
const beside: ReadonlySet<string> = new Set([
  ...["comment", "preConditions", "rollback", "validCheckSum", "tagDatabase", "empty", "output"],
  ...["createSequence", "createView", "createProcedure", "createType", "createFunction"],
]);

/** @param loaded the text of the file of SQL that is all it runs */
export function touchedByChangeset(
  { children }: Pick<ChangelogNode, "children">,
  loaded: string | undefined,
): TouchedTables {
  const keyed = new Set(
    children.flatMap((change) => (change.name === "addPrimaryKey" ? tableOf(change) : [])),
  );
  return all(
    children.map((change) => {
      const touched = touchedByChange(change, loaded);
      // A table gets its primary key at the beginning, and what else its columns need along with it.
      const isOfKey = change.name === "addNotNullConstraint" && touched.alters.some((one) => keyed.has(one));
      return isOfKey ? { ...nothing, completes: touched.alters } : touched;
    }),
  );
}

function tableOf({ attributes }: ChangelogNode, attribute = "tableName"): readonly string[] {
  const name = attributes.get(attribute)?.value;
  return name === undefined ? [] : [plain(name)];
}

function touchedByChange(change: ChangelogNode, loaded: string | undefined): TouchedTables {
  if (change.name === "changes") return touchedByChangeset(change, loaded);
  if (beside.has(change.name)) return nothing;
  if (change.name === "createTable") return { ...nothing, makes: tableOf(change) };
  const attribute = completing.get(change.name);
  if (attribute !== undefined)
    return completed(tableOf(change, attribute), indexing.has(change.name), filling.has(change.name));
  const altered = tableOf(change, altering.get(change.name) ?? "");
  if (altered.length > 0) return { ...nothing, alters: altered };
  const text =
    change.name === "sql"
      ? (change.text ?? change.attributes.get("sql"))?.value
      : change.name === "sqlFile"
        ? loaded
        : undefined;
  return text === undefined ? unknown : touchedBySql(text);
}

const name = String.raw`((?:["\`[]?[\w$]+["\`\]]?\.)?["\`[]?[\w$]+)`;
const makesTable = new RegExp(String.raw`^CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?${name}`, "i");
const completesTable = new RegExp(
  [
    String.raw`^CREATE\s+(?:UNIQUE\s+)?INDEX\s[^(]{0,200}?\bON\s+(?:ONLY\s+)?${name}`,
    String.raw`^ALTER\s+TABLE\s+(?:ONLY\s+)?${name}["\`\]]?\s+ADD\s+(?:CONSTRAINT\s+\S+\s+)?(?:PRIMARY|FOREIGN|UNIQUE|CHECK|KEY|INDEX|FULLTEXT|SPATIAL)\b`,
    // As a dump of MySQL writes it, behind the keys.
    String.raw`^ALTER\s+TABLE\s+${name}["\`\]]?\s+MODIFY\s[^;]{0,200}\bAUTO_INCREMENT\b`,
    String.raw`^INSERT\s+INTO\s+${name}`,
    String.raw`^COMMENT\s+ON\s+TABLE\s+${name}`,
    String.raw`^CREATE\s+(?:OR\s+REPLACE\s+)?TRIGGER\s[^;]{0,200}?\bON\s+${name}[^;]{0,400}?\bEXECUTE\s`,
  ].join("|"),
  "i",
);
const makesIndex =
  /^CREATE\s+(?:UNIQUE\s+)?INDEX|\sADD\s+(?:CONSTRAINT\s+\S+\s+)?(?:UNIQUE|KEY|INDEX|FULLTEXT|SPATIAL)\b/i;
const altersTable = new RegExp(
  String.raw`^(?:ALTER\s+TABLE|UPDATE|DELETE\s+FROM)\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?${name}`,
  "i",
);
const besideSql =
  /^(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:SCHEMA|EXTENSION|SEQUENCE|TYPE|DOMAIN|VIEW|USER|ROLE|FUNCTION|PROCEDURE)|COMMENT|GRANT|SET|SELECT)\b/i;

/** `DO $$ BEGIN IF NOT EXISTS (…) THEN ALTER TABLE …; END IF; END $$`: what stands around the statement. */
const asksFirst = /^DO\s+\$\w*\$\s*BEGIN\s+IF\s+NOT\s+EXISTS\b[\s\S]*?\bTHEN\s+/i;
const endsAsked = /^(?:END(?:\s+IF)?)?\s*(?:\$\w*\$(?:\s+LANGUAGE\s+\w+)?)?$/i;

/** What a function or a procedure does, it does when it is called. */
const bodies = /(\bDO\s{1,9})?\$(\w*)\$[\s\S]*?\$\2\$/gi;

/** Statements are told apart by the semicolon alone: a body without dollars is something that isn't known. */
export function touchedBySql(text: string): TouchedTables {
  const statements = text
    .replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ")
    .replaceAll(bodies, (all: string, block: string | undefined) => (block === undefined ? "''" : all))
    .split(";")
    .map((one) => one.trim().replace(asksFirst, ""))
    .filter((one) => !endsAsked.test(one));
  return all(
    statements.map((one) => {
      const made = makesTable.exec(one)?.[1];
      if (made !== undefined) return { ...nothing, makes: [plain(made)] };
      const [found] = completesTable.exec(one)?.slice(1).filter(Boolean) ?? [];
      if (found !== undefined) return completed([plain(found)], makesIndex.test(one), /^INSERT/i.test(one));
      const altered = altersTable.exec(one)?.[1];
      if (altered !== undefined) return { ...nothing, alters: [plain(altered)] };
      return besideSql.test(one) ? nothing : unknown;
    }),
  );
}

const completed = (tables: readonly string[], byIndex: boolean, byRows: boolean): TouchedTables => ({
  ...nothing,
  completes: tables,
  indexes: byIndex ? tables : [],
  rows: byRows ? tables : [],
});

const nothing: TouchedTables = {
  makes: [],
  completes: [],
  indexes: [],
  rows: [],
  alters: [],
  changes: false,
};
const unknown: TouchedTables = { ...nothing, changes: true };

const all = (parts: readonly TouchedTables[]): TouchedTables => ({
  makes: parts.flatMap(({ makes }) => makes),
  completes: parts.flatMap(({ completes }) => completes),
  indexes: parts.flatMap(({ indexes }) => indexes),
  rows: parts.flatMap(({ rows }) => rows),
  alters: parts.flatMap(({ alters }) => alters),
  changes: parts.some(({ changes }) => changes),
});

/** Without quotes and schema, in lower case. */
const plain = (written: string): string =>
  (written.split(".").at(-1) ?? written).replaceAll(/["`[\]]/g, "").toLowerCase();
