/** What changes the columns of a table: parts of an ALTER TABLE, and what is sent behind it. */
import { booleanOf, isNil, madeText, plain, textOf, truth, type Place, type Value } from "../value.ts";
import { columnSql, defaultOf, positionSql, type Column } from "./columns.ts";
import { isOn, without, withOptions, type Command, type Editor } from "./editor.ts";
import type { LiveColumn } from "./live.ts";
import { joinSql, named, nameOf, sqlAt, type Name, type Sql } from "./sql.ts";
import type { Options } from "./types.ts";

/** Parts that one ALTER TABLE may have together. */
export interface Alteration {
  readonly parts: readonly Sql[];
  /** Statements of their own, and what the table is then. */
  readonly after: readonly (() => void)[];
  /** Each part is a statement of its own, unless the call asks for one. */
  readonly isApart?: boolean;
}

const nothing: Alteration = { parts: [], after: [] };

const put = (editor: Editor, command: Command, table: Name, column: LiveColumn): void => {
  editor.change(table, command, (live) => ({
    ...live,
    columns: new Map(live.columns).set(column.name, column),
  }));
};

const drop = (editor: Editor, command: Command, table: Name, column: string): void => {
  editor.change(table, command, (live) => {
    const columns = new Map(live.columns);
    columns.delete(column);
    return {
      ...live,
      columns,
      indexes: live.indexes.filter((index) => index.columns?.includes(column) !== true),
      foreignKeys: live.foreignKeys.filter((key) => !key.columns.includes(column)),
    };
  });
};

/** True: it is there, false: it isn't; undefined: not known. */
export function hasColumn(editor: Editor, table: Name, column: Name): boolean | undefined {
  const live = editor.live(table);
  if (live === undefined || live.isOpen || column.text === undefined) return undefined;
  return live.columns.has(column.text);
}

export const kindOf = (value: Value | undefined): string | undefined => textOf(value);

function comment(editor: Editor, command: Command, table: Name, column: Name, value: Value): void {
  editor.send(
    command,
    "COMMENT ON COLUMN ",
    editor.vendor.table(table),
    ".",
    editor.vendor.column(column),
    " IS ",
    editor.vendor.quoted(value),
  );
}

/** `add_column :orders, :paid, :boolean, default: false` */
export function addColumn(editor: Editor, command: Command): Alteration {
  const { args, options, at } = command;
  const table = editor.tableOf(command);
  const name = nameOf(args[1], at);
  if (isOn(options, "if_not_exists") && hasColumn(editor, table, name) === true) return nothing;
  let kind = kindOf(args[2]);
  let own = options;
  if (!editor.since(5, 1) && kind === "primary_key") {
    kind = "integer";
    own = withOptions(options, { primary_key: plain(true, at) });
  }
  return adding(editor, command, table, { name, kind, options: own, at: name.at });
}

function adding(editor: Editor, command: Command, table: Name, column: Column): Alteration {
  const { options, at } = command;
  const written = columnSql(editor, { ...column, at: column.at });
  // Rails asks whether it is there; where that isn't known, the statement asks.
  const asks =
    isOn(options, "if_not_exists") &&
    hasColumn(editor, table, column.name) === undefined &&
    (!editor.vendor.isMysql || editor.vendor.isMariadb);
  const said = column.options.get("comment");
  return {
    parts: [
      joinSql(
        at,
        asks ? "ADD COLUMN IF NOT EXISTS " : "ADD ",
        written.sql,
        positionSql(editor, column.options, at),
      ),
    ],
    after: [
      () => {
        put(editor, command, table, written.live);
        if (said !== undefined && !editor.vendor.isMysql) comment(editor, command, table, column.name, said);
      },
    ],
  };
}

/** `add_columns :orders, :a, :b, type: :string` */
export function addColumns(editor: Editor, command: Command): Alteration {
  const { args, options, at } = command;
  const table = editor.tableOf(command);
  const kind = kindOf(options.get("type"));
  const all = args.slice(1).map((one) =>
    adding(editor, command, table, {
      name: nameOf(one, at),
      kind,
      options: without(options, "type"),
      at: one.at,
    }),
  );
  return { ...together(all), isApart: true };
}

export const together = (all: readonly Alteration[]): Alteration => ({
  parts: all.flatMap(({ parts }) => parts),
  after: all.flatMap(({ after }) => after),
});

/** `remove_column :orders, :paid` */
export function removeColumn(editor: Editor, command: Command): Alteration {
  const { args, options, at } = command;
  const table = editor.tableOf(command);
  const name = nameOf(args[1], at);
  if (isOn(options, "if_exists") && hasColumn(editor, table, name) === false) return nothing;
  return removing(editor, command, table, name);
}

