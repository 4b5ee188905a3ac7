import { join } from "node:path";
import { npm } from "../install.ts";
import { script, type Tool } from "../tool.ts";

const versions = { dbmate: "2.36.0" };

const dbmate: Tool = {
  name: "dbmate",
  versions,
  install: (home) => {
    npm(home, versions);
  },
  files: ({ version, name, sql }, optOut = "") => ({
    [`migrations/${version}_${name}.sql`]: optOut.startsWith("!")
      ? `-- migrate:up\n${script(sql)}-- migrate:down ${optOut.slice(1)}\n`
      : `-- migrate:up ${optOut}\n${script(sql)}-- migrate:down\n`.replace("up \n", "up\n"),
  }),
  optOuts: {
    option: "transaction:false",
    "option on the other section": "!transaction:false",
    "option with a blank": "transaction: false",
    "option in upper case": "TRANSACTION:FALSE",
    "option with an equals sign": "transaction=false",
  },
  apply: ({ home, url }) => ({
    program: join(home, `node_modules/@dbmate/${process.platform}-${process.arch}/bin/dbmate`),
    args: ["--url", url, "--migrations-dir", "migrations", "--no-dump-schema", "migrate"],
  }),
  history: "SELECT version FROM schema_migrations ORDER BY ctid",
};

export const tools: readonly Tool[] = [
  dbmate,
  {
    ...dbmate,
    name: "dbmate.strict",
    apply: (places) => {
      const { program, args } = dbmate.apply(places);
      return { program, args: [...args, "--strict"] };
    },
  },
];
