/** PostgreSQL's own statements: extensions, enumerations, schemas. */
import { isNil, itemsOf, textOf, type Value } from "../value.ts";
import { isOn, type Command, type Editor } from "./editor.ts";
import { joinSql, listSql, nameOf, sqlAt } from "./sql.ts";

type Statement = (editor: Editor, command: Command) => void;

const enableExtension: Statement = (editor, command) => {
  const { shown, at } = nameOf(command.args[0], command.at);
  const [schema, name = shown] = shown.includes(".") ? shown.split(".", 2) : [];
  editor.send(
    command,
    "CREATE EXTENSION IF NOT EXISTS ",
    sqlAt(at, `"${name}"`),
    schema === undefined ? "" : ` SCHEMA ${schema}`,
  );
};

const disableExtension: Statement = (editor, command) => {
  const { shown, at } = nameOf(command.args[0], command.at);
  const force = command.options.get("force");
  // Before 7.1, by the migration's version or the gem's, it took what depends on it along.
  const cascades = textOf(force) === "cascade" || !editor.since(7, 1) || !editor.vendor.since(7, 0);
  editor.send(command, "DROP EXTENSION IF EXISTS ", sqlAt(at, `"${shown}"`), cascades ? " CASCADE" : "");
};

const createEnum: Statement = (editor, command) => {
  const { vendor } = editor;
  const name = nameOf(command.args[0], command.at);
  const values = itemsOf(command.args[1]);
  if (values === undefined) {
    editor.unknown(command, "CREATE TYPE ");
    return;
  }
  const list = listSql(
    command.at,
    values.map((one) => vendor.quoted(one)),
  );
  const create = joinSql(command.at, "CREATE TYPE ", vendor.table(name), " AS ENUM (", list, ")");
  if (!vendor.since(7, 0)) {
    editor.send(command, create);
    return;
  }
  const text = vendor.text(name.text?.replace(/^.*\./, "") ?? name.shown);
  editor.send(
    command,
    `DO $$ BEGIN IF NOT EXISTS ( SELECT 1 FROM pg_type t JOIN pg_namespace n ON t.typnamespace = n.oid WHERE t.typname = ${text} AND n.nspname = ANY (current_schemas(false)) ) THEN `,
    create,
    "; END IF; END $$",
  );
};

const dropEnum: Statement = (editor, command) => {
  editor.send(
    command,
    "DROP TYPE ",
    isOn(command.options, "if_exists") ? "IF EXISTS " : "",
    editor.vendor.table(nameOf(command.args[0], command.at)),
  );
};

const renameEnum: Statement = (editor, command) => {
  const to = nameOf(command.options.get("to") ?? command.args[1], command.at);
  editor.send(
    command,
    "ALTER TYPE ",
    editor.vendor.table(nameOf(command.args[0], command.at)),
    " RENAME TO ",
    sqlAt(to.at, to.shown),
  );
};

const addEnumValue: Statement = (editor, command) => {
  const { vendor } = editor;
  const { args, options, at } = command;
  const beside = (option: string, word: string): ReturnType<typeof joinSql> => {
    const value = options.get(option);
    return value === undefined || isNil(value) ? [] : joinSql(value.at, ` ${word} `, vendor.quoted(value));
  };
  editor.send(
    command,
    "ALTER TYPE ",
    vendor.table(nameOf(args[0], at)),
    " ADD VALUE ",
    isOn(options, "if_not_exists") ? "IF NOT EXISTS " : "",
    args[1] === undefined ? "${value}" : vendor.quoted(args[1]),
    beside("before", "BEFORE"),
    beside("after", "AFTER"),
  );
};

const renameEnumValue: Statement = (editor, command) => {
  const { vendor } = editor;
  const value = (name: string): Value | undefined => command.options.get(name);
  const [from, to] = [value("from"), value("to")];
  editor.send(
    command,
    "ALTER TYPE ",
    vendor.table(nameOf(command.args[0], command.at)),
    " RENAME VALUE ",
    from === undefined ? "${from}" : vendor.quoted(from),
    " TO ",
    to === undefined ? "${to}" : vendor.quoted(to),
  );
};

const createSchema: Statement = (editor, command) => {
  const asks = isOn(command.options, "if_not_exists") ? "IF NOT EXISTS " : "";
  editor.send(command, "CREATE SCHEMA ", asks, editor.vendor.column(nameOf(command.args[0], command.at)));
};

const dropSchema: Statement = (editor, command) => {
  const asks = isOn(command.options, "if_exists") ? "IF EXISTS " : "";
  editor.send(
    command,
    "DROP SCHEMA ",
    asks,
    editor.vendor.column(nameOf(command.args[0], command.at)),
    " CASCADE",
  );
};

const renameSchema: Statement = (editor, command) => {
  const { vendor } = editor;
  const [from, to] = [nameOf(command.args[0], command.at), nameOf(command.args[1], command.at)];
  editor.send(command, "ALTER SCHEMA ", vendor.column(from), " RENAME TO ", vendor.column(to));
};

/** On MySQL they do nothing. */
export const databaseStatements: Readonly<Record<string, Statement>> = {
  enable_extension: enableExtension,
  disable_extension: disableExtension,
  create_enum: createEnum,
  drop_enum: dropEnum,
  rename_enum: renameEnum,
  add_enum_value: addEnumValue,
  rename_enum_value: renameEnumValue,
  create_schema: createSchema,
  drop_schema: dropSchema,
  rename_schema: renameSchema,
};