function removing(editor: Editor, command: Command, table: Name, name: Name): Alteration {
  const { vendor } = editor;
  const asks =
    isOn(command.options, "if_exists") &&
    hasColumn(editor, table, name) === undefined &&
    (!vendor.isMysql || vendor.isMariadb);
  const before =
    vendor.isMysql && vendor.since(7, 0)
      ? editor.live(table)?.foreignKeys.find((key) => key.columns.join() === name.text)
      : undefined;
  if (before !== undefined)
    editor.send(
      command,
      "ALTER TABLE ",
      vendor.table(table),
      " DROP FOREIGN KEY ",
      vendor.column(named(before.name, name.at)),
    );
  return {
    parts: [joinSql(name.at, asks ? "DROP COLUMN IF EXISTS " : "DROP COLUMN ", vendor.column(name))],
    after: [
      () => {
        drop(editor, command, table, name.text ?? "");
      },
    ],
  };
}

/** `remove_columns :orders, :a, :b` */
export function removeColumns(editor: Editor, command: Command): Alteration {
  const table = editor.tableOf(command);
  const all = command.args.slice(1).map((one) => removing(editor, command, table, nameOf(one, command.at)));
  return { ...together(all), isApart: !editor.vendor.since(7, 0) };
}

/** Columns and options of `timestamps`. */
export function timestampColumns(editor: Editor, options: Options, at: Place): readonly Column[] {
  const own = new Map(options);
  const isNull = own.get("null");
  if (isNull === undefined || isNil(isNull)) own.set("null", plain(hasNullTimestamps(editor), at));
  if (!own.has("precision")) own.set("precision", editor.since(6, 0) ? plain(6, at) : plain(null, at));
  return ["created_at", "updated_at"].map((name) => ({
    name: named(name, at),
    kind: "datetime",
    options: own,
    at,
  }));
}

/** The release 3.2 alone made them NOT NULL before 5.0: 4.0 took it back. */
const hasNullTimestamps = (editor: Editor): boolean =>
  !editor.since(5, 0) && (!editor.vendor.since(3, 2) || editor.vendor.since(4, 0));

export function addTimestamps(editor: Editor, command: Command): Alteration {
  const table = editor.tableOf(command);
  const all = timestampColumns(editor, command.options, command.at).map((column) =>
    adding(editor, command, table, column),
  );
  return { ...together(all), isApart: !editor.vendor.since(7, 1) };
}

export function removeTimestamps(editor: Editor, command: Command): Alteration {
  const table = editor.tableOf(command);
  const all = ["updated_at", "created_at"].map((name) =>
    removing(editor, command, table, named(name, command.at)),
  );
  return { ...together(all), isApart: !editor.vendor.since(7, 0) };
}

const made = (sql: string, at: Place): Value => ({ is: "object", data: { sql }, at });

/** The definition of a column that is there, for MySQL's CHANGE. */
function changed(
  editor: Editor,
  command: Command,
  name: Name,
  kind: string | undefined,
  options: Options,
): Alteration {
  const { at } = command;
  const { vendor } = editor;
  const table = editor.tableOf(command);
  const live = name.text === undefined ? undefined : editor.live(table)?.columns.get(name.text);
  const own = withOptions(options, {
    ...(options.has("default")
      ? {}
      : { default: live?.default === undefined ? plain(null, at) : made(live.default, at) }),
    ...(options.has("null") ? {} : { null: plain(live?.isNull ?? true, at) }),
    ...(options.has("comment") || live?.comment === undefined ? {} : { comment: madeText(live.comment, at) }),
    ...(options.has("auto_increment") || live?.isNumbered !== true
      ? {}
      : { auto_increment: plain(true, at) }),
  });
  if (live === undefined) {
    // Rails takes what the call doesn't state from the database.
    if (kind === undefined || !(options.has("null") && options.has("default"))) {
      editor.unknown(command, `ALTER TABLE ${vendor.quote(table.text ?? "")} CHANGE `);
      return nothing;
    }
  }
  const written = columnSql(editor, {
    name,
    kind: kind ?? live?.type,
    options: kind === undefined ? without(own, "precision") : own,
    at,
  });
  return {
    parts: [joinSql(at, "CHANGE ", vendor.column(name), " ", written.sql, positionSql(editor, options, at))],
    after: [
      () => {
        put(editor, command, table, { ...written.live, isNumbered: live?.isNumbered ?? false });
      },
    ],
  };
}

