import fc from "fast-check";
import { expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const word = fc.constantFrom(
  ..."001 2 0 20240101000000 2024-01-01 V1 V1.2 U1 R B2 _ __ - . up down do undo rollback postgres mysql autocommit x y é".split(
    " ",
  ),
);
const folder = fc.constantFrom(
  "migrations/",
  "db/migration/",
  "rollback/",
  "up/",
  "1.2/",
  "",
  "deploy/",
  "mysql/",
  "1_a/",
);
const path = fc
  .tuple(
    fc.array(folder, { maxLength: 3 }),
    fc.array(word, { minLength: 1, maxLength: 5 }),
    fc.constantFrom(".sql", ".SQL", ".conf", ""),
  )
  .map(([folders, words, ending]) => folders.join("") + words.join("") + ending);
const line = fc.constantFrom(
  "-- +goose Up",
  "-- +goose Down",
  "-- migrate:up",
  "-- migrate:down",
  "-- UP",
  "-- DOWN",
  "SELECT 1;",
  "/*",
  "*/",
  "--",
  "",
  "\uFEFF",
);
const text = fc.array(line, { maxLength: 6 }).map((lines) => lines.join("\n"));
const project = fc.dictionary(path, text, { maxKeys: 8 });

test("any folder is read: nothing throws, every script lies in its file, every order is the same", () => {
  fc.assert(
    fc.property(project, (files) => {
      const fs = memoryFileSystem(files);
      const found = discover(fs, []);
      for (const history of found) {
        for (const [index, migration] of history.migrations.entries()) {
          expect(migration.index).toBe(index);
          for (const script of [migration.up, ...(migration.down === undefined ? [] : [migration.down])]) {
            expect(fs.read(script.path)).toBe(script.text);
            expect(script.part.start).toBeLessThanOrEqual(script.part.end);
            expect(script.part.end).toBeLessThanOrEqual(script.text.length);
          }
        }
        for (const problem of history.problems) {
          expect(fs.read(problem.path)?.length).toBeGreaterThanOrEqual(problem.span.end);
          expect(problem.message.length).toBeLessThanOrEqual(100);
        }
      }
      const reversed = Object.fromEntries(Object.entries(files).reverse());
      expect(JSON.stringify(discover(memoryFileSystem(reversed), []))).toBe(JSON.stringify(found));
    }),
    { numRuns: 300, seed: 7 },
  );
});
