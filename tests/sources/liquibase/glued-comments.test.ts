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
INSERT INTO t VALUES (2);
  --UPDATE t SET id = 3;
--rollback DROP TABLE t;
`,
  };
  const result = await lintProject({ fs: memoryFileSystem(files), facts: { dialect: "mysql" } });
  return { statements: result.counts.statements, notUnderstood: result.counts.notUnderstood };
};

test("lines with a word glued to the dashes are comments", async () => {
  expect(await lint("")).toEqual({ statements: 2, notUnderstood: 0 });
});

test("they are sent where stripComments is false", async () => {
  expect((await lint(" stripComments:false")).notUnderstood).toBeGreaterThan(0);
});