/** `change_column :orders, :total, :bigint, null: false` */
export function changeColumn(editor: Editor, command: Command): Alteration {
  const { args, options, at } = command;
  const { vendor } = editor;
  const name = nameOf(args[1], at);
  const kind = kindOf(args[2]);
  if (vendor.isMysql) return changed(editor, command, name, kind, options);
  const table = editor.tableOf(command);
  const own = without(options, "default", "null", "comment", "collation", "primary_key");
  const written = columnSql(editor, { name, kind, options: own, at });
  const type = written.live.type;
  const alter = (sql: string | Sql, place: Place = at): Sql =>
    joinSql(place, "ALTER COLUMN ", vendor.column(name), " ", sql);
  const collation = textOf(options.get("collation"));
  const using = options.get("using");
  const cast = textOf(options.get("cast_as"));
  const head = alter(
    joinSql(
      args[2]?.at ?? at,
      `TYPE ${type ?? "${type}"}`,
      collation === undefined ? "" : ` COLLATE "${collation}"`,
      using?.is === "text" ? joinSql(using.at, " USING ", using.segments) : "",
      cast === undefined ? "" : ` USING CAST(${vendor.quote(name.text ?? "")} AS ${cast})`,
    ),
  );
  const fallback = options.get("default");
  const isNull = options.get("null");
  const mayBeNull = isNull && truth(isNull);
  const parts = [head];
  if (fallback !== undefined)
    parts.push(
      alter(
        isNil(fallback) ? "DROP DEFAULT" : `SET DEFAULT ${defaultOf(editor, fallback, type) ?? "${default}"}`,
        fallback.at,
      ),
    );
  const fill =
    !editor.since(5, 2) && mayBeNull === false && fallback !== undefined && !isNil(fallback)
      ? joinSql(
          at,
          "UPDATE ",
          vendor.table(table),
          " SET ",
          vendor.column(name),
          `=${defaultOf(editor, fallback, type) ?? "${default}"} WHERE `,
          vendor.column(name),
          " IS NULL",
        )
      : undefined;
  if (isNull !== undefined) parts.push(alter(`${mayBeNull === false ? "SET" : "DROP"} NOT NULL`, isNull.at));
  const before = name.text === undefined ? undefined : editor.live(table)?.columns.get(name.text);
  const said = options.get("comment");
  const finish = (): void => {
    put(editor, command, table, {
      ...written.live,
      name: name.text ?? "",
      isNull: mayBeNull ?? before?.isNull ?? true,
      default:
        fallback === undefined
          ? before?.default
          : isNil(fallback)
            ? undefined
            : defaultOf(editor, fallback, type),
    });
    if (said !== undefined) comment(editor, command, table, name, said);
  };
  if (editor.since(5, 2) || parts.length === 1) return { parts, after: [finish] };
  // Migrations of Rails 5.1 and before send each for itself.
  const send =
    (part: Sql): (() => void) =>
    () => {
      editor.send(command, "ALTER TABLE ", vendor.table(table), " ", part);
    };
  const rest = parts.slice(1).flatMap((part, i) => {
    const isLast = i === parts.length - 2;
    return isLast && fill !== undefined
      ? [
          () => {
            editor.send(command, fill);
          },
          send(part),
        ]
      : [send(part)];
  });
  return { parts: [head], after: [...rest, finish] };
}

/** What a call changes it to: `from: 1, to: 2`, or the value itself. */
export function newValue({ args, options, hash }: Command, position: number): Value | undefined {
  const to = options.get("to");
  return to !== undefined && options.has("from") ? to : (args[position] ?? hash);
}

/** `change_column_default :orders, :state, from: nil, to: "new"` */
export function changeColumnDefault(editor: Editor, command: Command): Alteration {
  const { args, at } = command;
  const { vendor } = editor;
  const table = editor.tableOf(command);
  const name = nameOf(args[1], at);
  const value = newValue(command, 2) ?? plain(null, at);
  if (vendor.isMysql && !vendor.since(7, 1))
    return changed(editor, command, name, undefined, new Map([["default", value]]));
  const live = name.text === undefined ? undefined : editor.live(table)?.columns.get(name.text);
  const sql = isNil(value) ? undefined : (defaultOf(editor, value, live?.type) ?? "${default}");
  const none = vendor.isMysql && live?.isNull !== false ? "SET DEFAULT NULL" : "DROP DEFAULT";
  return {
    parts: [
      joinSql(
        at,
        "ALTER COLUMN ",
        vendor.column(name),
        " ",
        sqlAt(value.at, sql === undefined ? none : `SET DEFAULT ${sql}`),
      ),
    ],
    after: [
      () => {
        if (live !== undefined) put(editor, command, table, { ...live, default: sql });
      },
    ],
  };
}

