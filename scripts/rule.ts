/**
 * `npm run rule <id>`: the fixtures of one rule, in the time of a glance. It says what tests/rules.test.ts would; that
 * and the laws still have to pass.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Rule } from "../src/lint/rule.ts";
import { drawn, lintFixture, lintFolder, mended, mismatches } from "../tests/support/lint-fixture.ts";
import { readGiven, readWants } from "../tests/support/pieces.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** What is wrong with a fixture, in lines; empty: nothing. */
async function wrongIn(rule: Rule, name: string): Promise<readonly string[]> {
  const path = join(root, "fixtures/rules", rule.id, name);
  if (!name.endsWith(".sql")) {
    const { texts, findings, errors } = await lintFolder(path, rule.id);
    const known = Object.entries(texts).flatMap(([file, text]) =>
      mismatches(
        findings.filter((finding) => finding.file === file),
        readWants(text),
      ).map((line) => `${file}: ${line}`),
    );
    const other = findings.filter(({ file }) => texts[file] === undefined);
    return [...errors, ...other].map(({ message }) => message).concat(known);
  }
  const isFixed = name.endsWith(".fixed.sql");
  const text = readFileSync(isFixed ? path.replace(".fixed.sql", ".sql") : path, "utf8");
  const rules = readGiven(text).rules === "folder" ? [rule] : (await import("../rules/index.ts")).rules;
  const { findings, errors } = lintFixture(`migrations/${name}`, text, rules, rule.id);
  if (isFixed) return mended(text, findings) === readFileSync(path, "utf8") ? [] : [mended(text, findings)];
  const wrong = [
    ...mismatches(findings, readWants(text)),
    ...errors.map((error) => error.stack ?? error.message),
  ];
  return wrong.length === 0 ? [] : [...wrong, "", drawn(text, findings)];
}

async function main(): Promise<void> {
  const [id] = process.argv.slice(2);
  const file = join(root, `rules/${id ?? ""}.ts`);
  if (id === undefined || !existsSync(file)) throw new Error("usage: npm run rule <id of a rule in rules/>");
  const { default: rule } = (await import(pathToFileURL(file).href)) as { readonly default: Rule };
  const names = readdirSync(join(root, "fixtures/rules", id)).filter((name) => name !== "besides.txt");
  for (const name of names) {
    const wrong = await wrongIn(rule, name);
    console.log(wrong.length === 0 ? `ok ${name}` : `\nFAILED ${name}\n${wrong.join("\n")}\n`);
    if (wrong.length > 0) process.exitCode = 1;
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
