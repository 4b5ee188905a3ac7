import { beforeAll, expect, it } from "vitest";
import { describe as describeEffects } from "../../src/effects/index.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";
import { effectsOn, mainCases, versions } from "./measured.ts";

beforeAll(() => postgres.load());

/** How messages put it, per range of versions: a change of the tables reads as a difference of this file. */
it("puts the effects of the measured statements into words", async () => {
  const text = mainCases.map((measured) => {
    const ranges: { first: number; last: number; words: string }[] = [];
    for (const version of versions) {
      const words = describeEffects(effectsOn(measured, version));
      const before = ranges.at(-1);
      if (before?.words === words) before.last = version;
      else ranges.push({ first: version, last: version, words });
    }
    const lines = ranges.map(
      ({ first, last, words }) => `  ${first === last ? first : `${first}-${last}`} ${words}`,
    );
    return [measured.sql, ...lines].join("\n");
  });
  await expect(text.join("\n\n") + "\n").toMatchFileSnapshot("../../fixtures/effects/postgres/words.txt");
});
