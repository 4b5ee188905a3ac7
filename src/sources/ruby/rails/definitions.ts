/** Views, functions and triggers of the gems scenic and fx, whose SQL stands in files: `db/views/sales_v02.sql`. */
import { isNil, madeText, numberOf, textOf, type Value } from "../value.ts";
import { isOn, withOptions, without, type Command, type Editor } from "./editor.ts";
import { joinSql, nameOf, sqlAt, textOfSql, type Sql } from "./sql.ts";

const statements: Readonly<Record<string, (editor: Editor, command: Command) => readonly Sql[] | undefined>> =
  {
    create_view: (editor, command) => {
      const create = createView(editor, command, "CREATE");
      return create && [create];
    },
    replace_view: (editor, command) => {
      const create = isMaterialized(command) ? undefined : createView(editor, command, "CREATE OR REPLACE");
      return create && [create];
    },
    update_view: (editor, command) => {
      if (isMaterialized(command)) return updateMaterialized(editor, command);
      const create = createView(editor, command, "CREATE");
      return create && [dropView(editor, command), create];
    },
    drop_view: (editor, command) => [dropView(editor, command)],
    create_function: (editor, command) => {
      const create = definition(editor, command, "functions");
      return create && [create];
    },
    update_function: (editor, command) => {
      const create = definition(editor, command, "functions");
      return create && [dropFunction(command), create];
    },
    drop_function: (_editor, command) => [dropFunction(command)],
    create_trigger: (editor, command) => {
      const create = definition(editor, command, "triggers");
      return create && [create];
    },
    drop_trigger: (editor, command) => {
      const table = command.options.get("on");
      if (table === undefined) return undefined;
      const { shown, at } = nameOf(command.args[0], command.at);
      const on = editor.vendor.table(nameOf(table, command.at));
      return [joinSql(command.at, "DROP TRIGGER ", sqlAt(at, shown), " ON ", on)];
    },
  };

export const isDefinition = (name: string): boolean => Object.hasOwn(statements, name);

const known =
  /^(?:version|sql_definition|revert_to_version|materialized|on|side_by_side|if_exists|if_not_exists)$/;

/** Sends what the gems send; where a gem of the same name has another meaning, or a file isn't there, it isn't known. */
export function runDefinition(editor: Editor, command: Command): void {
  const { name, args, options, open, block } = command;
  const isTheirs = !open && args.length === 1 && block === undefined && [...options.keys()].every(isKnown);
  const sent = isTheirs && !editor.vendor.isMysql ? statements[name]?.(editor, command) : undefined;
  if (sent === undefined) {
    const verb = name.startsWith("drop_") ? "DROP" : "CREATE";
    editor.unknown(command, `${verb} ${name.replace(/^[^_]*_/, "").toUpperCase()} `);
    return;
  }
  for (const sql of sent) editor.send(command, sql);
  // SQL may have made others of its indexes.
  if (name === "update_view" && isMaterialized(command)) editor.unknown(command, "CREATE INDEX ");
}

const isKnown = (option: string): boolean => known.test(option);

const isMaterialized = ({ options }: Command): boolean => {
  const given = options.get("materialized");
  return given !== undefined && !isNil(given) && !(given.is === "plain" && given.value === false);
};

function createView(
  editor: Editor,
  command: Command,
  verb: string,
  called = command.args[0],
): Sql | undefined {
  const { at, options } = command;
  const query = definition(editor, command, "views");
  if (query === undefined) return undefined;
  const given = options.get("materialized");
  const isEmpty =
    given?.is === "record" &&
    numberOf(given.fields.get("no_data")) === undefined &&
    isOn(given.fields, "no_data");
  const kind = isMaterialized(command) ? "MATERIALIZED VIEW" : "VIEW";
  const name = editor.vendor.table(nameOf(called, at));
  return joinSql(at, `${verb} ${kind} `, name, " AS ", query, isEmpty ? " WITH NO DATA" : "");
}

/** Either way, scenic makes the indexes again. */
function updateMaterialized(editor: Editor, command: Command): readonly Sql[] | undefined {
  const { at, options } = command;
  const given = options.get("materialized");
  const name = nameOf(command.args[0], at);
  const drop = dropView(editor, command);
  const indexes = (editor.live(name)?.indexes ?? []).flatMap(({ create: again }) =>
    again === undefined ? [] : [sqlAt(at, textOfSql(again))],
  );
  const isBeside = given?.is === "record" && isOn(given.fields, "side_by_side");
  if (!isBeside) {
    const create = createView(editor, command, "CREATE");
    return create && [drop, create, ...indexes];
  }
  const next = madeText(`${name.text ?? name.shown}_next`, name.at);
  const create = createView(editor, command, "CREATE", next);
  const { vendor } = editor;
  const rename = [
    "ALTER MATERIALIZED VIEW ",
    vendor.table(nameOf(next, at)),
    " RENAME TO ",
    vendor.column(name),
  ];
  return create && [create, drop, joinSql(at, ...rename), ...indexes];
}

function dropView(editor: Editor, command: Command): Sql {
  const kind = isMaterialized(command) ? "MATERIALIZED VIEW" : "VIEW";
  return joinSql(command.at, `DROP ${kind} `, editor.vendor.table(nameOf(command.args[0], command.at)));
}

const dropFunction = ({ args, at }: Command): Sql => {
  const name = nameOf(args[0], at);
  return joinSql(at, "DROP FUNCTION ", sqlAt(name.at, name.shown));
};

/** `sql_definition:`, or the text of the file that `version:` names. */
function definition(editor: Editor, { args, options }: Command, folder: string): Sql | undefined {
  const given = options.get("sql_definition");
  if (given !== undefined && !isNil(given))
    return given.is === "text" ? withoutEnd(given.segments) : undefined;
  const name = textOf(args[0])?.replaceAll(".", "_");
  const version = options.has("version") ? numberOf(options.get("version")) : 1;
  if (name === undefined || version === undefined) return undefined;
  const file = editor.file(`db/${folder}/${name}_v${String(version).padStart(2, "0")}.sql`);
  if (file === undefined || file.text.trim() === "") return undefined;
  const { path, text } = file;
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  return withoutEnd([{ text: text.slice(start), path, at: { start, end: text.length }, exact: true }]);
}

/** Without the semicolon and blanks at its end. */
function withoutEnd(sql: Sql): Sql {
  const last = sql.at(-1);
  if (last === undefined) return sql;
  const text = last.text.replace(/[\s;]+$/, "");
  const cut = last.text.length - text.length;
  const end = last.exact ? last.at.end - cut : last.at.end;
  return [...sql.slice(0, -1), { ...last, text, at: { start: last.at.start, end } }];
}

/** What takes one back: the version before, which has to be stated but for what is created. Undefined: it isn't stated. */
export function inverseDefinition(command: Command): Command | undefined {
  const { name, options } = command;
  if (name.startsWith("create_"))
    return { ...command, name: name.replace("create", "drop"), hash: undefined };
  const back: Value | undefined = options.get("revert_to_version");
  if (back === undefined) return undefined;
  return {
    ...command,
    name: name.replace("drop", "create"),
    options: withOptions(without(options, "revert_to_version", "sql_definition"), { version: back }),
    hash: undefined,
  };
}
