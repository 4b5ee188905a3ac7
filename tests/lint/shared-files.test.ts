import { expect, it } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const table = "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(200) NOT NULL);\n";
const index =
  "CREATE INDEX users_email_idx ON users (email);\nCREATE INDEX users_both_idx ON users (id, email);\n";
const files = {
  "go.mod": "module example.org/app\n\nrequire github.com/gobuffalo/pop/v6 v6.1.1\n",
  "migrations/20240101000000_users.postgres.up.sql": table,
  "migrations/20240101000000_users.mysql.up.sql": table,
  "migrations/20240102000000_index.up.sql": index,
};

it("a file that two databases run is checked for each of them", async () => {
  const { findings, histories } = await lintProject({ fs: memoryFileSystem(files), merge: false });
  expect(histories.map(({ dialect }) => dialect)).toEqual(["postgres", "mysql"]);
  const of = findings.filter(({ file }) => file.endsWith("_index.up.sql")).map(({ ruleId }) => ruleId);
  expect(new Set(of)).toEqual(new Set(["index-without-concurrently", "lock-without-timeout", "not-atomic"]));
});
