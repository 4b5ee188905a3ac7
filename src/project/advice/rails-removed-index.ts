/** `remove_index` in a `change`: Rails takes it back as an `add_index` with the same arguments. */
import { rubyString } from "../../text/ruby.ts";

/**
 * The call with what its index has, so that Rails makes the same again. Undefined: it is another call, or `add_index` has no
 * words for the index.
 *
 * @param made the CREATE INDEX that takes it back
 */
export function removedWhole(call: string, made: string | undefined): string | undefined {
  if (!/^remove_index\b/.test(call) || /[\n#]/.test(call)) return undefined;
  const [, unique, method, list = "", where] =
    /^CREATE (UNIQUE )?INDEX (?:CONCURRENTLY )?\S+ ON \S+ ?(?:USING (\w+) )?\(([^()]+)\)(?: WHERE ([^;]+))?;?$/.exec(
      made ?? "",
    ) ?? [];
  const elements = list.split(",").map((one) => /^"?(\w+)"?( DESC)?$/.exec(one.trim()));
  const columns = elements.map((found) => found?.[1] ?? "");
  if (columns.includes("")) return undefined;
  const descending = elements.flatMap((found) => (found?.[2] === undefined ? [] : [found[1] ?? ""]));
  const named =
    /^remove_index[ (]\s*[:"'][\w."']+,\s*(?:[:"'%[](?![\w"']+\s*=>)|column:)|[ (,:]column(?::|["']? ?=>)/.test(
      call,
    );
  const shown = columns.map((one) => `:${one}`);
  const options: readonly (readonly [string, string | undefined])[] = [
    ["column", named ? undefined : columns.length === 1 ? shown[0] : `[${shown.join(", ")}]`],
    ["unique", unique && "true"],
    ["using", method === undefined || method === "btree" ? undefined : `:${method}`],
    [
      "order",
      descending.length === 0 ? undefined : `{ ${descending.map((one) => `${one}: :desc`).join(", ")} }`,
    ],
    ["where", where && rubyString(where)],
  ];
  const more = options.flatMap(([name, value]) =>
    value === undefined || new RegExp(`[ (,:]${name}(?::|["']? ?=>)`).test(call) ? [] : [`${name}: ${value}`],
  );
  if (more.length === 0) return call;
  const last = /^([^]*?)((?:, algorithm: :concurrently)?(?: \})?\)?)$/.exec(call);
  return last === null ? undefined : `${last[1] ?? ""}, ${more.join(", ")}${last[2] ?? ""}`;
}
