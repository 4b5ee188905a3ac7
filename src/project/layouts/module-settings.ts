/** Settings of a module of Java: those beside its build's file, and among its resources. */
import { readManifest } from "../manifests.ts";
import type { FileSystem } from "../migration.ts";
import { ancestors, join } from "../files/paths.ts";

const beside =
  /^(?:liquibase\.properties|pom\.xml|build\.gradle(?:\.kts)?|application[\w-]{0,60}\.(?:properties|ya?ml))$/;
export const folders = [".", "src/main/resources", "src/main/resources/config"];

/**
 * What the settings nearest to `root` say: those of its module, whose build's file stands above those in `src`, or of the
 * nearest folder above.
 */
export function inModule(
  fs: FileSystem,
  root: string,
  within: readonly string[],
  read: (text: string, name: string) => readonly string[],
): readonly string[] {
  const found: string[] = [];
  for (const folder of ancestors(root, 9)) {
    found.push(...filesIn(fs, folder, within).flatMap(({ text, name }) => read(text, name)));
    if (found.length > 0 && fs.list(folder).includes("src/")) break;
  }
  return found;
}

/** The schema of the connection: `jdbc:postgresql://db/shop?currentSchema=shop`, `spring.datasource.hikari.schema=shop`. */
export const ofConnection =
  /\bjdbc:postgresql:[^\s"'<>]{0,200}?[?&;]currentSchema=([^\s"'<>&,;]{1,80})|\bhikari(?:\.|:[ \t]*\n(?:[ \t]+[\w-]{1,40}:[^\n]{0,200}\n){0,20}?[ \t]+)schema[ \t]{0,9}[=:][ \t]{0,9}["']?([^\s"'<>#,]{1,80})/gi;

interface Settings {
  readonly name: string;
  readonly text: string;
}

const known = new WeakMap<FileSystem, Map<string, readonly Settings[]>>();
export const longest = 65_536;

/** The texts of settings in these folders of a module. */
export const settingsIn = (fs: FileSystem, module: string, within: readonly string[]): readonly string[] =>
  filesIn(fs, module, within).map(({ text }) => text);

function filesIn(fs: FileSystem, module: string, within: readonly string[]): readonly Settings[] {
  const all = known.get(fs) ?? new Map<string, readonly Settings[]>();
  known.set(fs, all);
  const hasSources = fs.list(module).includes("src/");
  return within.flatMap((inner) => {
    if (inner !== "." && !hasSources) return [];
    const at = join(module, inner);
    const found =
      all.get(at) ??
      fs
        .list(at)
        .flatMap((name) =>
          beside.test(name) ? { name, text: (readManifest(fs, join(at, name)) ?? "").slice(0, longest) } : [],
        );
    all.set(at, found);
    return found;
  });
}

/**
 * The key at a place of an application's settings is one of a tool's: `spring.liquibase.change-log`, or in YAML below a key
 * with its name. In the settings of the tool itself and of builds, each key is.
 */
export function isKeyOf(tool: RegExp, text: string, name: string, at: number): boolean {
  if (!name.startsWith("application")) return true;
  const lines = text.slice(0, at).split("\n");
  const own = lines.pop() ?? "";
  if (tool.test(own)) return true;
  if (name.endsWith(".properties")) return false;
  let depth = indentOf(own);
  for (let line = lines.pop(); line !== undefined && depth > 0; line = lines.pop()) {
    if (/^\s*(?:#|$)/.test(line) || indentOf(line) >= depth) continue;
    depth = indentOf(line);
    if (tool.test(line.replace(/:.*/s, ""))) return true;
  }
  return false;
}

const indentOf = (line: string): number => /^ */.exec(line)?.[0].length ?? 0;
