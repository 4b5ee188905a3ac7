import { expect, test } from "vitest";
import { statedServer } from "../../src/project/server/stated-server.ts";

test.each([
  ["16", "16"],
  ["16.3 (Debian 16.3-1.pgdg120+1)", "16.3"],
  ["postgres 16", "postgres 16"],
  ["PostgreSQL 9.6", "postgres 9.6"],
  ["8.0", "8.0"],
  ["8.0.x", "8.0"],
  ["8.0.36-28", "8.0.36"],
  ["8.0.36-0ubuntu0.22.04.1", "8.0.36"],
  ["8.0.mysql_aurora.3.04.0", "mysql 8.0"],
  ["mysql:8.0.36", "mysql 8.0.36"],
  ["percona 8.0.36-28", "mysql 8.0.36"],
  ["MariaDB 10.11", "mariadb 10.11"],
  ["mariadb-11.4", "mariadb 11.4"],
  ["10.11.6-MariaDB-1:10.11.6+maria~ubu2204", "mariadb 10.11.6"],
  ["5.5.5-10.6.12-MariaDB-log", "mariadb 10.6.12"],
])("%s", (text, server) => {
  const { dialect, version = "" } = statedServer(text) ?? {};
  expect(`${dialect ?? ""} ${version}`.trim()).toBe(server);
});

test.each(["", "new", "mariadb", "oracle 19", "8.", "8.0.3.6", "constructor 8", `8${"-a".repeat(5000)}!`])(
  "%.20s is none",
  (text) => {
    expect(statedServer(text)).toBeUndefined();
  },
);
