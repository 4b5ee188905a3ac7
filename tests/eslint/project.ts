import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ESLint, type Linter } from "eslint";
import { onTestFinished } from "vitest";
import ddlint from "../../src/eslint/index.ts";

/** A folder with files, for the time of one test. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ddlint-eslint-")));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const [path, text] of Object.entries(files)) writeIn(folder, path, text);
  return folder;
}

export function writeIn(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** A configuration for SQL with these rules alone. */
export const only = (rules: Linter.RulesRecord): Linter.Config => ({
  files: ["**/*.sql"],
  plugins: { ddlint },
  language: "ddlint/sql",
  rules,
});

export const eslintIn = (
  cwd: string,
  configs: Linter.Config | Linter.Config[],
  options: ESLint.Options = {},
): ESLint => new ESLint({ cwd, overrideConfigFile: true, overrideConfig: configs, ...options });

/** `1:1 ddlint/drop-column: message`, of the only file that has any. */
export async function messages(
  cwd: string,
  file: string,
  configs: Linter.Config | Linter.Config[],
): Promise<readonly string[]> {
  const results = await eslintIn(cwd, configs).lintFiles([file]);
  return results.flatMap((result) => result.messages.map(shown));
}

export const shown = ({ line, column, ruleId, message }: Linter.LintMessage): string =>
  `${line}:${column} ${ruleId ?? "eslint"}: ${message}`;
