import { postgres as dialect } from "../../src/dialects/postgres.ts";
import { expect, it } from "vitest";
import type { Operation } from "../../src/model/operation.ts";
import { commitsImplicitly } from "../../src/effects/implicit-commit.ts";
import { TransactionTracker } from "../../src/replay/transaction.ts";
import { emptySchema } from "../../src/schema/schema.ts";

const schema = emptySchema(dialect);
const place = { start: 0, end: 1 };
const name = { name: "t", text: "t", span: place };
const operation = (more: Readonly<Record<string, unknown>> & Pick<Operation, "kind">): Operation =>
  ({ span: place, head: place, ...more }) as unknown as Operation;

it.each([
  ["addColumn", {}, true],
  ["createTable", { table: name, temporary: false }, true],
  ["createTable", { table: name, temporary: true }, false],
  ["dropTable", { table: name }, true],
  ["lockTable", {}, true],
  ["begin", {}, true],
  ["commit", {}, false],
  ["insertRows", {}, false],
  ["setOption", { name: "autocommit", value: "1" }, true],
  ["setOption", { name: "autocommit", value: "0" }, false],
  ["setOption", { name: "foreign_key_checks", value: "1" }, false],
  ["addColumn", { called: true }, false],
] as const)("%s %j commits what is open: %s", (kind, more, expected) => {
  const one = operation({ kind, ...more });
  expect(commitsImplicitly(one)).toBe(expected);
});

it("a transaction ends before such a statement, and no other begins", () => {
  const runner = { wraps: "each", sends: "statement", optedOut: false } as const;
  const tracker = new TransactionTracker(runner, [], 0, schema);
  tracker.nextStatement(schema);
  expect(tracker.current()).toMatchObject({ kind: "block", by: "runner" });
  tracker.nextStatement(schema, true);
  expect(tracker.current()).toMatchObject({ kind: "none", commits: { by: "runner" } });
  tracker.nextStatement(schema);
  expect(tracker.current()).toMatchObject({ kind: "none", commits: undefined });
});
