import { join } from "node:path";
import { createColors } from "picocolors";
import { expect, it } from "vitest";
import { explain } from "../../src/cli/explain.ts";
import { showMarkdown } from "../../src/cli/markdown.ts";
import { defineRule, plainColors, rules } from "../../src/index.ts";

const docs = join(import.meta.dirname, "../../docs");

it("gives the rule's page as Markdown to a pipe", () => {
  const text = explain("drop-column", { rules, withPacks: false }, docs, undefined);
  expect(text).toMatch(/^# drop-column\n/);
  expect(text).toContain("## Reported\n\n```sql");
});

it("shows the page in a terminal without marks", () => {
  const text = explain("drop-column", { rules, withPacks: false }, docs, plainColors);
  expect(text).toMatch(/^drop-column\n\nDROP COLUMN without/);
  expect(text).toContain("\nReported\n\n    CREATE TABLE orders");
  expect(text).not.toMatch(/```|^#|\*\*|^\|/m);
});

it("colours headings, code and what is strong", () => {
  const shown = showMarkdown("# Why\n\nUse `NOT VALID`, **always**.\n", createColors(true));
  expect(shown).toContain("\u001b[1m\u001b[4mWhy");
  expect(shown).toContain("\u001b[36mNOT VALID\u001b[39m");
  expect(shown).toContain("\u001b[1malways");
});

it("explains a rule without a page by what it says of itself", () => {
  const own = defineRule({
    id: "own",
    category: "locks",
    severity: "error",
    presets: [],
    dialects: ["postgres"],
    docs: { summary: "A summary.", why: "A reason.", instead: "Another way.", exceptions: ["a new table"] },
    messages: {},
    options: { most: { default: 3, minimum: 0, description: "How many may be." } },
    on: {},
  });
  const page = explain("own", { rules: [own], withPacks: false }, docs, undefined);
  expect(page).toContain("A reason.");
  expect(page).toContain("- Severity: error");
  expect(page).toContain("- a new table");
  expect(page).toContain("| `most` | `3` | 0 or more | How many may be. |");
});
