/** The schema statements by their names. */
import { madeText, plain, textOf, type Value } from "../value.ts";
import {
  addColumn,
  addColumns,
  addTimestamps,
  changeColumn,
  changeColumnComment,
  changeColumnDefault,
  changeColumnNull,
  newValue,
  removeColumn,
  removeColumns,
  removeTimestamps,
  renameColumn,
  type Alteration,
} from "./alter.ts";
import { databaseStatements } from "./database.ts";
import type { Command, Editor } from "./editor.ts";
import { attachmentColumns } from "./gems.ts";
import {
  addIndex,
  indexParts,
  inlineIndex,
  rememberIndex,
  removedIndex,
  removeIndex,
  renameIndex,
  renameIndexesOf,
  withoutIndex,
} from "./indexes.ts";
import {
  addConstraint,
  addForeignKey,
  removeConstraint,
  removeForeignKey,
  validateCheck,
  validateConstraint,
  validateForeignKey,
} from "./keys.ts";
import { referenceParts, referenceRemovals } from "./references.ts";
import { joinSql, listSql, nameOf, type Sql } from "./sql.ts";
import { safely } from "./strong-migrations.ts";
import {
  changeTableComment,
  createTable,
  dropTable,
  joinTable,
  renameTable,
  type Definition,
} from "./tables.ts";

const alterations: Readonly<Record<string, (editor: Editor, command: Command) => Alteration>> = {
  add_column: addColumn,
  add_columns: addColumns,
  remove_column: removeColumn,
  remove_columns: removeColumns,
  add_timestamps: addTimestamps,
  remove_timestamps: removeTimestamps,
  change_column: changeColumn,
  change_column_default: changeColumnDefault,
  change_column_null: changeColumnNull,
  change_column_comment: changeColumnComment,
  rename_column: renameWithIndexes,
};

type Define = (table: Definition) => void;

const statements: Readonly<Record<string, (editor: Editor, command: Command, define: Define) => void>> = {
  create_table(editor, command, define) {
    createTable(editor, command, define);
  },
  drop_table: dropTable,
  rename_table: renameTable,
  create_join_table(editor, command, define) {
    const join = joinTable(editor, command);
    const whole: Define = (table) => {
      join.refer(table);
      define(table);
    };
    createTable(editor, join.command, whole, true);
  },
  drop_join_table(editor, command) {
    dropTable(editor, joinTable(editor, command).command);
  },
  change_table_comment(editor, command) {
    changeTableComment(editor, command, newValue(command, 1) ?? plain(null, command.at));
  },
  add_index: addIndex,
  remove_index: removeIndex,
  rename_index: renameIndex,
  add_reference(editor, command) {
    const { args, options, at } = command;
    const table = editor.tableOf(command);
    const { columns, index, key } = referenceParts(editor, table, args[1], options, at);
    const [first] = args;
    const head = first === undefined ? [] : [first];
    editor.as(command, () => {
      for (const column of columns) {
        const name: Value = {
          is: "text",
          segments: [
            {
              text: column.name.text ?? column.name.shown,
              path: column.at.path,
              at: column.at,
              exact: false,
            },
          ],
          holes: column.name.text === undefined,
          isSymbol: true,
          at: column.at,
        };
        const kind: Value | undefined =
          column.kind === undefined
            ? undefined
            : {
                ...name,
                segments: [{ text: column.kind, path: column.at.path, at: column.at, exact: false }],
                holes: false,
              };
        runStatement(editor, {
          ...command,
          name: "add_column",
          args: [...head, name, ...(kind === undefined ? [] : [kind])],
          options: column.options,
        });
      }
      if (index !== undefined)
        addIndex(editor, { ...command, args: [...head, index.columns], options: index.options });
      if (key !== undefined) {
        const to: Value = {
          is: "text",
          segments: [
            { text: key.to.text ?? key.to.shown, path: key.to.at.path, at: key.to.at, exact: false },
          ],
          holes: key.to.text === undefined,
          isSymbol: true,
          at: key.to.at,
        };
        addForeignKey(editor, { ...command, args: [...head, to], options: key.options });
      }
    });
  },
  remove_reference(editor, command) {
    const { args, options, at } = command;
    const { key, columns, conditional } = referenceRemovals(args[1], options, at);
    const [first] = args;
    const head = first === undefined ? [] : [first];
    editor.as(command, () => {
      if (key !== undefined) removeForeignKey(editor, { ...command, args: head, options: key });
      for (const column of columns)
        runStatement(editor, {
          ...command,
          name: "remove_column",
          args: [...head, column],
          options: conditional,
        });
    });
  },
  add_attachment: attachments("add_column"),
  remove_attachment: attachments("remove_column"),
  add_foreign_key: addForeignKey,
  remove_foreign_key: removeForeignKey,
  validate_foreign_key: validateForeignKey,
  add_check_constraint: addConstraint("check"),
  remove_check_constraint: removeConstraint("check"),
  validate_check_constraint: validateCheck,
  validate_constraint: validateConstraint,
  add_unique_constraint: addConstraint("unique"),
  add_unique_key: addConstraint("unique"),
  remove_unique_constraint: removeConstraint("unique"),
  remove_unique_key: removeConstraint("unique"),
  add_exclusion_constraint: addConstraint("exclusion"),
  remove_exclusion_constraint: removeConstraint("exclusion"),
  enable_index: visibility("VISIBLE"),
  disable_index: visibility("INVISIBLE"),
};

