/** Rows, and SQL as it is written. */
import { delimiterOf } from "../../../model/changelog.ts";
import { forDatabase, type Lowering } from "../change.ts";
import { cutQuotes } from "../cut-quotes.ts";
import { nameOf } from "../database.ts";
import { listed, sliced, splitAt, sql, trimmed, written, type Sql, type Value } from "../sql.ts";
import { paramValue, rowValue } from "../values.ts";
import type { Change } from "../change.ts";

/** Names and values of the columns. */
function rowOf(change: Change): readonly { readonly name: Sql; readonly value: Sql }[] {
  return change.columns.map((column) => {
    const name = column.get("name");
    const value = rowValue(change.target, column.get);
    if (value?.is === "refused") change.refuse(value.why, "Give it another value.");
    return {
      name: name === undefined ? [] : nameOf(change.target, name),
      value: value?.is === "sql" ? value.sql : ["NULL"],
    };
  });
}

const insert: Lowering = (change) => {
  const row = rowOf(change);
  if (change.refused.length > 0) return;
  const names = listed(row.map(({ name }) => name));
  change.send(sql`INSERT INTO ${change.table} (${names}) VALUES (${listed(row.map(({ value }) => value))})`);
};

/** `WHERE …`, with its parameters. */
function where(change: Change): Sql {
  const text =
    change.child("where")?.text === undefined && change.node.attributes.get("where") === undefined
      ? undefined
      : change.text("where");
  if (text === undefined) return [];
  const params = change.child("whereParams")?.children.filter(({ name }) => name === "param") ?? [];
  let at = 0;
  let from = 0;
  const found: Sql[] = [];
  for (const match of text.text.matchAll(/:(name|value)\b/g)) {
    const param = params[at];
    if (param === undefined) break;
    found.push([sliced(text, from, match.index)]);
    from = match.index + match[0].length;
    const name = change.value(param, "name");
    if (match[1] === "name") found.push(name === undefined ? [] : nameOf(change.target, name));
    else {
      const value = paramValue(change.target, (attribute) => change.value(param, attribute));
      found.push(value?.is === "sql" ? value.sql : ["NULL"]);
      at++;
    }
  }
  found.push([sliced(text, from, text.text.length)]);
  return sql` WHERE ${found.flat()}`;
}

const update: Lowering = (change) => {
  const row = rowOf(change);
  if (change.refused.length > 0) return;
  const set = listed(row.map(({ name, value }) => sql`${name} = ${value}`));
  change.send(sql`UPDATE ${change.table} SET ${set}${where(change)}`);
};

const remove: Lowering = (change) => {
  change.send(sql`DELETE FROM ${change.table}${where(change)}`);
};

/** Statements between the delimiters that it is told. */
function statements(change: Change, text: Value): void {
  const stated = change.get("endDelimiter")?.text ?? ";";
  const mark = delimiterOf(stated);
  const isSplit = change.get("splitStatements")?.text.trim().toLowerCase() !== "false";
  const isUsual = mark === ";" || mark === "";
  // A division is none, since 4.0.
  const isAtStart = stated === "/" && change.target.isSince("4.0") !== "no";
  const parts = !isSplit || isUsual ? [trimmed(text)] : splitAt(text, isAtStart ? "\n/" : mark);
  const quote = isSplit && isUsual && !change.target.isMysql ? cutQuotes(text.text) : undefined;
  if (quote !== undefined)
    change.refuse(
      `Liquibase cuts the statement at a semicolon between ${quote}, and the server refuses its beginning`,
      `Set splitStatements to false in this ${change.name}.`,
    );
  for (const part of parts) if (part.text !== "") change.raw(part, isSplit && isUsual);
}

const raw: Lowering = (change) => {
  const text = change.text("sql");
  if (text !== undefined) statements(change, text);
};

const sqlFile: Lowering = (change) => {
  const found = change.file();
  if (found !== undefined) {
    statements(change, found.text);
    return;
  }
  change.dynamic();
  change.refuseMissing();
};

/** Rows of a file. */
const loadData: Lowering = (change) => {
  change.refuseMissing("file");
  change.dynamic({ prefix: `INSERT INTO ${written(change.table)} `, isData: true });
};

/** What takes `loadUpdateData` back. No element has this name. */
export const deleteLoaded = "rows of the file";

/** The rows of the file, by their keys. */
const unloadData: Lowering = (change) => {
  change.dynamic({ prefix: `DELETE FROM ${written(change.table)} `, isData: true });
};

/** A program that the change names: it may do anything. */
const program: Lowering = (change) => {
  change.dynamic();
};

const nothing: Lowering = () => undefined;

export const data: Readonly<Record<string, Lowering>> = {
  insert: forDatabase(insert),
  update,
  delete: remove,
  sql: forDatabase(raw),
  sqlFile: forDatabase(sqlFile),
  loadData,
  loadUpdateData: loadData,
  [deleteLoaded]: unloadData,
  customChange: program,
  executeCommand: nothing,
  tagDatabase: nothing,
  empty: nothing,
  output: nothing,
};
