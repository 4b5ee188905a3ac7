import { createHash } from "node:crypto";
import { npm } from "../install.ts";
import { node, script, type Tool } from "../tool.ts";

const versions = { "graphile-migrate": "1.4.1" };

/** Of the files written last, by version. */
const hashes = new Map<number, string>();

export const tools: readonly Tool[] = [
  {
    name: "graphile-migrate",
    versions,
    install: (home) => {
      npm(home, versions);
    },
    files: ({ version, name, sql }, optOut = "", previous) => {
      const body = `${optOut}${script(sql)}`;
      const before = previous === undefined ? "" : (hashes.get(previous.version) ?? "");
      const hashed = `${`${before}\n${body.trim()}`.trim()}\n`;
      const hash = `sha1:${createHash("sha1").update(hashed).digest("hex")}`;
      hashes.set(version, hash);
      return {
        [`migrations/committed/${`${version}`.padStart(6, "0")}-${name}.sql`]: `--! Previous: ${before === "" ? "-" : before}\n--! Hash: ${hash}\n--! Message: ${name}\n\n${body}`,
      };
    },
    optOuts: {
      marker: "--! no-transaction\n",
      "marker under a comment": "-- why\n--! no-transaction\n",
      "marker with a blank": "-- ! no-transaction\n",
    },
    settings: () => ({ ".gmrc": "{}\n" }),
    apply: ({ url }) => ({
      ...node("node_modules/graphile-migrate/dist/cli.js", "migrate"),
      env: { DATABASE_URL: url },
    }),
    history: "SELECT filename FROM graphile_migrate.migrations ORDER BY filename",
  },
];
