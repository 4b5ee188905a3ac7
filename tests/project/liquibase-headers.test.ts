import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const table = (name: string): string => `CREATE TABLE ${name} (id bigint PRIMARY KEY);\n`;

/** Liquibase 4.17 and 5.0 stop at each of the lines below. */
describe("a line that is meant to open a changeset", () => {
  const read = (line: string) => {
    const [history] = discover(
      memoryFileSystem({
        "db/changelog.yaml":
          "databaseChangeLog:\n  - include: { file: a.sql, relativeToChangelogFile: true }\n",
        "db/a.sql": `--liquibase formatted sql\n--changeset shop:1\n${table("orders")}${line}\n${table("items")}`,
      }),
      [],
    );
    return {
      ids: history?.migrations.length,
      refused: history?.problems.map(({ message, path, span }) => [path, span.start, message]),
    };
  };

  test.each([
    ["without an author", "--changeset: 2"],
    ["without an id", "--changeset shop"],
    ["with a blank before the id", "--changeset shop: 2"],
    ["of one dash", "-changeset shop:2"],
    ["that is a remark", "--changesets follow"],
  ])("is reported %s, and the statements behind it are read", (_, line) => {
    expect(read(line)).toEqual({
      ids: 2,
      refused: [["db/a.sql", 90, "liquibase refuses the file: this line isn't `--changeset author:id`"]],
    });
  });

  test.each([
    ["with a blank before the word", "-- changeset shop:2"],
    ["with a blank before the colon", "--changeset shop :2"],
    ["in quotes", '--changeset "the shop":"2"'],
  ])("is right %s", (_, line) => {
    expect(read(line)).toEqual({ ids: 2, refused: [] });
  });

  test.each([
    ["in another word", "--change-set shop:2"],
    ["behind a statement", "SELECT 1; --changeset shop"],
    ["that Liquibase is told to ignore", "--ignoreLines:1\n--changeset shop"],
  ])("isn't one %s", (_, line) => {
    expect(read(line)).toEqual({ ids: 1, refused: [] });
  });
});
