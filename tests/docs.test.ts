/** The documentation as a reader meets it: links lead somewhere, examples run, the lists are complete. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { describe, expect, it, vi } from "vitest";
import { rules } from "../src/index.ts";
import type { Rule } from "../src/lint/rule.ts";
import { textProblems } from "../src/testing/index.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`),
];

const withoutCode = (text: string): string =>
  text
    .replace(/^```[^]*?^```$/gm, "")
    .replace(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, (span) => span.replace(/[[\]()#]/g, ""));

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
function anchorsOf(path: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = read(path)
    .replace(/^```[^]*?^```$/gm, "")
    .matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) => {
      const anchor = heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
        .replaceAll(" ", "-");
      const count = seen.get(anchor) ?? 0;
      seen.set(anchor, count + 1);
      return count === 0 ? anchor : `${anchor}-${count}`;
    }),
  );
}

/** Relative links of a page. */
const linksOf = (path: string): readonly string[] =>
  [...withoutCode(read(path)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? "")
    .filter((link) => !/^[a-z]+:/.test(link));

describe("links", () => {
  it("are found", () => {
    expect(linksOf("README.md").length).toBeGreaterThan(30);
    expect([...anchorsOf("docs/reports.md")]).toContain("exit-codes");
  });

  it.each(pages)("of %s lead to a file and a heading", (page) => {
    const broken = linksOf(page).filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target =
        file === "" ? page : relative(root, join(root, dirname(page), file)).replaceAll("\\", "/");
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(target).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("lead to every page from the index", () => {
    const linked = linksOf("docs/README.md").map((link) => join("docs", link.split("#")[0] ?? ""));
    const missing = pages
      .filter((page) => /^docs\/[^/]+\.md$/.test(page) && page !== "docs/README.md")
      .filter((page) => !linked.includes(page));
    expect(missing).toEqual([]);
  });
});

describe("what a rule deliberately doesn't report", () => {
  /** They report every case that they are about. */
  const withoutExceptions: readonly string[] = [];

  it.each(rules.map((rule) => [rule.id, rule] as const))("is on the page of %s", (id, { docs }) => {
    const { exceptions = [] } = docs;
    expect(exceptions.length > 0).toBe(!withoutExceptions.includes(id));
    expect(new Set(exceptions).size).toBe(exceptions.length);
    // A phrase that completes "Not reported:".
    for (const exception of exceptions) expect(exception).toMatch(/^\S.*[^.\s]$/);
    const page = read(`docs/rules/${id}.md`);
    for (const exception of exceptions) expect(page).toContain(`- ${exception}`);
  });
});

describe("README.md", () => {
  it("is at most 14 KB", () => {
    expect(statSync(join(root, "README.md")).size).toBeLessThanOrEqual(14 * 1024);
  });

  it("links to what the package holds", () => {
    const { files } = JSON.parse(read("package.json")) as { files: readonly string[] };
    const isPacked = (path: string): boolean =>
      files.some((one) => path === one || path.startsWith(`${one}/`));
    const links = linksOf("README.md").map((link) => link.split("#")[0] ?? "");
    expect(links.filter((link) => link !== "" && !isPacked(link))).toEqual([]);
  });
});

describe("docs/api.md", () => {
  const page = read("docs/api.md");

  /** Names that src/index.ts exports, without those marked as experimental. */
  function stableExports(): readonly string[] {
    const path = join(root, "src/index.ts");
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
    return source.statements.flatMap((statement) => {
      const tags = ts.getJSDocTags(statement).map((tag) => tag.tagName.text);
      if (tags.includes("experimental")) return [];
      if (ts.isExportDeclaration(statement)) {
        const { exportClause: names } = statement;
        return names !== undefined && ts.isNamedExports(names)
          ? names.elements.map(({ name }) => name.text)
          : [statement.getText()];
      }
      return ts.isVariableStatement(statement)
        ? statement.declarationList.declarations.map(({ name }) => name.getText())
        : [];
    });
  }

  it("lists the exports that aren't experimental", () => {
    const rows = [...page.matchAll(/^\| (`[^|]*`) +\|/gm)].flatMap((match) =>
      [...(match[1] ?? "").matchAll(/`(\w+)`/g)].map((name) => name[1] ?? ""),
    );
    expect(rows.sort()).toEqual([...stableExports()].sort());
  });

  const examples = [...page.matchAll(/^```ts\n([^]*?)^```$/gm)].map((match) => match[1] ?? "");

  it.each(examples.map((example, i) => [i + 1, example] as const))("example %i runs", async (_, example) => {
    const folder = mkdtempSync(join(root, "node_modules/.docs-"));
    const printed: unknown[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((...values) => void printed.push(...values));
    try {
      const file = join(folder, "example.ts");
      writeFileSync(
        file,
        example.replace('from "ddlint"', `from ${JSON.stringify(join(root, "src/index.ts"))}`),
      );
      await import(/* @vite-ignore */ pathToFileURL(file).href);
    } finally {
      log.mockRestore();
      rmSync(folder, { recursive: true });
    }
    // What a comment behind console.log promises.
    const promised = [...example.matchAll(/^console\.log\([^\n]*?\); \/\/ (.+)$/gm)].map(
      (match) => match[1] ?? "",
    );
    const shown = printed.map((value) => JSON.stringify(value));
    for (const text of promised)
      for (const part of text.match(/"[^"]*"/g) ?? []) expect(shown.join(" ")).toContain(part);
    expect(printed.length).toBeGreaterThan(0);
  });
});

describe("docs/custom-rules.md", () => {
  const page = read("docs/custom-rules.md");

  it("lists the fields of a column", () => {
    const path = join(root, "src/schema/model.ts");
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
    const column = source.statements.find(
      (one): one is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(one) && one.name.text === "Column",
    );
    const fields = column?.members.map((member) => member.name?.getText());
    const table = page.slice(page.indexOf("### What is known of a column"));
    const rows = [...table.slice(0, table.indexOf("In TypeScript")).matchAll(/^\| `(\w+)`/gm)];
    expect(rows.map((row) => row[1])).toEqual(fields);
  });

  /** The rule that a page shows in a file of this name. */
  async function ruleIn(file: string): Promise<Rule> {
    const text = [...page.matchAll(/^```js\n([^]*?)^```$/gm)]
      .map((match) => match[1] ?? "")
      .find((one) => one.startsWith(`// rules/${file}`));
    const folder = mkdtempSync(join(root, "node_modules/.docs-"));
    try {
      const path = join(folder, "rule.ts");
      const contract = JSON.stringify(join(root, "src/lint/rule.ts"));
      writeFileSync(path, (text ?? "").replace('"ddlint/rule"', contract));
      return ((await import(/* @vite-ignore */ pathToFileURL(path).href)) as { readonly default: Rule })
        .default;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it("shows a rule about a statement that works", async () => {
    const rule = await ruleIn("index-without-tenant.js");
    const table = "CREATE TABLE orders (tenant_id bigint, placed_at date);\n-- next migration\n";
    const index = "CREATE INDEX CONCURRENTLY i ON orders (placed_at);";
    expect(textProblems(rule, `${table}${index} -- want "begins with placed_at"`)).toEqual([]);
    expect(textProblems(rule, `${table}${index.replace("(", "(tenant_id, ")}`)).toEqual([]);
  });

  it("shows a rule about a whole migration that works", async () => {
    const rule = await ruleIn("id-not-bigint.js");
    const wanted = 'CREATE TABLE a (id integer); -- want "a.id is integer"\n';
    expect(textProblems(rule, wanted)).toEqual([]);
    expect(textProblems(rule, "CREATE TABLE a (id integer);\nALTER TABLE a ALTER id TYPE bigint;")).toEqual(
      [],
    );
    expect(textProblems(rule, "CREATE TABLE a (id integer);\nDROP TABLE a;")).toEqual([]);
    expect(textProblems(rule, "CREATE TEMPORARY TABLE a (id integer);")).toEqual([]);
  });

  it("shows a rule that counts tables", async () => {
    const rule = await ruleIn("many-tables.js");
    const tables = "CREATE TABLE a (id int);\nALTER TABLE public.a ADD b int;\nCREATE TABLE b (id int);\n";
    expect(textProblems(rule, tables)).toEqual([]);
    const third = 'CREATE TABLE c (id int); -- want "changes 3 tables, more than 2"';
    expect(textProblems(rule, `${tables}${third}`)).toEqual([]);
  });

  it("names only answers that scopes and steps give", () => {
    const path = join(root, "src/replay/step.ts");
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
    const membersOf = (name: string): readonly (string | undefined)[] =>
      source.statements
        .filter(
          (one): one is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(one) && one.name.text === name,
        )
        .flatMap(({ members }) => members.map((member) => member.name?.getText()));
    const known = { scope: membersOf("MigrationScope"), step: membersOf("Step") };
    const rows = [...page.matchAll(/^\| `(scope|step)\.(\w+)/gm)];
    expect(rows.length).toBeGreaterThan(12);
    const strange = rows.filter(([, of, name]) => !known[of as keyof typeof known].includes(name));
    expect(strange.map(([row]) => row)).toEqual([]);
  });
});

describe("docs/configuration.md", () => {
  it("describes every key", () => {
    const schema = JSON.parse(read("schema/ddlint.schema.json")) as { properties: object };
    const page = read("docs/configuration.md");
    const rows = [...page.matchAll(/^\| `(\w+)` /gm)].map((match) => match[1]);
    expect(Object.keys(schema.properties).filter((key) => key !== "$schema" && !rows.includes(key))).toEqual(
      [],
    );
  });

  it("describes every runner", async () => {
    const { runners } = await import("../src/config/values.ts");
    const rows = [...read("docs/configuration.md").matchAll(/^\| `([\w-]+)` /gm)].map((match) => match[1]);
    expect(runners.filter((name) => !rows.includes(name))).toEqual([]);
  });
});

it("describes every format in docs/reports.md", async () => {
  const { formatNames } = await import("../src/report/formats.ts");
  const named = [...read("docs/reports.md").matchAll(/^\| (`\w+`(?:, `\w+`)*) /gm)].flatMap((match) =>
    (match[1] ?? "").replaceAll("`", "").split(", "),
  );
  expect(formatNames.filter((name) => !named.includes(name))).toEqual([]);
});
