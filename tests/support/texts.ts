/** Texts that people read, by where they come from: for tests of their wording. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { z } from "zod";
import { manPage } from "../../scripts/man-page.ts";
import { describe as shapeOf, withCommands } from "../../src/cli/describe.ts";
import { createProgram } from "../../src/cli/program.ts";
import { configJsonSchema } from "../../src/config/schema.ts";
import { rules } from "../../src/index.ts";

export interface Text {
  /** For failures: a path, or a rule and its part. */
  readonly from: string;
  readonly text: string;
}

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Code and SQL aren't English. */
const prose = (markdown: string): string =>
  markdown.replace(/^```[^]*?^```$/gm, "").replace(/`[^`\n]*`/g, "``");

/** Pages written by hand, as lines; those of rules are `ruleTexts`. */
export const documents = (): readonly Text[] =>
  [
    ...["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "editors/vscode/README.md"],
    ...readdirSync(join(root, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ].map((from) => ({ from, text: prose(read(from)) }));

/** What `--help`, the manual page and editors show of commands, options and the configuration. */
export function commandLine(): readonly Text[] {
  const program = createProgram(".", {}, () => undefined);
  const help = withCommands(shapeOf(program)).map(({ path, description, options, arguments: taken }) => ({
    from: `ddlint ${path} --help`,
    text: [
      description,
      ...taken.map((argument) => argument.description),
      ...options.flatMap((option) => [option.group, option.description]),
    ].join("\n"),
  }));
  const manual = manPage("1.2.3")
    .replace(/\\f[BIR]/g, "")
    .replace(/\\([-e&])/g, "$1");
  const keys = Object.entries(
    (configJsonSchema(z, []) as { properties: Record<string, { description?: string }> }).properties,
  ).map(([key, { description = "" }]) => ({ from: `configuration: ${key}`, text: description }));
  return [...help, { from: "man/ddlint.1", text: manual }, ...keys];
}

/** Documentation, messages and options of all rules. */
export const ruleTexts = (): readonly Text[] =>
  rules.flatMap((rule) => {
    const { options = {} } = rule;
    const { summary, why, exceptions = [], ...advice } = rule.docs;
    const parts: readonly (readonly [string, unknown])[] = [
      ["summary", summary],
      ["why", why],
      ...exceptions.map((text) => ["exceptions", text] as const),
      ...Object.values(advice).flatMap((text) =>
        (typeof text === "object" ? Object.values(text) : [text]).map((one) => ["instead", one] as const),
      ),
      ...Object.entries(rule.messages).map(([name, text]) => [`message ${name}`, text] as const),
      ...Object.entries(options).map(([name, { description }]) => [`option ${name}`, description] as const),
    ];
    return parts.flatMap(([part, text]) =>
      typeof text === "string" ? [{ from: `rules/${rule.id}.ts: ${part}`, text }] : [],
    );
  });

/** Texts in the code of ddlint and of its rules that are more than a name: messages, advice, errors. */
export const sourceTexts = (): readonly Text[] =>
  ["src", "rules"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .flatMap((name) => literalsIn(`${folder}/${name.replaceAll("\\", "/")}`)),
  );

function literalsIn(path: string): readonly Text[] {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
  const found: Text[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) add(node.text, node);
    if (ts.isTemplateExpression(node))
      add([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("x"), node);
    ts.forEachChild(node, visit);
  };
  const add = (text: string, node: ts.Node): void => {
    if (!/\w \w+ \w/.test(text)) return;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push({ from: `${path}:${line + 1}`, text });
  };
  visit(source);
  return found;
}
