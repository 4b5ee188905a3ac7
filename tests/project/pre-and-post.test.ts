import { expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const names = (files: Record<string, string>): readonly string[] | undefined =>
  discover(memoryFileSystem(files), [])[0]?.migrations.map(({ name }) => name);

const problems = (files: Record<string, string>): readonly string[] | undefined =>
  discover(memoryFileSystem(files), [])[0]?.problems.map(({ rule }) => rule);

const numbered = (...all: readonly string[]): Record<string, string> =>
  Object.fromEntries(all.map((name) => [`migrations/${name}.sql`, "SELECT 1;"]));

test.each([
  [
    ["001_a", "002_x_post", "002_x_pre"],
    ["001_a", "002_x_pre", "002_x_post"],
  ],
  [
    ["001_a", "002_x", "002_x_post", "002_x_pre"],
    ["001_a", "002_x_pre", "002_x", "002_x_post"],
  ],
  [
    ["001_after_x", "001_before_y"],
    ["001_before_y", "001_after_x"],
  ],
  [
    ["2024-01-02_post_deploy_x", "2024-01-02_pre_deploy_x"],
    ["2024-01-02_pre_deploy_x", "2024-01-02_post_deploy_x"],
  ],
])("%j", (files, order) => {
  expect(names(numbered(...files))).toEqual(order);
  expect(problems(numbered(...files))).toEqual([]);
});

test("a word that has no counterpart is one like any other", () => {
  const files = numbered("001_a", "002_blog_post", "002_blog_tag");
  expect(names(files)).toEqual(["001_a", "002_blog_post", "002_blog_tag"]);
  expect(problems(files)).toEqual(["duplicate-version"]);
});

test("a program of the project that sorts names runs post before pre", () => {
  const runner = [
    `const files = readdirSync("migrations").filter((one) => one.endsWith(".sql")).sort();`,
    `for (const file of files) {`,
    `  const sql = readFileSync("migrations/" + file, "utf8");`,
    `  await client.query(sql);`,
    `}`,
  ].join("\n");
  const files = { ...numbered("001_a", "002_x_post", "002_x_pre"), "migrate.js": runner };
  expect(names(files)).toEqual(["001_a", "002_x_post", "002_x_pre"]);
});
