/** Advice for MongoDB is TypeScript that compiles where it is pasted. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const home = join(import.meta.dirname, "../../fixtures/rules");
const cases = readdirSync(home).flatMap((rule) =>
  readdirSync(join(home, rule))
    .filter((file) => /^bad.*\.js$/.test(file))
    .map((file) => [rule, file] as const),
);

/** What advice uses of the driver, with its types in short. */
const driver = `
type Any = Record<string, any>;
interface Cursor<T> { sort(by: Any): this; limit(count: number): this; toArray(): Promise<T[]>; [Symbol.asyncIterator](): AsyncIterator<T> }
type Document = { _id: any } & Any;
interface Collection {
  collectionName: string;
  find(filter?: Any, options?: Any): Cursor<Document>;
  aggregate(stages: Any[], options?: Any): Cursor<Document>;
  updateMany(filter: Any, change: Any | Any[], options?: Any): Promise<{ modifiedCount: number }>;
  updateOne(filter: Any, change: Any | Any[], options?: Any): Promise<{ modifiedCount: number }>;
  deleteMany(filter: Any, options?: Any): Promise<{ deletedCount: number }>;
  bulkWrite(writes: Any[], options?: Any): Promise<unknown>;
  createIndex(keys: Any, options?: Any): Promise<string>;
  dropIndex(index: string | Any): Promise<unknown>;
  rename(to: string): Promise<Collection>;
}
declare const db: { collection(name: string): Collection; command(command: Any): Promise<unknown> };
declare const client: { db(name?: string): typeof db };
`;

const libraries = new Map<string, ts.SourceFile | undefined>();
const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  lib: ["lib.es2023.d.ts"],
  types: [],
};

/** Errors that aren't about names of the migration around it. */
function errorsIn(text: string): readonly string[] {
  const host = ts.createCompilerHost(options);
  const load = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target) => {
    if (name === "migration.ts") return ts.createSourceFile(name, text, target, true);
    if (!libraries.has(name)) libraries.set(name, load(name, target));
    return libraries.get(name);
  };
  const program = ts.createProgram(["migration.ts"], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ code }) => !ofOthers.has(code))
    .map(({ code, messageText }) => `TS${code} ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
}

/** `Cannot find name 'order'`: what the migration declares isn't a part of the advice. */
const ofOthers = new Set([2304, 2552, 18004]);

/** What is meant for other migrations has blocks of its own. */
const parts = (code: string): readonly string[] =>
  code.split(/^(?=\/\/ .*in (?:a later|an earlier|this) migration)/m);

it("compiles under strict", { timeout: 120_000 }, async () => {
  const pieces = new Map<string, string>();
  for (const [rule, file] of cases) {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "package.json": '{ "dependencies": { "migrate-mongo": "^14.0.0" } }',
        "migrations/20240101000000-change.ts": readFileSync(join(home, rule, file), "utf8"),
      }),
    });
    for (const { instead } of findings)
      if (instead !== undefined && /^\s*(?:await|for|const|\/\/) /m.test(instead))
        for (const part of parts(instead)) pieces.set(part, `${rule}/${file}`);
  }
  expect(pieces.size).toBeGreaterThan(20);
  const bodies = [...pieces.keys()].map((code, i) => `export async function f${i}() {\n${code}\n}`);
  expect(errorsIn(`${driver}\n${bodies.join("\n")}\n`)).toEqual([]);
  // The test itself can fail.
  expect(errorsIn(`${driver}\nexport const wrong: string = 1;\n`)).toHaveLength(1);
});