/** Paperclip's. */
function attachments(name: "add_column" | "remove_column"): (editor: Editor, command: Command) => void {
  return (editor, command) => {
    const [table, ...names] = command.args;
    if (table === undefined) return;
    editor.as(command, () => {
      for (const one of names)
        for (const own of attachmentColumns(one)) {
          const args = [table, own.name, madeText(own.kind, one.at, true)];
          runStatement(editor, { ...command, name, args });
        }
    });
  };
}

function visibility(word: string): (editor: Editor, command: Command) => void {
  return (editor, command) => {
    const { vendor } = editor;
    const name = textOf(command.args[1]) ?? "";
    const shown = vendor.isMariadb ? (word === "VISIBLE" ? "NOT IGNORED" : "IGNORED") : word;
    editor.send(
      command,
      "ALTER TABLE ",
      vendor.table(editor.tableOf(command)),
      ` ALTER INDEX ${vendor.quote(name)} ${shown}`,
    );
  };
}

const aliases: Readonly<Record<string, string>> = {
  add_belongs_to: "add_reference",
  remove_belongs_to: "remove_reference",
};

export const isStatement = (name: string): boolean =>
  Object.hasOwn(alterations, name) ||
  Object.hasOwn(statements, name) ||
  Object.hasOwn(databaseStatements, name) ||
  Object.hasOwn(aliases, name);

/** The first words of the SQL of a statement that isn't understood. */
export const prefixOf = (name: string): string =>
  /^create_(?:join_)?table$/.test(name)
    ? "CREATE TABLE "
    : /^drop_(?:join_)?table$/.test(name)
      ? "DROP TABLE "
      : name === "add_index"
        ? "CREATE INDEX "
        : name === "remove_index"
          ? "DROP INDEX "
          : "ALTER TABLE ";

/** Sends what a statement sends. `define`: runs the block of a table. */
export function runStatement(editor: Editor, command: Command, define: Define = () => undefined): void {
  const name = aliases[command.name] ?? command.name;
  const { isMysql, facts } = editor.vendor;
  const isSafe = facts.isSafeByDefault && !isMysql && command.inTable !== true;
  for (const one of isSafe ? safely(editor, { ...command, name }) : [command]) run(editor, one, define);
  if (name === "create_table") editor.made.add(textOf(command.args[0]) ?? "");
}

