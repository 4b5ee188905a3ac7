/** The command lines for files that no tool runs: those of the database's own client. */
import type { DialectName } from "../model/dialect.ts";
import { url, type Commands } from "../project/commands.ts";
import { shellWord } from "../text/shell-word.ts";
import type { OpenedBatch } from "./open-batch.ts";

const clients: Readonly<Record<DialectName, (file: string, together: boolean) => string>> = {
  postgres: (file, together) =>
    `psql -X -v ON_ERROR_STOP=1${together ? " --single-transaction" : ""} -f ${file} ${url}`,
  mysql: (file) => `mysql <database> < ${file}`,
  mariadb: (file) => `mariadb <database> < ${file}`,
  mongodb: (file) => `mongosh ${url} ${file}`,
};

const servers: Readonly<Record<DialectName, string>> = {
  postgres: "`DATABASE_URL`",
  mysql: "the client's own settings",
  mariadb: "the client's own settings",
  mongodb: "`DATABASE_URL`",
};

/** Undefined: a program of the project runs them. */
export function handCommands({
  history,
  migrations,
}: Pick<OpenedBatch, "history" | "migrations">): Commands | undefined {
  const isFile = migrations.every(
    ({ up, down }) => up.code === undefined && (down === undefined || down.path !== up.path),
  );
  if (!history.handMade || !isFile) return undefined;
  const client = clients[history.dialect];
  const line = (path: string, wraps: string): string => client(shellWord(path), wraps !== "none");
  return {
    server: servers[history.dialect],
    apply: () => migrations.map(({ up }) => line(up.path, up.transaction.wraps)).join("\n"),
    applyTo: () => migrations.map(({ up }) => line(up.path, up.transaction.wraps)).join("\n"),
    undo: ({ migration: { down } }) => (down === undefined ? "" : line(down.path, down.transaction.wraps)),
  };
}
