/** Parts of texts: what a template of SQL is given, and what a text is cut into. */
import { quoteIdentifier } from "../../model/names.ts";
import type { Segment } from "../../text/source-map.ts";
import type { Reader } from "./evaluate.ts";
import { spanOf, type Tree } from "./tree.ts";
import { textOf, type ChainValue, type TextValue, type Value } from "./value.ts";

/** `${sql.raw("NOW()")}`, `${sql.ref("users.id")}`: a part of a template of SQL, as it is sent. */
export function fragmentOf(
  file: Reader,
  { root, rootName, links }: ChainValue,
): readonly Segment[] | undefined {
  const [link, ...more] = links;
  const [value, ...others] = link?.values ?? [];
  const written = textOf(value);
  if (rootName !== "sql" || root.is !== "unknown" || more.length > 0 || others.length > 0) return undefined;
  if (value?.is !== "text" || written === undefined) return undefined;
  if (link?.name === "raw") return value.segments;
  if (!/^(?:ref|table|id)$/.test(link?.name ?? "")) return undefined;
  const quote = (name: string): string =>
    file.isMysql ? `\`${name.replaceAll("`", "``")}\`` : quoteIdentifier(name);
  const parts = link?.name === "id" ? [written] : written.split(".");
  return [{ text: parts.map(quote).join("."), path: file.path, at: value.at, exact: false }];
}

/** `"app.users".split(".")` */
export function splitAt(value: TextValue, separator: Value | undefined, tree: Tree): Value | undefined {
  const written = textOf(value);
  const at = textOf(separator);
  const path = value.segments[0]?.path;
  if (written === undefined || at === undefined || at === "" || path === undefined) return undefined;
  const items = written.split(at).map((part): TextValue => {
    const segments = [{ text: part, path, at: value.at, exact: false }];
    return { is: "text", segments, holes: false, at: value.at };
  });
  return { is: "list", items, at: spanOf(tree) };
}
