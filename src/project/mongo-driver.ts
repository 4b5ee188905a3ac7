/** Which release of MongoDB's driver a project's migrations are handed, by its package.json. */
import { npmVersion } from "./manifests.ts";
import { ancestors, join } from "./paths.ts";

/** Read in the packages of npm: the driver that each major release of Mongoose brings. */
const ofMongoose: Readonly<Record<number, number>> = { 5: 3, 6: 4, 7: 5, 8: 6, 9: 7 };

/** The newest major release that the nearest package.json which says it takes; undefined: any. */
export function driverIn(root: string, read: (path: string) => string | undefined): number | undefined {
  for (const folder of ancestors(root, 4)) {
    const manifest = read(join(folder, "package.json")) ?? "";
    if (manifest === "") continue;
    const [runner, own, mongoose] = ["migrate-mongo", "mongodb", "mongoose"].map((name) =>
      newest(npmVersion(manifest, name)),
    );
    // It has a driver of its own, whatever the project uses: 3.5.6, later ^4.0.1.
    if (runner !== undefined && runner < 9) return runner < 8 ? 3 : 4;
    if (own !== undefined) return own;
    if (mongoose !== undefined) return ofMongoose[mongoose];
  }
  return undefined;
}

/** `^4.4.1 || ^5.0.0`: 5; undefined: later ones are taken, too. */
function newest(range: string | undefined): number | undefined {
  const parts = (range ?? "").split("||").map((part) => /^\s*[\^~v=]?\s*(\d+)(?![^\s.])/.exec(part)?.[1]);
  const majors = parts.map((part) => (part === undefined ? Infinity : Number(part)));
  const most = Math.max(...majors);
  return Number.isFinite(most) ? most : undefined;
}
