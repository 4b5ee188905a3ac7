/** `npm run new-rule <id>`: writes rules/<id>.ts and its fixtures, with a want that fails until the rule works. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Files of a new rule by path relative to the repository; throws on an ill-formed id. */
export function newRule(id: string): ReadonlyMap<string, string> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+){1,4}$/.test(id) || id.length > 50) {
    throw new Error(`"${id}" is no rule id: two to five lower-case words joined by "-"`);
  }
  if (/^(?:no|ban|prefer|require|disallow)-/.test(id)) {
    throw new Error(
      `"${id}": an id names the thing flagged, without no-, ban-, prefer-, require- or disallow-`,
    );
  }
  const folder = `fixtures/rules/${id}`;
  const given = "-- given: server postgres 17; transaction block\n";
  const table = "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n";
  return new Map([
    [`rules/${id}.ts`, skeleton(id)],
    [
      `${folder}/bad.sql`,
      `${given}${table}-- next migration\nALTER TABLE orders DROP COLUMN note; -- want "say what happens"\n`,
    ],
    [`${folder}/good.sql`, `${given}${table}`],
    [`${folder}/good-new-table.sql`, `${given}${table}ALTER TABLE orders DROP COLUMN note;\n`],
    [`${folder}/good-other-statement.sql`, `${given}SELECT 1;\n`],
  ]);
}

const skeleton = (id: string): string => `import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "${id}",
  category: "locks",
  severity: "warning",
  presets: [],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "One sentence: what is flagged.",
    why: "Who waits, or what is lost.",
    instead: "What to write instead.",
  },
  messages: { found: "takes {{lock}} on {{table}}: object and consequence" },
  on: {
    dropColumn({ operation, lockOn, createdHere, show }, context) {
      const lock = lockOn(operation.table);
      if (lock === undefined || createdHere(operation.table) === "yes") return;
      context.report({
        at: operation.head,
        message: "found",
        data: { lock, table: show(operation.table) },
      });
    },
  },
});
`;

function main(): void {
  const root = join(dirname(fileURLToPath(import.meta.url)), "..");
  const id = process.argv[2];
  if (id === undefined) throw new Error("usage: npm run new-rule <id>");
  const files = newRule(id);
  const taken = [...files.keys()].find((path) => existsSync(join(root, path)));
  if (taken !== undefined) throw new Error(`${taken} exists already`);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(path);
  }
  console.log(
    'now write the rule until "npx vitest run tests/rules.test.ts" passes, then "npm run generate"',
  );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}
