import { join } from "node:path";
import { cargo } from "../install.ts";
import { script, type Tool } from "../tool.ts";

const version = "0.10.0";

const withFlags = (name: string, letter: "V" | "U", ...flags: readonly string[]): Tool => ({
  name,
  versions: { refinery_cli: version },
  install: (home) => {
    cargo(home, "refinery_cli", version, "postgresql");
  },
  files: ({ version, name, sql }) => ({ [`migrations/${letter}${version}__${name}.sql`]: script(sql) }),
  apply: ({ home, url }) => ({
    program: join(home, "bin/refinery"),
    args: ["migrate", "-e", "DATABASE_URL", "-p", "migrations", ...flags],
    env: { DATABASE_URL: url },
  }),
  history: "SELECT version FROM refinery_schema_history ORDER BY applied_on, version",
});

export const tools: readonly Tool[] = [
  withFlags("refinery", "V"),
  withFlags("refinery.grouped", "V", "-g"),
  withFlags("refinery.unversioned", "U"),
];
