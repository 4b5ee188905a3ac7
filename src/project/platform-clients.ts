/** A platform that serves the tables to programs, whose libraries the project's programs use, whatever runs the migrations. */
import { rankedTools } from "./known-tools.ts";
import { depends, manifestsIn, readManifest } from "./manifests.ts";
import type { FileSystem, History } from "./migration.ts";
import { ancestors, join } from "./files/paths.ts";
import { skipped } from "./left-out/folder-names.ts";

/** So many modules beside one another are looked at. */
const mostModules = 30;
/** Where projects write which database they use. */
const settings =
  /^(?:readme\.md|\.env\.(?:example|sample|template)|(?:prisma\.config|drizzle\.config|knexfile)\.[cm]?[jt]s)$/i;

/**
 * A package around the folder, or one directly below such a package, depends on a client. Where the project also names an
 * address of the platform's databases, the migrations run there.
 */
export function platformBeside(fs: FileSystem, root: string): Pick<History, "web" | "callsPlatform"> {
  const modules = ancestors(root, 5).flatMap((folder) => [folder, ...modulesIn(fs, folder)]);
  for (const { clients, hosts, web } of rankedTools) {
    if (clients === undefined || !modules.some((module) => dependsOn(fs, module, clients))) continue;
    const isHost = (path: string): boolean => hosts?.test(fs.read(path) ?? "") === true;
    const isThere = modules.some((module) =>
      fs.list(module).some((name) => settings.test(name) && isHost(join(module, name))),
    );
    return web !== undefined && isThere ? { web: { ...web, isBeside: true } } : { callsPlatform: true };
  }
  return {};
}

type Clients = NonNullable<(typeof rankedTools)[number]["clients"]>;

const dependsOn = (fs: FileSystem, module: string, clients: Clients): boolean =>
  [...manifestsIn(fs.list(module))].some(([file, kind]) => {
    const wanted = clients[kind] ?? [];
    const text = wanted.length === 0 ? undefined : readManifest(fs, join(module, file));
    return text !== undefined && wanted.some((name) => depends(text, kind, name));
  });

const modulesIn = (fs: FileSystem, folder: string): readonly string[] =>
  fs
    .list(folder)
    .filter((name) => /^\w.*\/$/.test(name) && !skipped.test(name.slice(0, -1)))
    .slice(0, mostModules)
    .map((name) => join(folder, name.slice(0, -1)));
