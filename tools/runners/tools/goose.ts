import { join } from "node:path";
import { go } from "../install.ts";
import { script, type Tool } from "../tool.ts";

const version = "3.29.0";
const tags = "no_clickhouse no_mssql no_mysql no_sqlite3 no_vertica no_ydb no_libsql";

const goose: Tool = {
  name: "goose",
  versions: { goose: version },
  install: (home) => {
    go(home, "github.com/pressly/goose/v3/cmd/goose", version, tags);
  },
  files: ({ version, name, sql }, optOut = "") => ({
    [`migrations/${version}_${name}.sql`]: `${optOut.replace("UP", "-- +goose Up\n")}${optOut.includes("UP") ? "" : "-- +goose Up\n"}${script(sql)}`,
  }),
  optOuts: {
    marker: "-- +goose NO TRANSACTION\n",
    "marker under a comment": "-- licence\n\n-- +goose NO TRANSACTION\n",
    "marker in the section": "UP-- +goose NO TRANSACTION\n",
    "marker in lower case": "-- +goose no transaction\n",
  },
  apply: ({ home, url }) => ({
    program: join(home, "goose"),
    args: ["-dir", "migrations", "postgres", url, "up"],
  }),
  history: "SELECT version_id FROM goose_db_version WHERE version_id > 0 ORDER BY id",
  says: /(?<=goose run: |panic: )[^\n]*(?:\n\s+\S[^\n]*)*/,
};

export const tools: readonly Tool[] = [
  goose,
  {
    ...goose,
    name: "goose.statement-begin",
    files: (step, optOut) => {
      const marked = ["-- +goose StatementBegin\n", script(step.sql), "-- +goose StatementEnd\n"].join("");
      return Object.fromEntries(
        Object.entries(goose.files(step, optOut, undefined)).map(([file, text]) => [
          file,
          text.replace(script(step.sql), () => marked),
        ]),
      );
    },
  },
  {
    ...goose,
    name: "goose.allow-missing",
    apply: ({ home, url }) => ({
      program: join(home, "goose"),
      args: ["-dir", "migrations", "-allow-missing", "postgres", url, "up"],
    }),
  },
];
