import { join } from "node:path";
import { go } from "../install.ts";
import { script, type Tool } from "../tool.ts";

const version = "4.20.1";

const migrate: Tool = {
  name: "golang-migrate",
  versions: { migrate: version },
  install: (home) => {
    go(home, "github.com/golang-migrate/migrate/v4/cmd/migrate", version, "postgres");
  },
  files: ({ version, name, sql }) => ({ [`migrations/${version}_${name}.up.sql`]: script(sql) }),
  apply: ({ home, url }) => ({
    program: join(home, "migrate"),
    args: ["-path", "migrations", "-database", url, "up"],
  }),
  history: "SELECT version || CASE WHEN dirty THEN ' (dirty)' ELSE '' END FROM schema_migrations",
};

export const tools: readonly Tool[] = [
  migrate,
  {
    ...migrate,
    name: "golang-migrate.multi-statement",
    apply: ({ home, url }) => ({
      program: join(home, "migrate"),
      args: ["-path", "migrations", "-database", `${url}&x-multi-statement=true`, "up"],
    }),
  },
];