/** `change_column_null :orders, :state, false, "new"` */
export function changeColumnNull(editor: Editor, command: Command): Alteration {
  const { args, at } = command;
  const { vendor } = editor;
  const table = editor.tableOf(command);
  const name = nameOf(args[1], at);
  const given = args[2];
  const isNull =
    given?.is === "plain"
      ? given.value !== false && given.value !== null
      : given?.is === "text"
        ? true
        : undefined;
  if (isNull === undefined) {
    editor.unknown(command, "ALTER TABLE ");
    return nothing;
  }
  if (booleanOf(given) === undefined && vendor.since(7, 1) && editor.since(7, 1)) {
    editor.refuse(
      command,
      "Rails refuses it: change_column_null expects true or false",
      "write true or false",
      "ALTER TABLE ",
    );
    return nothing;
  }
  const fallback = args[3];
  const live = name.text === undefined ? undefined : editor.live(table)?.columns.get(name.text);
  if (!isNull && fallback !== undefined && !isNil(fallback)) {
    const sql = defaultOf(editor, fallback, live?.type ?? (vendor.isMysql ? "other" : undefined));
    editor.send(
      command,
      "UPDATE ",
      vendor.table(table),
      " SET ",
      vendor.column(name),
      sqlAt(fallback.at, `=${sql ?? "${default}"}`),
      " WHERE ",
      vendor.column(name),
      " IS NULL",
    );
  }
  if (vendor.isMysql)
    return changed(editor, command, name, undefined, new Map([["null", plain(isNull, at)]]));
  return {
    parts: [
      joinSql(
        at,
        "ALTER COLUMN ",
        vendor.column(name),
        sqlAt(given?.at ?? at, ` ${isNull ? "DROP" : "SET"} NOT NULL`),
      ),
    ],
    after: [
      () => {
        if (live !== undefined) put(editor, command, table, { ...live, isNull });
      },
    ],
  };
}

/** `change_column_comment :orders, :state, from: nil, to: "…"` */
export function changeColumnComment(editor: Editor, command: Command): Alteration {
  const { args, at } = command;
  const name = nameOf(args[1], at);
  const value = newValue(command, 2) ?? plain(null, at);
  if (editor.vendor.isMysql) return changed(editor, command, name, undefined, new Map([["comment", value]]));
  comment(editor, command, editor.tableOf(command), name, value);
  return nothing;
}

/** `rename_column :orders, :state, :status`; its indexes get other names only where it stands alone. */
export function renameColumn(editor: Editor, command: Command): Alteration {
  const { args, at } = command;
  const { vendor } = editor;
  const table = editor.tableOf(command);
  const [from, to] = [nameOf(args[1], at), nameOf(args[2], at)];
  const live = from.text === undefined ? undefined : editor.live(table)?.columns.get(from.text);
  const rename = joinSql(at, "RENAME COLUMN ", vendor.column(from), " TO ", vendor.column(to));
  let part = rename;
  if (!vendor.renamesColumns) {
    if (live === undefined) {
      editor.unknown(command, `ALTER TABLE ${vendor.quote(table.text ?? "")} CHANGE `);
      return nothing;
    }
    const options = new Map<string, Value>([["null", plain(live.isNull, at)]]);
    options.set("default", live.default === undefined ? plain(null, at) : made(live.default, at));
    if (live.isNumbered === true) options.set("auto_increment", plain(true, at));
    part = joinSql(
      at,
      "CHANGE ",
      vendor.column(from),
      " ",
      columnSql(editor, { name: to, kind: live.type, options, at }).sql,
    );
  }
  return {
    parts: [part],
    after: [
      () => {
        const [old, now] = [from.text, to.text];
        if (old === undefined || now === undefined) return;
        const swap = (name: string): string => (name === old ? now : name);
        editor.change(table, command, (one) => ({
          ...one,
          columns: new Map(
            [...one.columns].map(([name, column]) => [swap(name), { ...column, name: swap(name) }]),
          ),
          indexes: one.indexes.map((index) => ({ ...index, columns: index.columns?.map(swap) })),
          foreignKeys: one.foreignKeys.map((key) => ({ ...key, columns: key.columns.map(swap) })),
          primaryKey: one.primaryKey?.map(swap),
        }));
      },
    ],
  };
}
