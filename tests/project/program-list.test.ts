/** Numbers used twice, where a program of the project names the files one by one. */
import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

type Files = Readonly<Record<string, string>>;

const names = ["0001-orders", "0002-items", "0003-total", "0003-note", "0004-drop-note"];
const folder = "backend/src/shop/migrations/sql";
const files = (list: readonly string[]): Files =>
  Object.fromEntries(list.map((name) => [`${folder}/${name}.sql`, "SELECT 1;\n"]));
const clojure = (list: readonly string[]): Files => ({
  "backend/src/shop/migrations.clj": list
    .map((name) => `{:name "${name}" :fn (mg/resource "shop/migrations/sql/${name}.sql")}`)
    .join("\n"),
});

const read = (project: Files) => {
  const [history] = discover(memoryFileSystem(project), []);
  return {
    order: history?.migrations.map(({ name }) => name),
    problems: history?.problems.map(({ rule, message }) => `${rule}: ${message}`),
  };
};
const byNumber = ["0001-orders", "0002-items", "0003-note", "0003-total", "0004-drop-note"];

describe("a program names the files", () => {
  test("they run in its order", () => {
    expect(read({ ...files(names), ...clojure(names) })).toEqual({ order: names, problems: [] });
  });

  test("what it doesn't name isn't run", () => {
    const { order, problems } = read({ ...files([...names, "0004-copy"]), ...clojure(names) });
    expect(order).toEqual(names);
    expect(problems).toEqual([
      "bad-file-name: backend/src/shop/migrations.clj doesn't name it: nothing runs it",
    ]);
  });

  test("each name counts by its first place", () => {
    const again = [...names, "0001-orders"];
    expect(read({ ...files(names), ...clojure(again) }).order).toEqual(names);
  });

  test("a list of half of them isn't the list", () => {
    expect(read({ ...files(names), ...clojure(names.slice(3)) })).toEqual({
      order: byNumber,
      problems: ["duplicate-version: version 0003 is used twice: which runs first is not defined"],
    });
  });

  test("numbers that differ need no list", () => {
    const own = names.filter((name) => name !== "0003-note");
    expect(read({ ...files(own), ...clojure([...own].reverse()) }).order).toEqual(own);
  });
});
