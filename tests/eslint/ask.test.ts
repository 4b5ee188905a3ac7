import { join } from "node:path";
import { expect, it } from "vitest";
import { loadEngine, type Engine, type LintResult, type Session } from "../../src/index.ts";
import { createAsk, type Question } from "../../src/eslint/project.ts";
import { folderWith } from "./project.ts";

const files = Object.fromEntries(
  ["001_a", "002_b", "003_c"].map((name) => [`migrations/${name}.sql`, `CREATE TABLE t${name} (id int);\n`]),
);
const engine = await loadEngine();

/** The engine with something done to each of its sessions. */
const withSessions = (change: (session: Session) => Session): Engine => ({
  ...engine,
  createSession: (options) => change(engine.createSession(options)),
});

const question = (cwd: string, path: string, text = files[path] ?? ""): Question => ({
  cwd,
  file: join(cwd, path),
  text,
  rules: new Map([["integer-primary-key", undefined]]),
});

it("looks at the disk again only after a while", () => {
  const cwd = folderWith(files);
  let clock = 0;
  let opened = 0;
  let looks = 0;
  const ask = createAsk(
    withSessions((session) => {
      opened++;
      return {
        ...session,
        refresh() {
          looks++;
          session.refresh();
        },
      };
    }),
    () => clock,
  );
  for (const path of Object.keys(files)) {
    clock += 200;
    ask(question(cwd, path));
  }
  expect([opened, looks]).toEqual([1, 0]);
  clock += 1000;
  ask(question(cwd, "migrations/001_a.sql"));
  expect([opened, looks]).toEqual([1, 1]);
});

it("has one session for all files of a folder that is no history", () => {
  const cwd = folderWith({ ...files, "queries/a.sql": "SELECT 1;\n", "queries/b.sql": "SELECT 2;\n" });
  let opened = 0;
  const ask = createAsk(
    withSessions((session) => {
      opened++;
      return session;
    }),
  );
  for (const path of ["queries/a.sql", "queries/b.sql", "queries/new.sql"])
    ask(question(cwd, path, "SELECT 3;\n"));
  expect(opened).toBe(2);
});

it("tells of bugs of ours, with the rule and the file", () => {
  const cwd = folderWith(files);
  const ask = createAsk(
    withSessions((session) => ({
      ...session,
      lint: (file): LintResult => ({
        ...session.lint(file),
        errors: [{ ruleId: "drop-table", file, message: "no such thing", stack: "at …" }],
      }),
    })),
  );
  expect(ask(question(cwd, "migrations/001_a.sql")).failures).toEqual([
    {
      message:
        "bug in ddlint in the rule drop-table at migrations/001_a.sql: no such thing. Please report this.",
      ruleId: "drop-table",
    },
  ]);
});
