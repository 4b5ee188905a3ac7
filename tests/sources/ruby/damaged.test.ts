/** Damaged migrations of Rails: nothing throws, and what is left is read. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { dialectNames } from "../../../src/model/dialect.ts";
import { loadRuby, openHistory } from "../../../src/sources/ruby/index.ts";
import { damaged, pick, randomFrom } from "../../../tools/fuzz/random.ts";

const home = join(import.meta.dirname, "../../../fixtures/frameworks/rails/db/migrate");
const texts = readdirSync(home).map((name) => readFileSync(join(home, name), "utf8"));

/** How many; `DAMAGED` asks for more. */
const count = Number(process.env["DAMAGED"] ?? 150);

beforeAll(loadRuby);

test("damaged Ruby", { timeout: 3_600_000 }, () => {
  const random = randomFrom(7);
  const path = "db/migrate/20240101000000_change.rb";
  let understood = 0;
  for (let i = 0; i < count; i++) {
    const dialect = pick(random, dialectNames);
    const history = { root: "db/migrate", tool: "rails", dialect, listFolder: () => [], paths: [path] };
    const text = damaged(random, pick(random, texts));
    const input = { path, text, tool: "rails", wraps: true, readFile: () => undefined };
    const { migration } = openHistory(history).read(input, undefined);
    for (const { part } of migration?.pieces ?? [])
      if (part.end > (migration?.text.length ?? 0)) throw new Error(`a piece outside of its text: ${text}`);
    understood += (migration?.pieces.length ?? 0) > 0 ? 1 : 0;
  }
  expect(understood).toBeGreaterThan(count / 10);
});
