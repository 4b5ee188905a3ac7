/** What is beyond the bounds of an object isn't known: nothing is certain of it, and the rest is still linted. */
import { beforeAll, describe, expect, it } from "vitest";
import { lintText, loadEngine } from "../../src/index.ts";

beforeAll(() => loadEngine());

const each = (count: number, text: (i: number) => string, between = "\n"): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(between);

async function messages(text: string, dialect: "postgres" | "mysql"): Promise<readonly string[]> {
  const { findings, errors } = await lintText(text, {
    facts: { dialect },
    opinions: { presets: [], only: ["unknown-table", "unknown-column", "unknown-object", "duplicate-object"] },
  });
  expect(errors).toEqual([]);
  return findings.map(({ message }) => message);
}

describe.each([
  ["columns", 5000, (n: number) => `CREATE TABLE t (${each(n, (i) => `c${i} int`, ", ")});`, "column"],
  [
    "constraints",
    1200,
    (n: number) =>
      `CREATE TABLE t (c int);\n${each(n, (i) => `ALTER TABLE t ADD CONSTRAINT c${i} CHECK (c > ${i});`)}`,
    "constraint",
  ],
] as const)("%s", (_, count, make, member) => {
  const drop = (name: string): string => `\nALTER TABLE t DROP ${member.toUpperCase()} ${name};`;

  it("beyond the bound may be there", async () => {
    expect(await messages(make(count) + drop(`c${count - 1}`), "postgres")).toEqual([]);
    expect(await messages(make(count) + drop("other"), "postgres")).toEqual([]);
  });

  it("below it are known", async () => {
    expect(await messages(make(3) + drop("other"), "postgres")).toHaveLength(1);
    expect(await messages(make(3) + drop("c2"), "postgres")).toEqual([]);
  });
});

it("indexes beyond the bound may be there", async () => {
  const make = (n: number): string =>
    `CREATE TABLE t (c int);\n${each(n, (i) => `CREATE INDEX i${i} ON t (c);`)}`;
  expect(await messages(`${make(1200)}\nDROP INDEX i1199;`, "postgres")).toEqual([]);
  expect(await messages(`${make(1200)}\nDROP INDEX i1199 ON t;`, "mysql")).toEqual([]);
  expect(await messages(`${make(3)}\nDROP INDEX i9 ON t;`, "mysql")).toHaveLength(1);
});

it("labels beyond the bound may be there", async () => {
  const make = (n: number): string => `CREATE TYPE e AS ENUM (${each(n, (i) => `'v${i}'`, ", ")});`;
  const rename = "\nALTER TYPE e RENAME VALUE 'v1199' TO 'other';";
  expect(await messages(make(1200) + rename, "postgres")).toEqual([]);
});

it("a table that was renamed back and forth keeps its name of today", async () => {
  const pairs = each(50, () => "ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t;");
  expect(await messages(`CREATE TABLE t (c int);\n${pairs}\nDROP TABLE t;`, "postgres")).toEqual([]);
});
