/** Types that a project gives an adapter of Rails in an initializer: `NATIVE_DATABASE_TYPES[:string] = { name: "varchar", limit: 191 }`. */

export interface OwnType {
  /** As SQL; undefined: that of the adapter. */
  readonly name: string | undefined;
  readonly limit: number | undefined;
}

const adapter = /mysql|trilogy|postgres|pg\b|sqlite/gi;

/** `[:uuid] = { name: "binary", limit: 16 }`, `merge(uuid: { name: "binary", limit: 16 })` */
const stated =
  /(?:NATIVE_DATABASE_TYPES\[:(\w+)\]\s*=\s*|native_database_types\w*[^{}]{0,200}?\bmerge!?\(\s*\{?\s*:?(\w+)\s*(?::|=>)\s*)\{([^{}]{1,200})\}/g;
/** `[:string][:limit] = 191` */
const limited = /NATIVE_DATABASE_TYPES\[:(\w+)\]\[:limit\]\s*=\s*(\d+)/g;

/** Those of the adapter whose name stands last before them. */
export function ownTypesIn(text: string, isMysql: boolean): ReadonlyMap<string, OwnType> {
  const found = new Map<string, OwnType>();
  if (!/native_database_types/i.test(text)) return found;
  const isOurs = (index: number): boolean => {
    const line = text.slice(text.lastIndexOf("\n", index) + 1, index);
    const word = [...text.slice(0, index).matchAll(adapter)].at(-1)?.[0].toLowerCase() ?? "";
    return !line.includes("#") && (isMysql ? /^(?:mysql|trilogy)/ : /^(?:postgres|pg)/).test(word);
  };
  for (const { index, 0: whole, 1: set, 2: merged, 3: fields = "" } of text.matchAll(stated)) {
    const kind = set ?? merged;
    if (kind === undefined || !isOurs(index + whole.search(/native_database_types/i))) continue;
    const name = /\bname(?::|["']?\s*=>)\s*["']([^"'\n]+)["']/.exec(fields)?.[1];
    const limit = /\blimit(?::|["']?\s*=>)\s*(\d+)/.exec(fields)?.[1];
    if (name !== undefined) found.set(kind, { name, limit: limit === undefined ? undefined : Number(limit) });
  }
  for (const { index, 1: kind = "", 2: limit } of text.matchAll(limited))
    if (isOurs(index)) found.set(kind, { name: undefined, limit: Number(limit) });
  return found;
}
