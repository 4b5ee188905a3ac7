/** Follows advice for Rails: files that it consists of, and what stands in place of a call. */
import type { Finding } from "../../src/index.ts";
import type { Way } from "./advised.ts";

const file = /^# \S+\.rb$/m;

export const inRuby: Way = {
  isCode: (text) =>
    file.test(text) ||
    /^(?:(?:add|remove|change|create|drop|rename|validate)_\w+|execute|reversible|up_only)\b/m.test(text),
  apply(files, finding) {
    const { instead = "", file: path, line } = finding;
    const changed: Record<string, string> = { ...files };
    const parts = instead.split(/^(?=# \S+\.rb$)/m);
    const [fragment = ""] = parts.splice(0, file.test(parts[0]?.split("\n")[0] ?? "") ? 0 : 1);
    // Where a file takes the migration's place, it is that; where one follows, the call leaves the migration.
    if (!parts.some((part) => part.startsWith(`# ${path}\n`)))
      changed[path] = inPlace(files[path] ?? "", line, fragment);
    if (/^# this takes the place of both statements/.test(instead))
      changed[path] = (changed[path] ?? "").replace(/^ +(?:add|remove)_(?:index|foreign_key) .*\n/m, "");
    // Nothing is left of it.
    if (/^ +def change\n +end$/m.test(changed[path] ?? "")) Reflect.deleteProperty(changed, path);
    for (const part of parts) {
      const [head = "", ...lines] = part.split("\n");
      if (/^# the down of \S+ no longer takes back \w+$/m.test(part))
        changed[path] = withoutInverse(changed[path] ?? "", (files[path] ?? "").split("\n")[line - 1] ?? "");
      changed[head.slice(2)] = `${lines
        .join("\n")
        .replace(/(?:\n#[^\n]*)+\s*$/, "")
        .trimEnd()}\n`;
    }
    return changed;
  },
};

/** The source with the statement around a line replaced. */
function inPlace(source: string, line: Finding["line"], fragment: string): string {
  const lines = source.split("\n");
  const isOpen = (text: string): boolean =>
    (text.match(/[([{]/g) ?? []).length > (text.match(/[)\]}]/g) ?? []).length || /[,\\]\s*$/.test(text);
  let first = line - 1;
  while (first > 0 && isOpen(lines[first - 1] ?? "")) first--;
  let last = first;
  while (last < lines.length && isOpen(lines.slice(first, last + 1).join("\n"))) last++;
  const edge = /^\s*/.exec(lines[first] ?? "")?.[0] ?? "";
  const calls = fragment.split("\n").filter((one) => one !== "" && !one.startsWith("#"));
  lines.splice(first, last - first + 1, ...calls.map((one) => edge + one));
  return lines.join("\n");
}

/** `down` without what takes a call back. */
function withoutInverse(source: string, call: string): string {
  const start = call.trim().replace(/^add_(\w+ :\w+, :\w+).*$/, "remove_$1");
  return source
    .split("\n")
    .filter((one) => !one.trim().startsWith(start))
    .join("\n");
}
