/** Names of constraints and indexes, given or made by a naming convention. */
import { isNothing, textOf, type Place, type Value } from "../../value.ts";
import { isFinalName, nameOf, type Sql, type Writer } from "./writer.ts";

/** What a convention may speak of. */
export interface Named {
  readonly table: Value | undefined;
  readonly schema?: Value | undefined;
  readonly columns: readonly (Value | undefined)[];
  readonly referred?: { readonly table: string; readonly columns: readonly string[] } | undefined;
}

export type ConstraintKind = "ix" | "uq" | "ck" | "fk" | "pk";

/** SQLAlchemy's own: an index without a name is `ix_table_column`. */
const usual: Readonly<Partial<Record<ConstraintKind, string>>> = { ix: "ix_%(column_0_label)s" };

/** Undefined: it has none, and the server chooses. */
export function constraintName(
  writer: Writer,
  kind: ConstraintKind,
  given: Value | undefined,
  named: Named,
  at: Place,
): Sql | undefined {
  const pattern = writer.convention.get(kind) ?? usual[kind];
  if (!isNothing(given)) {
    const isPlain = pattern?.includes("%(constraint_name)s") !== true || isFinalName(given);
    if (isPlain || textOf(given) === undefined || given === undefined) return writer.name(given, at);
    const made = conventional(pattern, named, textOf(given));
    if (made === undefined) return writer.hole(at);
    const name = writer.shortened(made);
    writer.conventional.set(name, textOf(given));
    return writer.at(given.at, writer.quoted(name));
  }
  if (pattern === undefined || pattern.includes("%(constraint_name)s")) return undefined;
  const made = conventional(pattern, named, undefined);
  if (made === undefined) return writer.hole(at);
  const name = writer.shortened(made);
  if (kind !== "ix") writer.conventional.set(name, undefined);
  return writer.at(at, writer.quoted(name));
}

/** Undefined: a part of it isn't known. */
function conventional(pattern: string, named: Named, own: string | undefined): string | undefined {
  let missing = 0;
  const table = nameOf(named.table);
  const schema = nameOf(named.schema);
  const columns = named.columns.map(nameOf);
  const label = (column: string | undefined): string | undefined =>
    column === undefined || table === undefined
      ? undefined
      : `${schema === undefined ? "" : `${schema}_`}${table}_${column}`;
  const column = (index: string, what: string): string | undefined => {
    const spell = what === "label" ? label : (one: string | undefined) => one;
    const all = columns.map(spell);
    if (index === "0N" || index === "0_N")
      return all.includes(undefined) ? undefined : all.join(index === "0N" ? "" : "_");
    return all[Number(index)];
  };
  const made = pattern.replace(/%\((\w+)\)s/g, (_, token: string) => {
    const [, index = "", what = ""] = /^column_(0_?N|\d+)_(name|key|label)$/.exec(token) ?? [];
    const [, referred] = /^referred_column_(\d+|0_?N)_name$/.exec(token) ?? [];
    const value =
      token === "table_name"
        ? table
        : token === "constraint_name"
          ? own
          : token === "referred_table_name"
            ? named.referred?.table
            : referred !== undefined
              ? referred.includes("N")
                ? named.referred?.columns.join(referred === "0N" ? "" : "_")
                : named.referred?.columns[Number(referred)]
              : index !== ""
                ? column(index, what)
                : undefined;
    if (value === undefined) missing++;
    return value ?? "";
  });
  return missing === 0 ? made : undefined;
}
