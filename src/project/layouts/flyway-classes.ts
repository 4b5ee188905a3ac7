/** Migrations of Flyway that are classes: they lie in packages, beside the resources that hold those in SQL. */
import type { FileSystem } from "../migration.ts";
import { ancestors, join, relative } from "../files/paths.ts";

const languages = ["java", "kotlin", "groovy", "scala"];
const className = /^V\d[\w.]*__\w+\.(?:java|kt|groovy|scala)$/;
/** So far above the folder of SQL another package may hold them. */
const levels = 3;

/**
 * As paths from `root`: classes in the package that has the location's name, in those of the other `locations`, and in
 * packages beside it (`shop/db/sql` and `shop/db/changes`), unless these are another folder of SQL's (`db/mysql`).
 */
export function flywayClasses(fs: FileSystem, root: string, locations: readonly string[]): readonly string[] {
  const resources = /^(.*?)src\/main\/resources\//.exec(root);
  if (resources === null) return [];
  const [prefix, module = ""] = resources;
  const sources = languages.map((language) => `${module}src/main/${language}`);
  const written = sources.filter((source) => fs.list(source).length > 0);
  if (written.length === 0) return [];
  const own = root.slice(prefix.length);
  const stated = locations.flatMap((place) => (place.startsWith(prefix) ? [place.slice(prefix.length)] : []));
  const isOthers = (location: string): boolean =>
    fs.list(prefix + location).some((name) => name.endsWith(".sql"));
  return written.flatMap((source) => {
    const beside = ancestors(own, levels)
      .slice(1)
      .flatMap((above) =>
        fs.list(join(source, above)).flatMap((name) => (name.endsWith("/") ? [join(above, name)] : [])),
      )
      // Flyway looks below a location: what lies above is a base class, or another's.
      .filter((location) => !isOthers(location) && !own.startsWith(`${location}/`));
    return [...new Set([own, ...stated, ...beside])].flatMap((location) => {
      const folder = join(source, location);
      return fs
        .list(folder)
        .flatMap((name) => (className.test(name) ? [`${relative(root, folder)}/${name}`] : []));
    });
  });
}
