/**
 * Safe fixes mean the same to the database: a history leaves the same catalogue, rows and errors behind with its safe fixes and
 * without them. All fixtures of rules and recipes, and the worked projects, on PGlite and, if one is here, on MariaDB.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rules } from "../../src/index.ts";
import { fixedText } from "../../src/engine/fixed-point.ts";
import { readFixture, readGiven } from "../../src/testing/fixture.ts";
import { findMariaDb } from "../mariadb/binaries.ts";
import { findingsOf } from "../laws/cases.ts";
import { mariadbLab } from "./mariadb.ts";
import { playable, type Lab } from "./lab.ts";
import { comparePair, projectPairs, type Pair } from "./pairs.ts";
import { postgresLab } from "./postgres.ts";

const root = join(import.meta.dirname, "../..");
const safe = rules.filter(({ fix }) => fix === "safe").map(({ id }) => id);

/** Rules whose safe fixes are for other databases, with the reason. */
const withoutFix: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  mariadb: { "identifier-too-long": "the server refuses such names" },
};

const fixtures = ["fixtures/rules", "fixtures/recipes"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sql") && !name.endsWith(".fixed.sql"))
    .map((name) => join(folder, name))
    .sort(),
);

/** Read as MariaDB's where it is to run there: what means the same differs between the two. */
const onMariaDb = (text: string): string =>
  text.replace(/^(-- given:.*?)server mysql\b[^;\n]*/, "$1server mariadb 10.11.6");

function fixturePairs(family: "postgres" | "mysql"): readonly Pair[] {
  return fixtures.flatMap((name) => {
    const written = readFileSync(join(root, name), "utf8");
    const given = readGiven(written);
    if ((given.dialect === "postgres") !== (family === "postgres")) return [];
    const text = family === "postgres" ? written : onMariaDb(written);
    const lint = (now: string) => ({ findings: findingsOf(now) });
    const fixed = fixedText(text, lint);
    if (fixed === undefined) return [];
    const [before, after] = [text, fixed].map((one) =>
      playable(readFixture("migrations/x.sql", one).history),
    );
    const fixedBy = new Set(lint(text).findings.flatMap(({ fix, ruleId }) => (fix ? [ruleId] : [])));
    return [
      { name, before: before ?? [], after: after ?? [], given: given.schema ?? "", fixedBy: [...fixedBy] },
    ];
  });
}

const projects = [
  "migrations",
  "examples",
  "fixtures/demo",
  "fixtures/mysql-demo",
  "fixtures/mysql-shop",
  "fixtures/layouts",
]
  .flatMap((name) =>
    name.endsWith("layouts") ? readdirSync(join(root, name)).map((one) => join(name, one)) : [name],
  )
  .filter((name) => existsSync(join(root, name)));

async function compare(lab: Lab, pairs: readonly Pair[]): Promise<ReadonlySet<string>> {
  const whole = new Set<string>();
  const failures: string[] = [];
  let ran = 0;
  for (const pair of pairs) {
    const compared = await comparePair(lab, pair);
    if (compared.differences.length > 0) failures.push([pair.name, ...compared.differences].join("\n"));
    if (compared.ran < pair.before.length) continue;
    ran++;
    for (const id of pair.fixedBy) whole.add(id);
  }
  console.info(`${lab.name}: ${pairs.length} histories with safe fixes, ${ran} of them without an error`);
  expect(failures, failures.join("\n\n")).toEqual([]);
  return whole;
}

const isThere = findMariaDb() !== undefined;
if (!isThere)
  console.warn(
    `No MariaDB here: ${fixturePairs("mysql").length} histories aren't compared (apt-get install mariadb-server-core)`,
  );

describe.each([
  ["postgres", true, postgresLab],
  ["mysql", isThere, mariadbLab],
] as const)("safe fixes mean the same on %s", (family, isHere, open) => {
  let lab: Lab;
  beforeAll(async () => {
    if (isHere) lab = await open();
  }, 120_000);
  afterAll(() => isHere && lab.stop());

  it.runIf(isHere)(
    "all fixtures",
    async () => {
      const ran = await compare(lab, fixturePairs(family));
      const name = family === "postgres" ? "postgres" : "mariadb";
      // Each rule in a history that the server runs to its end.
      const missing = rules.filter(
        ({ fix, id, dialects }) =>
          fix === "safe" && dialects.includes(name) && !ran.has(id) && withoutFix[name]?.[id] === undefined,
      );
      expect(missing.map(({ id }) => id)).toEqual([]);
    },
    300_000,
  );

  it.runIf(isHere)(
    "worked projects and those of all tools",
    async () => {
      const pairs = await Promise.all(projects.map((name) => projectPairs(join(root, name), name, family)));
      await compare(lab, pairs.flat());
    },
    300_000,
  );
});

it("there are rules with safe fixes", () => {
  expect(safe.length).toBeGreaterThan(8);
});
