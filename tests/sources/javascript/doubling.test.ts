/** Forty lines that each double a value are 2^40 of it: too large to be known, and no reason to hang. */
import { beforeAll, expect, it } from "vitest";
import { lintText, loadEngine } from "../../../src/index.ts";

beforeAll(() => loadEngine());

const times = (text: (i: number) => string): string =>
  Array.from({ length: 40 }, (_, i) => text(i)).join("\n");

const doubled: Readonly<Record<string, string>> = {
  "a list that is spread": `const a0 = ["x"];\n${times((i) => `const a${i + 1} = [...a${i}, ...a${i}];`)}\nexports.up = async (knex) => { for (const x of a40) await knex.raw(\`DROP TABLE \${x}\`); };`,
  "a list that is joined": `const a0 = ["x"];\n${times((i) => `const a${i + 1} = a${i}.concat(a${i});`)}\nexports.up = (knex) => knex.raw(a40.join(";"));`,
  "a text": `const a0 = "x";\n${times((i) => `const a${i + 1} = a${i} + a${i};`)}\nexports.up = (knex) => knex.raw(a40);`,
  "a template": `const a0 = "x";\n${times((i) => `const a${i + 1} = \`\${a${i}}\${a${i}}\`;`)}\nexports.up = (knex) => knex.raw(a40);`,
  "a record in records": `const a0 = { k: "x" };\n${times((i) => `const a${i + 1} = { l: a${i}, r: a${i} };`)}\nexports.up = (knex) => knex("t").insert(a40);`,
  "a function that is called": `const a0 = (k) => k.raw("SELECT 1");\n${times((i) => `const a${i + 1} = (k) => { a${i}(k); a${i}(k); };`)}\nexports.up = (knex) => a40(knex);`,
};

it.each(Object.entries(doubled))("%s", { timeout: 20_000 }, async (_, text) => {
  const { errors } = await lintText(`${text}\nexports.down = () => {};\n`, {
    path: "migrations/20240101000000_a.js",
    facts: { dialect: "postgres", tool: "knex" },
  });
  expect(errors).toEqual([]);
});

it("a long list is still known", async () => {
  const { findings } = await lintText(
    `const names = [${times((i) => `"t${i}",`)}];\nexports.up = async (knex) => { for (const x of names) await knex.raw(\`DROP TABLE \${x}\`); };\n`,
    {
      path: "migrations/20240101000000_a.js",
      facts: { dialect: "postgres", tool: "knex" },
      opinions: { presets: [], only: ["drop-table"] },
      merge: false,
    },
  );
  expect(findings).toHaveLength(40);
});
