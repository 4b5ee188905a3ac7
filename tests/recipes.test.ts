/** The safe ways, proven on servers beside a running application, give no finding of `recommended`. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { rules } from "../src/index.ts";
import { drawn, lintFixture, load } from "./support/lint-fixture.ts";

const folder = join(import.meta.dirname, "../fixtures/recipes");
/** The schema that a recipe starts from: not part of it. */
const given = new Set(["0001_step", "0002_step"]);

beforeAll(load);

describe("recipes are silent", () => {
  it.each(readdirSync(folder))("%s", (name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const { findings, errors } = lintFixture(`migrations/${name}`, text, rules);
    const own = findings.filter(({ migration }) => migration === undefined || !given.has(migration));
    expect(errors).toEqual([]);
    expect(
      own.map(({ ruleId, line, message }) => `${line}: ${ruleId}: ${message}`),
      drawn(text, own),
    ).toEqual([]);
  });
});