function run(editor: Editor, command: Command, define: Define): void {
  const name = aliases[command.name] ?? command.name;
  if (command.open && !/^(?:create_table|add_column|add_index)$/.test(name)) {
    editor.unknown(command, prefixOf(name));
    return;
  }
  const alteration = alterations[name]?.(editor, command);
  if (alteration !== undefined) {
    alter(editor, command, alteration);
    return;
  }
  const database = databaseStatements[name];
  if (database !== undefined) {
    if (!editor.vendor.isMysql) database(editor, command);
    return;
  }
  statements[name]?.(editor, command, define);
}

function alter(editor: Editor, command: Command, { parts, after, isApart = false }: Alteration): void {
  const head = joinSql(command.at, "ALTER TABLE ", editor.vendor.table(editor.tableOf(command)), " ");
  if (isApart) for (const part of parts) editor.send(command, head, part);
  else if (parts.length > 0) {
    const isFirstOnly = after.length > 1 && !editor.since(5, 2) && command.name === "change_column";
    editor.send(command, head, listSql(command.at, isFirstOnly ? parts.slice(0, 1) : parts));
  }
  for (const one of after) one();
}

/** A column whose indexes get the names that Rails gives them under the new name of it; not within `bulk: true`. */
function renameWithIndexes(editor: Editor, command: Command): Alteration {
  const { parts, after } = renameColumn(editor, command);
  const [old, now] = [1, 2].map((n) => nameOf(command.args[n], command.at).text);
  if (old === undefined || now === undefined) return { parts, after };
  const table = editor.tableOf(command);
  const renameIndexes = (): void => {
    renameIndexesOf(editor, command, table, {
      table,
      column: now,
      columns: (columns) => columns.map((name) => (name === now ? old : name)),
    });
  };
  return { parts, after: [...after, renameIndexes] };
}

/** `change_table bulk: true`: as few ALTER TABLE as the database lets it be. */
export function runBulk(editor: Editor, table: Command, commands: readonly Command[]): void {
  const head = joinSql(table.at, "ALTER TABLE ", editor.vendor.table(editor.tableOf(table)), " ");
  let parts: Sql[] = [];
  let after: (() => void)[] = [];
  const flush = (): void => {
    if (parts.length > 0) editor.send(table, head, listSql(table.at, parts));
    for (const one of after) one();
    parts = [];
    after = [];
  };
  for (const command of commands) {
    const found = combinable(editor, command);
    if (found === undefined) {
      flush();
      runStatement(editor, command);
      continue;
    }
    parts.push(...found.parts);
    after.push(...found.after);
  }
  flush();
}

/** Undefined: a statement of its own. */
function combinable(editor: Editor, command: Command): Alteration | undefined {
  const { isMysql } = editor.vendor;
  const { name, args, at, options } = command;
  if (isMysql && name === "add_index") {
    const table = editor.tableOf(command);
    const index = indexParts(editor, table, args[1], options, at);
    return {
      parts: [joinSql(at, "ADD ", inlineIndex(editor, index, options, at))],
      after: [
        () => {
          rememberIndex(editor, command, table, index);
        },
      ],
    };
  }
  if (isMysql && name === "remove_index") {
    const table = editor.tableOf(command);
    const index = removedIndex(editor, command, table);
    if (index === undefined) return undefined;
    return {
      parts: [joinSql(at, "DROP INDEX ", editor.vendor.column(index))],
      after: [
        () => {
          editor.change(table, command, (live) => withoutIndex(live, index.text ?? ""));
        },
      ],
    };
  }
  if (name === "rename_column") return isMysql ? renameColumn(editor, command) : undefined;
  // With a value for the rows that have none, it sends an UPDATE of its own.
  if (name === "change_column_null" && (isMysql || args.length > 3)) return undefined;
  return alterations[name]?.(editor, command);
}
