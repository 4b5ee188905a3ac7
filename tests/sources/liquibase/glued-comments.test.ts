/** `--INSERT …` is a comment to Liquibase, which doesn't send it; MySQL itself takes `--` for one only before a blank. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../../src/index.ts";

const lint = async (attributes: string) => {
  const files = {
    "db/changelog/db.changelog-master.sql": `--liquibase formatted sql
--changeset a:1${attributes}
CREATE TABLE t (id int PRIMARY KEY);
--INSERT INTO t VALUES (1);
--it's out of use
----- more -----
INSERT INTO t VALUES (7--8
);

----------------- 'it'; and more
INSERT INTO t VALUES (2);
  --UPDATE t SET id = 3;
--rollback DROP TABLE t;
`,
  };
  const result = await lintProject({ fs: memoryFileSystem(files), facts: { dialect: "mysql" } });
  return { statements: result.counts.statements, notUnderstood: result.counts.notUnderstood };
};

test("words and dashes glued to the dashes are comments", async () => {
  expect(await lint("")).toEqual({ statements: 3, notUnderstood: 0 });
});

test("they are sent where stripComments is false", async () => {
  expect((await lint(" stripComments:false")).notUnderstood).toBeGreaterThan(0);
});
