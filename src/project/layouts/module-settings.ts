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
  read: (text: string) => readonly string[],
): readonly string[] {
  const found: string[] = [];
  for (const folder of ancestors(root, 9)) {
    found.push(...settingsIn(fs, folder, within).flatMap(read));
    if (found.length > 0 && fs.list(folder).includes("src/")) break;
  }
  return found;
}

/** The schema of the connection: `jdbc:postgresql://db/shop?currentSchema=shop`, `spring.datasource.hikari.schema=shop`. */
export const ofConnection =
  /\bjdbc:postgresql:[^\s"'<>]{0,200}?[?&;]currentSchema=([^\s"'<>&,;]{1,80})|\bhikari(?:\.|:[ \t]*\n(?:[ \t]+[\w-]{1,40}:[^\n]{0,200}\n){0,20}?[ \t]+)schema[ \t]{0,9}[=:][ \t]{0,9}["']?([^\s"'<>#,]{1,80})/gi;

const known = new WeakMap<FileSystem, Map<string, readonly string[]>>();
export const longest = 65_536;

/** The texts of settings in these folders of a module. */
export function settingsIn(fs: FileSystem, module: string, within: readonly string[]): readonly string[] {
  const all = known.get(fs) ?? new Map<string, readonly string[]>();
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
          beside.test(name) ? (readManifest(fs, join(at, name)) ?? "").slice(0, longest) : [],
        );
    all.set(at, found);
    return found;
  });
}
