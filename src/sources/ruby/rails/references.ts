/** References: `add_reference`, `t.references`, `remove_reference`. */
import { pluralized } from "../inflect.ts";
import { isFalsy, isNil, isTruthy, madeText, textOf, type Place, type Value } from "../value.ts";
import type { Column } from "./columns.ts";
import { hashOf, without, withOptions, type Editor } from "./editor.ts";
import { named, nameOf, type Name } from "./sql.ts";
import type { Options } from "./types.ts";

export interface Reference {
  readonly columns: readonly Column[];
  readonly index: { readonly columns: Value; readonly options: Options } | undefined;
  readonly key: { readonly to: Name; readonly options: Options } | undefined;
}

const own = ["polymorphic", "index", "foreign_key", "type"];

/** What a reference to `ref` consists of. */
export function referenceParts(
  editor: Editor,
  table: Name,
  ref: Value | undefined,
  options: Options,
  at: Place,
): Reference {
  const { text, shown, at: place } = nameOf(ref, at);
  const base = text ?? shown;
  const rest = without(options, ...own);
  const conditional = new Map([...rest].filter(([name]) => /^if_(?:not_)?exists$/.test(name)));
  const kind = options.has("type") ? textOf(options.get("type")) : editor.referenceType;
  const idName = text === undefined ? nameOf(undefined, at) : named(`${base}_id`, place);
  const columns: Column[] = [{ name: idName, kind, options: rest, at: place }];
  const polymorphic = options.get("polymorphic");
  const isPolymorphic = isTruthy(polymorphic);
  if (isPolymorphic) {
    const kept = new Map(
      [...rest].filter(([name]) => /^(?:null|first|after|if_(?:not_)?exists)$/.test(name)),
    );
    const typeOptions = new Map([...hashOf(polymorphic), ...kept]);
    columns.unshift({ name: named(`${base}_type`, place), kind: "string", options: typeOptions, at: place });
  }
  const given = options.get("index");
  const hasIndex = given === undefined ? editor.since(5, 0) : isTruthy(given);
  const names = columns.map(({ name }) => madeText(name.text ?? name.shown, place, true));
  let indexOptions: Options = new Map([...hashOf(given), ...conditional]);
  if (isPolymorphic && editor.since(6, 1) && !indexOptions.has("name"))
    indexOptions = withOptions(indexOptions, {
      name: madeText(`index_${table.text ?? table.shown}_on_${base}`, place),
    });
  const foreign = options.get("foreign_key");
  const hash = hashOf(foreign);
  const to = hash.get("to_table");
  const hasKey = isTruthy(foreign);
  const [only] = names;
  return {
    columns,
    index:
      hasIndex && only !== undefined
        ? { columns: { is: "list", items: names, open: false, at: place }, options: indexOptions }
        : undefined,
    key: hasKey
      ? {
          to:
            to === undefined || isNil(to)
              ? text === undefined
                ? nameOf(undefined, at)
                : named(pluralized(text), place)
              : nameOf(to, at),
          options: withOptions(without(new Map([...hash, ...conditional]), "to_table"), {
            column: madeText(idName.text ?? idName.shown, place, true),
          }),
        }
      : undefined,
  };
}

/** The calls that take a reference away. */
export function referenceRemovals(
  ref: Value | undefined,
  options: Options,
  at: Place,
): { readonly key: Options | undefined; readonly columns: readonly Value[]; readonly conditional: Options } {
  const { text, shown, at: place } = nameOf(ref, at);
  const base = text ?? shown;
  const conditional = new Map([...options].filter(([name]) => /^if_(?:not_)?exists$/.test(name)));
  const foreign = options.get("foreign_key");
  const hash = hashOf(foreign);
  const id = madeText(`${base}_id`, place, true);
  const polymorphic = options.get("polymorphic");
  const isKept = isFalsy(foreign);
  return {
    key: isKept
      ? undefined
      : withOptions(new Map([...conditional, ...hash]), {
          to_table: foreign?.is === "record" ? hash.get("to_table") : madeText(pluralized(base), place, true),
          column: hash.get("column") ?? id,
        }),
    columns: [id, ...(isTruthy(polymorphic) ? [madeText(`${base}_type`, place, true)] : [])],
    conditional,
  };
}
