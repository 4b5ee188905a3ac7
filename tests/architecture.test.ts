import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

/** Which modules a module may import, types included; a module may always import itself. Lower modules first. */
const table: Readonly<Record<string, readonly string[]>> = {
  "src/text": [],
  "src/model": ["src/text"],
  "src/sql": ["src/text", "src/model"],
  "src/sources": ["src/text", "src/model", "src/sql"],
  "src/schema": ["src/text", "src/model"],
  "src/effects": ["src/text", "src/model", "src/schema"],
  "src/project": ["src/text", "src/model"],
  "src/replay": ["src/text", "src/model", "src/sql", "src/schema", "src/effects", "src/project"],
  "src/recipes": ["src/text", "src/model", "src/schema", "src/replay"],
  "src/lint": [
    "src/text",
    "src/model",
    "src/schema",
    "src/effects",
    "src/project",
    "src/replay",
    "src/recipes",
  ],
  "src/findings": ["src/text", "src/sql", "src/project", "src/lint"],
  "src/config": ["src/text", "src/model", "src/project", "src/lint", "src/findings"],
  "src/report": ["src/text", "src/effects", "src/lint", "src/findings", "src/version.ts"],
  "src/dialects": ["src/sql", "src/effects"],
  "src/engine": [
    "src/text",
    "src/model",
    "src/sql",
    "src/sources",
    "src/schema",
    "src/effects",
    "src/project",
    "src/replay",
    "src/lint",
    "src/findings",
    "src/config",
    "src/report",
    "src/dialects",
    "rules/index.ts",
  ],
  // The public API: beside it stands only the version.
  src: [
    "src/text",
    "src/model",
    "src/effects",
    "src/project",
    "src/replay",
    "src/lint",
    "src/findings",
    "src/config",
    "src/report",
    "src/engine",
    "rules/index.ts",
  ],
  "src/cli": ["src/index.ts"],
  "src/eslint": ["src/index.ts"],
  "src/lsp": ["src/index.ts"],
  rules: ["src/lint/rule.ts"],
};

const mayUseNode = ["src/project", "src/config", "src/cli", "src/lsp"];

/** A parser's types never leave its folder. */
const parsers: Readonly<Record<string, string>> = {
  "libpg-query": "src/sql/postgres",
  "@pgsql/types": "src/sql/postgres",
  "pgsql-ast-parser": "src/sql/postgres-without-wasm",
  "@babel/parser": "src/sources/javascript/babel",
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
      ({ from, to }) => to.startsWith("node:") && !mayUseNode.some((module) => from.startsWith(`${module}/`)),
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

  it("is at most 80 lines for a rule, and 37 for most", () => {
    const sizes = ruleFiles.map(lines).sort((a, b) => a - b);
    expect(ruleFiles.filter((path) => lines(path) > 80)).toEqual([]);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(37);
  });

  it("knows no utils, helpers or common folders", () => {
    expect(files.filter((path) => /\/(?:utils|helpers|common)\//.test(path))).toEqual([]);
  });
});
