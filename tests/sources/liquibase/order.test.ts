/** The order in which Liquibase runs the changesets of a nest of changelogs: `npm run frameworks` records it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { discover } from "../../../src/project/discover.ts";
import { nodeFileSystem } from "../../../src/project/files/file-system.ts";

const home = join(import.meta.dirname, "../../../fixtures/frameworks/liquibase-order");
const recorded = JSON.parse(readFileSync(join(home, "order.json"), "utf8")) as readonly string[];

test("changesets run in Liquibase's order", () => {
  const [history] = discover(nodeFileSystem(home), [], { dialect: "postgres" });
  // Liquibase gives a file of SQL without a header an id of its own.
  const found = history?.migrations.map(
    ({ name, up }) => (name === "plain" ? "raw" : name.slice(4)) + ` ${up.path}`,
  );
  expect(found).toEqual(recorded);
});
