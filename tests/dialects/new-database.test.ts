/** Who adds a database to the union is told by the compiler of every place that has to decide. */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const model = join(root, "src/model/dialect.ts");

/** Files that don't compile once `change` is made to the model. */
function broken(change: (text: string) => string): readonly string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, "tsconfig.json"),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  const options = { ...config?.options, noEmit: true };
  const host = ts.createCompilerHost(options);
  const original = (file: string): string | undefined => ts.sys.readFile(file);
  host.readFile = (file) => (file === model ? change(readFileSync(model, "utf8")) : original(file));
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, version, ...rest) =>
    file === model
      ? ts.createSourceFile(file, host.readFile(file) ?? "", version)
      : getSourceFile(file, version, ...rest);
  const program = ts.createProgram(
    [join(root, "src/index.ts"), join(root, "src/cli/main.ts")],
    options,
    host,
  );
  const found = program
    .getSemanticDiagnostics()
    .flatMap(({ file }) => (file === undefined ? [] : [relative(root, file.fileName).replaceAll("\\", "/")]));
  return [...new Set(found)].sort();
}

/** Files with a table that has an entry for each. */
const deciding = (type: string): readonly string[] =>
  readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => new RegExp(`(?<!Partial<)Record<\\s*${type},`).test(readFileSync(path, "utf8")))
    .map((path) => relative(root, path).replaceAll("\\", "/"))
    .filter((path) => !path.startsWith("src/lsp/") && !path.startsWith("src/eslint/"))
    .sort();

it("names every file that has a table of databases or of families", { timeout: 180_000 }, () => {
  const found = broken((text) =>
    text
      .replace('"mongodb"] as const', '"mongodb", "oracle"] as const')
      .replace('dialectFamilies = ["postgres"', 'dialectFamilies = ["oracle", "postgres"'),
  );
  const expected = [...deciding("DialectName"), ...deciding("DialectFamily")];
  expect(found).toEqual(expect.arrayContaining(expected));
  expect(expected).toEqual(expect.arrayContaining(["src/dialects/load.ts", "src/replay/passes.ts"]));
});
