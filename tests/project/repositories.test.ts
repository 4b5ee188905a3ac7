/** What is found in public repositories: `npx tsx tools/ecosystem/layouts.ts` writes the files. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { found, textsOf, type Repository } from "../support/repositories.ts";

const home = join(import.meta.dirname, "../../fixtures/repositories");
const repositories = readdirSync(home).map(
  (name) => JSON.parse(readFileSync(join(home, name), "utf8")) as Repository,
);

test.each(repositories)("$repository", (repository) => {
  expect(found(memoryFileSystem(textsOf(repository)))).toEqual(repository.found);
});
