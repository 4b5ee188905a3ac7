/** Rows that a loop over a model gives, one after the other: what their methods send. */
import type { Project } from "../project.ts";
import { textOf, type CallValue, type ClassValue, type NameValue, type Value } from "../value.ts";
import type { Editor } from "./editor.ts";
import { tableOfModel } from "./models.ts";
import { joinSql, listSql, named, type Sql } from "./sql.ts";

/** Methods that take the columns as keys of a hash, as the first argument, or that write what was assigned. */
const byHash = /^(?:update|update_columns|update_attributes|assign_attributes)!?$/;
const byName = /^(?:update_column|update_attribute|increment|decrement|toggle)!?$/;

export class Rows {
  /** Attributes that were assigned, by the place of the row. */
  readonly #assigned = new Map<string, Set<string>>();

  /** `order.note = "x"` */
  assigned({ receiver, name }: CallValue): void {
    if (receiver?.is !== "unknown" || receiver.rowOf === undefined || !/^\w+=$/.test(name)) return;
    const key = placeOf(receiver);
    this.#assigned.set(key, (this.#assigned.get(key) ?? new Set()).add(name.slice(0, -1)));
  }

  /** The statement for one row, by its key; undefined: it isn't one of a known table, or its columns aren't known. */
  sql(call: CallValue, editor: Editor, project: Project): Sql | undefined {
    const { receiver, name, args, at } = call;
    const model = receiver?.is === "unknown" ? receiver.rowOf : countersOf(call);
    const table = model === undefined ? undefined : tableOfModel(model, project);
    const live = table === undefined ? undefined : editor.tables.get(table);
    const [key, ...more] = live?.primaryKey ?? [];
    if (table === undefined || live === undefined || live === null || key === undefined || more.length > 0)
      return undefined;
    const { vendor } = editor;
    const place = vendor.table(named(table, at));
    const where = joinSql(at, " WHERE ", vendor.column(named(key, at)), " = ${id}");
    if (/^(?:destroy|delete)!?$/.test(name)) return joinSql(at, "DELETE FROM ", place, where);
    const columns = this.#columns(call, args).filter((column) => live.columns.has(column));
    if (columns.length === 0) return undefined;
    const sets = columns.map((column) => joinSql(at, vendor.column(named(column, at)), " = ${value}"));
    return joinSql(at, "UPDATE ", place, " SET ", listSql(at, sets), where);
  }

  #columns({ name, receiver }: CallValue, args: readonly Value[]): readonly string[] {
    const [first, second] = args;
    if (byHash.test(name)) return keysOf(first);
    if (name === "update_counters") return keysOf(second);
    if (byName.test(name)) return [textOf(first) ?? ""];
    if (/^touch$/.test(name)) return ["updated_at"];
    return /^save!?$/.test(name) && receiver !== undefined
      ? [...(this.#assigned.get(placeOf(receiver)) ?? [])]
      : [];
  }
}

const keysOf = (value: Value | undefined): readonly string[] =>
  value?.is === "record" ? [...value.fields.keys()] : [];

const placeOf = ({ at }: Value): string => `${at.path} ${at.start}`;

/** `Order.update_counters(order.id, lines_count: 1)` */
function countersOf({ receiver, name, args }: CallValue): ClassValue | NameValue | undefined {
  const isModel = receiver?.is === "class" || receiver?.is === "name";
  const isKnown = args[0]?.is === "plain" || args[0]?.is === "list";
  return name === "update_counters" && isModel && !isKnown ? receiver : undefined;
}
