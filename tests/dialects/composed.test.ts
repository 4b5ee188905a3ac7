/** A small database, composed from parts: nothing outside of its value has to know it. */
import { expect, it } from "vitest";
import { postgres } from "../../src/dialects/postgres.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { createFlow } from "../../src/engine/flow.ts";
import { withoutCode } from "../../src/engine/code-migrations.ts";
import { openHistories } from "../../src/engine/open.ts";
import { noEffects } from "../../src/effects/index.ts";
import { memoryFileSystem, rules } from "../../src/index.ts";
import { rulesByDialect } from "../../src/lint/rules-for.ts";
import type { Operation } from "../../src/model/operation.ts";
import { replayFacts } from "../../src/replay/replay-facts.ts";
import type { FrontEnd } from "../../src/sql/front-end.ts";

/** It knows two statements, `MAKE t.` and `DROP t.`, and every one locks its table. */
const frontEnd: FrontEnd = {
  load: () => Promise.resolve(),
  read(text) {
    const statements = [...text.matchAll(/(MAKE|DROP) (\w+)\./g)].map((match) => {
      const [all, verb, name = ""] = match;
      const span = { start: match.index, end: match.index + all.length };
      const table = { name, text: name, span: { start: span.start + 5, end: span.end - 1 } };
      const made = { kind: "createTable", table, columns: [], like: [], inherits: [], ifNotExists: false };
      const dropped = { kind: "dropTable", table, ifExists: false, cascade: false };
      const operation = { ...(verb === "MAKE" ? made : dropped), span, head: span } as unknown as Operation;
      return { span, kind: verb ?? "", operations: [operation] };
    });
    return { statements, problems: [], comments: [] };
  },
};

const tiny: Dialect = {
  ...postgres,
  title: "Tiny",
  names: { ...postgres.names, spell: (name) => `<${name}>` },
  effects: {
    plansStatements: false,
    of: (operation, schema) => ({
      ...noEffects,
      locks:
        "table" in operation && operation.table !== undefined
          ? [{ relation: schema.resolve(operation.table), mode: "ACCESS EXCLUSIVE" }]
          : [],
    }),
  },
  frontEnd: () => frontEnd,
};

it("is linted by the rules as they are", () => {
  const fs = memoryFileSystem({
    "migrations/001_a.sql": "MAKE orders.",
    "migrations/002_b.sql": "DROP orders.",
  });
  const flow = createFlow({ parser: undefined, of: () => tiny }, withoutCode);
  const histories = flow.complete(fs, openHistories(fs, [], {}).histories);
  const { findings, errors } = flow.lint({
    runs: histories.map((history) => ({
      history,
      migrations: flow.replay(history, { facts: replayFacts({}), snapshot: undefined }),
    })),
    rules: rulesByDialect(rules, { only: ["drop-table"] }),
  });
  expect(errors).toEqual([]);
  expect(findings.map(({ file, message, locks }) => ({ file, message, locks }))).toEqual([
    {
      file: "migrations/002_b.sql",
      message: expect.stringContaining("orders") as unknown,
      locks: [{ relation: "<orders>", mode: "ACCESS EXCLUSIVE" }],
    },
  ]);
});
