/** What `npm run fuzz` once found stays right: one input in each file of fixtures/fuzz. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { check, readInput } from "../../tools/fuzz/targets.ts";

const folder = join(import.meta.dirname, "../../fixtures/fuzz");

it.each(readdirSync(folder).sort())("%s", async (name) => {
  await expect(check(readInput(join(folder, name)))).resolves.not.toThrow();
});
