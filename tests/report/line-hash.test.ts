import { expect, it } from "vitest";
import { lineHashes } from "../../src/report/line-hash.ts";

/** As the upload action of GitHub gives them for the same files. */
it.each([
  ["", ["c129715d7a2bc9a3:1"]],
  ["CREATE TABLE t (id int);\n", ["affacf00733d399d:1", "c129715d7a2bc9a3:1"]],
  [
    "a\r\nb\rc\n\n  \t\n",
    [
      "52939e96e80abbab:1",
      "8fd26d2a4eb48bd4:1",
      "e506f920eda2ffc0:1",
      "5b5d4caf73a13177:1",
      "3c5bef55b72b93c9:1",
      "c129715d7a2bc9a3:1",
    ],
  ],
  [
    `${"ALTER TABLE orders ADD COLUMN note text;\n".repeat(4)}é€\u{1F600}`,
    [
      "2813d5fd04bf0bc:1",
      "2813d5fd04bf0bc:2",
      "26a1333ff9433fe9:1",
      "c40cfe6fef0411f3:1",
      "e32062cf193f0d95:1",
    ],
  ],
])("hashes the lines of %j", (text, hashes) => {
  expect(lineHashes(text)).toEqual(hashes);
});
