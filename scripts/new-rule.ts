/**
 * `npm run new-rule <id> -- --on createIndex,dropIndex --dialects mysql,mariadb`: writes rules/<id>.ts and its fixtures,
 * with a want that fails until the rule works, and registers the rule.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { DialectName } from "../src/model/dialect.ts";
import { kindHint, kindNamed, type MeantKind } from "../src/model/kind-hint.ts";
import { kinds as traits } from "../src/model/kinds.ts";
import { writeRegistry } from "./registry.ts";

export interface NewRule {
  /** Kinds of operations that the rule waits for. */
  readonly on?: readonly string[] | undefined;
  readonly dialects?: readonly string[] | undefined;
}

const servers: Readonly<Record<DialectName, string>> = {
  postgres: "server postgres 17; transaction block",
  mysql: "server mysql 8.0.36; transaction none",
  mariadb: "server mariadb 10.11.6; transaction none",
  mongodb: "server mongodb 7.0; transaction none",
};

const isDialect = (name: string): name is DialectName => Object.hasOwn(servers, name);

/** Files of a new rule by path relative to the repository; throws on an ill-formed id, and on kinds that don't fit. */
export function newRule(
  id: string,
  { on = ["dropColumn"], dialects = ["postgres"] }: NewRule = {},
): ReadonlyMap<string, string> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+){1,4}$/.test(id) || id.length > 50) {
    throw new Error(`"${id}" is no rule id: two to five lower-case words joined by "-"`);
  }
  if (/^(?:no|ban|prefer|require|disallow)-/.test(id)) {
    throw new Error(
      `"${id}": an id names the thing flagged, without no-, ban-, prefer-, require- or disallow-`,
    );
  }
  const named = dialects.map((name) => {
    if (!isDialect(name)) throw new Error(`"${name}" is no dialect: ${Object.keys(servers).join(", ")}`);
    return name;
  });
  const kinds = on.map((name) => {
    const meant = kindNamed(name);
    if (meant === undefined) throw new Error(`"${name}" isn't a kind of operation${kindHint(name)}`);
    const { databases } = traits[meant.kind];
    if (!databases.some((one) => named.includes(one)))
      throw new Error(`${named.join(", ")} has no ${name}: it is of ${databases.join(", ")}`);
    return meant;
  });
  const folder = `fixtures/rules/${id}`;
  const [first = "postgres"] = named;
  const table = `-- given: ${servers[first]}\nCREATE TABLE orders (id bigint PRIMARY KEY, note text);\n`;
  // A fixture to begin with: the statement is to be replaced by one of the kind.
  const guilty = exampleOf(kinds);
  const [{ kind, object } = {}] = kinds;
  const otherObject =
    kind === "dropObject" && object !== undefined
      ? exampleOf([{ kind, object: object === "role" ? "publication" : "role" }])
      : undefined;
  return new Map([
    [`rules/${id}.ts`, skeleton(id, kinds, named)],
    [`${folder}/bad.sql`, `${table}-- next migration\n${guilty} -- want "say what happens"\n`],
    [`${folder}/good.sql`, table],
    otherObject === undefined
      ? [`${folder}/good-new-table.sql`, `${table}${guilty}\n`]
      : [`${folder}/good-other-object.sql`, `${table}-- next migration\n${otherObject}\n`],
    [`${folder}/good-other-statement.sql`, `${table}-- next migration\nSELECT 1;\n`],
  ]);
}

/** A statement to begin with, of the first kind where one can be made up; else one to be replaced. */
function exampleOf(kinds: readonly MeantKind[]): string {
  const [first] = kinds;
  if (first?.kind === "dropColumn") return "ALTER TABLE orders DROP COLUMN note;";
  if (first?.kind === "dropObject" && first.object !== undefined)
    return `DROP ${first.object.toUpperCase()} example;`;
  return `SELECT '${kinds.map(({ kind }) => kind).join(" or ")}';`;
}

function skeleton(id: string, meant: readonly MeantKind[], dialects: readonly DialectName[]): string {
  const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
  const kinds = [...new Set(meant.map(({ kind }) => kind))];
  const objects = meant.flatMap(({ object }) => object ?? []);
  const [first = "operation", ...others] = kinds;
  const hasTable = kinds.every((kind) => traits[kind].table === "table");
  const hasObject = kinds.every((kind) => kind.endsWith("Object"));
  const [data, guard, value, given] = hasTable
    ? [
        "{{table}}: ",
        `if (createdHere(table) === "yes") return;`,
        "table: show(table)",
        "table, createdHere, show",
      ]
    : hasObject
      ? ["{{object}}: ", guardOf(objects), `object: names.objectText() ?? ""`, "names"]
      : ["", "", "", ""];
  return `import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "${id}",
  // What is at stake: see "Category, severity and presets" in CONTRIBUTING.md.
  category: "locks",
  severity: "warning",
  presets: [],
  dialects: [${list(dialects)}],
  docs: {
    summary: "One sentence: what is flagged.",
    why: "Who waits, or what is lost.",
    instead: "What to write instead.",
  },
  messages: { found: "${data}object and consequence" },
${others.length > 0 ? `  kinds: { either: [${list(kinds)}] },\n` : ""}  on: {
    ${others.length > 0 ? "either" : first}({ operation${given === "" ? "" : `, ${given}`} }, { report }) {
${guard === "" ? "" : `      ${guard}\n`}      report({ at: operation.head, message: "found"${value === "" ? "" : `, data: { ${value} }`} });
    },
  },
});
`;
}

/** Of kinds that several classes of objects share. */
const guardOf = (objects: readonly string[]): string =>
  objects.length === 0
    ? '// `operation.object` is its class: "extension", "role", "publication", …'
    : `if (${objects.map((object) => `operation.object !== "${object}"`).join(" && ")}) return;`;

function main(): void {
  const root = join(dirname(fileURLToPath(import.meta.url)), "..");
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { on: { type: "string" }, dialects: { type: "string" } },
  });
  const [id, ...others] = positionals;
  if (id === undefined || others.length > 0)
    throw new Error("usage: npm run new-rule <id> -- [--on <kind>,<kind>] [--dialects <name>,<name>]");
  const files = newRule(id, { on: values.on?.split(","), dialects: values.dialects?.split(",") });
  const taken = [...files.keys()].find((path) => existsSync(join(root, path)));
  if (taken !== undefined) throw new Error(`${taken} exists already`);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(path);
  }
  writeRegistry();
  console.log("rules/index.ts");
  console.log(`now write the rule until "npm run rule ${id}" passes, then "npm run generate" and "npm test"`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}
