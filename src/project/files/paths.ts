/** `/`-separated paths as text; `.` is the working directory. Nothing here touches a disk. */

/** Joins and resolves `.` and `..`; the result of nothing is `.`. */
export function join(...parts: readonly string[]): string {
  const path = parts.filter((part) => part !== "").join("/");
  const absolute = path.startsWith("/");
  const out: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === ".." && out.length > 0 && out.at(-1) !== "..") out.pop();
    else if (segment !== ".." || !absolute) out.push(segment);
  }
  const joined = out.join("/");
  if (absolute) return `/${joined}`;
  return joined === "" ? "." : joined;
}

/** Last segment. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The folder that holds `path`; undefined above `.` and `/`. */
export function parentOf(path: string): string | undefined {
  if (path === "." || path === "/" || path === "" || path === ".." || path.endsWith("/..")) return undefined;
  const cut = path.lastIndexOf("/");
  if (cut < 0) return ".";
  return cut === 0 ? "/" : path.slice(0, cut);
}

/** The folder itself and all above it, nearest first, at most `limit`. */
export function ancestors(path: string, limit = 12): readonly string[] {
  const out: string[] = [];
  for (let at: string | undefined = path; at !== undefined && out.length < limit; at = parentOf(at))
    out.push(at);
  return out;
}

/** The way from folder `from` to `to`: `../b/x.sql`. Both are relative, or both absolute. */
export function relative(from: string, to: string): string {
  const [a, b] = [segments(from), segments(to)];
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => ".."), ...b.slice(same)].join("/");
}

/** Segments below the working directory or `/`. */
export const segments = (path: string): readonly string[] =>
  path.split("/").filter((segment) => segment !== "" && segment !== ".");

/** True if `path` is `folder` or lies below it. */
export const isWithin = (folder: string, path: string): boolean =>
  folder === path ||
  (folder === "."
    ? !path.startsWith("/") && !path.startsWith("..")
    : path.startsWith(folder === "/" ? "/" : `${folder}/`));

/** Code-unit order: the same on every machine. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
