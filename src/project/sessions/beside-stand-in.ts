/** A profile of a Spring program, or its tests, in which H2, HSQLDB or Derby runs the same migrations as the server. */
import { ancestors, join, relative } from "../files/paths.ts";
import { isSpringSettings, readManifest } from "../manifests.ts";
import type { FileSystem } from "../migration.ts";

export interface BesideStandIn {
  readonly title: string;
  /** Settings with its address. */
  readonly file: string;
  /** Those with the server's, if any. */
  readonly server?: string | undefined;
}

const homes = ["src/main/resources", "src/main/resources/config", "src/test/resources"];
const address = /\bjdbc:(h2|hsqldb|derby):/;
const titles: ReadonlyMap<string, string> = new Map([
  ["h2", "H2"],
  ["hsqldb", "HSQLDB"],
  ["derby", "Derby"],
]);
const ofServer = /\bjdbc:(?!h2:|hsqldb:|derby:)[a-z]/;
const usual = /^application\.(?:properties|ya?ml)$/;

/** Undefined where the settings turn the tool off there, or give it other files. */
export function besideStandIn(fs: FileSystem, root: string, tool: string): BesideStandIn | undefined {
  const module = ancestors(root).find((folder) => root.startsWith(join(folder, homes[0] ?? "")));
  if (module === undefined) return undefined;
  const settings = homes.flatMap((home) => {
    const place = join(module, home);
    return fs.list(place).flatMap((name) => {
      if (!isSpringSettings(name)) return [];
      const path = join(place, name);
      const parts = (readManifest(fs, path) ?? "").replaceAll(/^[ \t]*#(?!---).*$/gm, "").split(/^#?---.*$/m);
      return parts.map((text, i) => ({ path, text, isOfAll: i === 0 && usual.test(name) }));
    });
  });
  const states = (text: string, value: boolean): boolean => stated(tool, value).test(text);
  const isOff = settings.some(({ isOfAll, text }) => isOfAll && states(text, false));
  const own = relative(join(module, homes[0] ?? ""), root);
  const found = settings.find(
    ({ text }) =>
      address.test(text) &&
      !states(text, false) &&
      (!isOff || states(text, true)) &&
      (!/\blocations\b/.test(text) || namesFolder(text, own)),
  );
  const title = titles.get(address.exec(found?.text ?? "")?.[1] ?? "");
  if (found === undefined || title === undefined) return undefined;
  const server = settings.find(({ text, path }) => path !== found.path && ofServer.test(text))?.path;
  return { title, file: found.path, server };
}

const stated = (tool: string, value: boolean): RegExp =>
  new RegExp(
    String.raw`\b${tool}(?:\.|:[ \t]*\n(?:[ \t]+(?!enabled)[\w-].*\n){0,20}[ \t]+)enabled[ \t]*[:=][ \t]*${String(value)}\b`,
  );

/** Itself, and not one below it: `classpath:db/migration`. */
const namesFolder = (text: string, folder: string): boolean =>
  text.split(/[\s,:"'[\]]+/).some((word) => word === folder || word === `/${folder}`);
