import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { modules } from "./support/import-table.ts";

const root = join(import.meta.dirname, "..");

/** Which modules a module may import; lower modules first. */
const table: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(modules).map(([module, { imports }]) => [module, imports]),
);

const mayUseNode = [
  "src/project",
  "src/config",
  "src/cache",
  "src/verify",
  "src/testing",
  "src/cli",
  "src/lsp",
];
/** A parser that brings its WebAssembly as a file. */
const loadsWasm = "src/sources/ruby/prism/load-wasm.ts";

/** A parser's types never leave its folder. */
const parsers: Readonly<Record<string, string>> = {
  "libpg-query": "src/sql/postgres",
  "@pgsql/types": "src/sql/postgres",
  "pgsql-ast-parser": "src/sql/postgres-without-wasm",
  "@babel/parser": "src/sources/javascript/babel",
  "@lezer/python": "src/sources/python/lezer",
  "@ruby/prism/src/parsePrism.js": "src/sources/ruby/prism",
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = ["src", "rules"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/")),
);

const imports: readonly Import[] = files.flatMap((from) => {
  const text = readFileSync(join(root, from), "utf8");
  const found = [
    ...text.matchAll(/^(?:import|export)\b([^;"]*?)\bfrom "([^"]+)"/gm),
    ...text.matchAll(/()\bimport\("([^"]+)"\)/g),
    ...text.matchAll(/^()import "([^"]+)"/gm),
  ];
  return found.map((match) => {
    const target = match[2] ?? "";
    const to = target.startsWith(".") ? join(dirname(from), target).replaceAll("\\", "/") : target;
    return { from, to, typeOnly: (match[1] ?? "").trimStart().startsWith("type") };
  });
});

/** The innermost; a file beside the modules is in `src`. */
const moduleOf = (path: string): string | undefined =>
  Object.keys(table)
    .filter((module) => path.startsWith(`${module}/`))
    .sort((a, b) => b.length - a.length)[0];

describe("the import table", () => {
  it("covers every file, and lets a module import lower ones only", () => {
    const loose = files.filter((file) => moduleOf(file) === "src");
    expect(loose).toEqual(["src/index.ts", "src/version.ts"]);
    expect(files.filter((file) => moduleOf(file) === undefined)).toEqual([]);
    const order = Object.keys(table);
    const rank = (target: string): number => order.indexOf(moduleOf(`${target}/`) ?? "rules");
    const upwards = Object.entries(table).flatMap(([module, allowed]) =>
      allowed
        // The rules are written against the contract, and the public API hands them to the engine.
        .filter((one) => !["rules/index.ts", "src/version.ts", "src/index.ts"].includes(one))
        .filter((one) => rank(one) >= order.indexOf(module))
        .map((one) => `${module} may import ${one}`),
    );
    expect(upwards).toEqual([]);
  });

  it.each(Object.entries(table))("%s", (module, allowed) => {
    const broken = imports.filter(
      ({ from, to }) =>
        moduleOf(from) === module &&
        from !== "rules/index.ts" &&
        /^(?:src|rules)\//.test(to) &&
        moduleOf(to) !== module &&
        !allowed.some((one) => to === one || to.startsWith(`${one}/`)),
    );
    expect(broken.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it("lets rules import only the contract", () => {
    const broken = imports.filter(
      ({ from, to }) => from.startsWith("rules/") && from !== "rules/index.ts" && to !== "src/lint/rule.ts",
    );
    expect(broken).toEqual([]);
  });

  it("keeps Node's modules where files and terminals are", () => {
    const broken = imports.filter(
      ({ from, to }) =>
        to.startsWith("node:") &&
        from !== loadsWasm &&
        !mayUseNode.some((module) => from.startsWith(`${module}/`)),
    );
    expect(broken.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it("keeps each parser in its folder", () => {
    const broken = imports.filter(({ from, to }) => {
      const home = parsers[to];
      return home !== undefined && !from.startsWith(`${home}/`);
    });
    expect(broken).toEqual([]);
  });

  it("writes extensions", () => {
    expect(imports.filter(({ to }) => /^(?:src|rules)\//.test(to) && !/\.(?:ts|json)$/.test(to))).toEqual([]);
  });
});

it("asks databases, and doesn't compare their names", () => {
  const compared =
    /[!=]==? "(?:postgres|mysql|mariadb|mongodb)"|"(?:postgres|mysql|mariadb|mongodb)" [!=]==?|\bcase "(?:postgres|mysql|mariadb|mongodb)"/;
  const found = files
    .filter((file) => file.startsWith("src/") && !file.startsWith("src/dialects/"))
    .flatMap((file) =>
      readFileSync(join(root, file), "utf8")
        .split("\n")
        .filter((line) => compared.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  expect(found).toEqual([]);
});

it("keeps nothing in variables of modules but what is loaded once", () => {
  const loaders = [
    "src/sql/postgres/libpg.ts",
    "src/sql/postgres-without-wasm/library.ts",
    "src/sources/javascript/babel/parse.ts",
    "src/sources/python/lezer/parse.ts",
    "src/sources/ruby/prism/parse.ts",
  ];
  const found = files.filter((file) => /^(?:export )?let /m.test(readFileSync(join(root, file), "utf8")));
  expect(found.filter((file) => !loaders.includes(file))).toEqual([]);
});

it("has no cycles", () => {
  const graph = new Map<string, string[]>();
  // Types vanish at run time, so only imports of values can make a harmful cycle.
  for (const { from, to, typeOnly } of imports) {
    if (!typeOnly) graph.set(from, [...(graph.get(from) ?? []), to]);
  }
  const state = new Map<string, "open" | "done">();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === "open") cycles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (state.has(file)) return;
    state.set(file, "open");
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, "done");
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

describe("the names of tools", () => {
  const home = "src/project/tools/";
  const names = files
    .filter((path) => path.startsWith(home) && path !== `${home}index.ts`)
    .map((path) => path.slice(home.length, -".ts".length));
  /** Where a text that is a tool's name is something else. */
  const others: Readonly<Record<string, string>> = {
    "src/lint/rule.ts: flyway": "a preset's name",
    "src/project/advice/alembic-calls.ts: alembic": "the package, whose release decides what a call takes",
    "src/project/layouts/flyway.ts: flyway": "the layout's name",
    "src/project/layouts/flyway-settings.ts: flyway":
      "a key of Spring's settings, and a section of flyway.toml",
    "src/project/layouts/liquibase.ts: liquibase": "the layout's name",
    "src/project/layouts/sqitch.ts: sqitch": "the layout's name",
    "src/project/sessions/mongo-lock.ts: migrate-mongo":
      "the package, whose release decides what its settings know",
    "src/project/prisma-schema.ts: prisma": "a key of package.json",
  };
  // As a text, which could be compared or stand in a list, or as a key of a table; `raw` is a key of other things.
  const keys = names.filter((name) => name !== "raw");
  const uses = new RegExp(`(["'])(${names.join("|")})\\1|(?:^|[{,])\\s*(${keys.join("|")}): `, "gm");
  const withoutComments = (text: string): string => text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, "");

  it("stand in the tools' own files: a tool is a value, and code asks for its properties", () => {
    expect(names.length).toBeGreaterThan(30);
    const found = files
      // Builders are read by a file for each tool.
      .filter((path) => !path.startsWith(home) && !path.startsWith("src/sources/"))
      .flatMap((path) =>
        [...withoutComments(readFileSync(join(root, path), "utf8")).matchAll(uses)].map(
          (match) => `${path}: ${match[2] ?? match[3] ?? ""}`,
        ),
      );
    expect([...new Set(found)].sort()).toEqual(Object.keys(others).sort());
  });
});

const ruleFiles = files.filter((path) => path.startsWith("rules/") && path !== "rules/index.ts");

/** Parts of a rule that are words for people, or data. */
const words = ["docs", "messages", "options"];

describe("rules ask, and compute nothing", () => {
  const found: { readonly patterns: string[]; readonly statements: string[] } = {
    patterns: [],
    statements: [],
  };
  for (const path of ruleFiles) {
    const source = ts.createSourceFile(
      path,
      readFileSync(join(root, path), "utf8"),
      ts.ScriptTarget.Latest,
      true,
    );
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAssignment(node) && words.includes(node.name.getText())) return;
      const text = node.getText();
      if (ts.isRegularExpressionLiteral(node)) found.patterns.push(`${path}: ${text}`);
      const isText = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
      // A statement; a word that a fix inserts is none.
      if (isText && /^.[A-Z]+ .*;(?:\\n)?.$/s.test(text)) found.statements.push(`${path}: ${text}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }

  it("no pattern: a question is missing on Step, or a fact of the model", () => {
    expect(found.patterns).toEqual([]);
  });

  it("no SQL: it belongs to src/recipes", () => {
    expect(found.statements).toEqual([]);
  });
});

describe("the size of files", () => {
  const lines = (path: string): number => readFileSync(join(root, path), "utf8").split("\n").length - 1;
  const isTable = (path: string): boolean => path.includes("/table") || path === "rules/index.ts";

  it("is at most 500 lines", () => {
    expect(files.filter((path) => !isTable(path) && lines(path) > 500)).toEqual([]);
  });

  /** The words of the rule's page aside: what is left is read as code. */
  const code = (path: string): number => {
    const text = readFileSync(join(root, path), "utf8");
    const words = /^ {2}docs: \{\n[^]*?^ {2}\},\n/m.exec(text)?.[0] ?? "";
    return lines(path) - (words.split("\n").length - 1);
  };

  it("is at most 75 lines for a rule without its docs, and 32 for most", () => {
    const sizes = ruleFiles.map(code).sort((a, b) => a - b);
    expect(ruleFiles.filter((path) => code(path) > 75)).toEqual([]);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(32);
  });

  it("knows no utils, helpers or common folders", () => {
    expect(files.filter((path) => /\/(?:utils|helpers|common)\//.test(path))).toEqual([]);
  });
});
