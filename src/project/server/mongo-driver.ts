/** Which release of MongoDB's driver a project's migrations are handed, by its package.json. */
import { npmVersion } from "../manifests.ts";
import { ancestors, join } from "../files/paths.ts";

/** Read in the packages of npm: the driver that each major release of Mongoose brings. */
const ofMongoose: Readonly<Record<number, number>> = { 5: 3, 6: 4, 7: 5, 8: 6, 9: 7 };

/**
 * The newest major release that the nearest package.json which says it takes; undefined: any. `bundled`: the one that the
 * tool brings itself, whatever the project uses.
 */
export function driverIn(
  root: string,
  read: (path: string) => string | undefined,
  bundled?: (manifest: string) => number | undefined,
): number | undefined {
  for (const folder of ancestors(root, 4)) {
    const manifest = read(join(folder, "package.json")) ?? "";
    if (manifest === "") continue;
    const [own, mongoose] = ["mongodb", "mongoose"].map((name) => newestIn(manifest, name));
    const known = bundled?.(manifest) ?? own;
    if (known !== undefined) return known;
    if (mongoose !== undefined) return ofMongoose[mongoose];
  }
  return undefined;
}

/** Of a package, `^4.4.1 || ^5.0.0`: 5; undefined: later ones are taken, too. */
export function newestIn(manifest: string, name: string): number | undefined {
  const parts = (npmVersion(manifest, name) ?? "")
    .split("||")
    .map((part) => /^\s*[\^~v=]?\s*(\d+)(?![^\s.])/.exec(part)?.[1]);
  const majors = parts.map((part) => (part === undefined ? Infinity : Number(part)));
  const most = Math.max(...majors);
  return Number.isFinite(most) ? most : undefined;
}
