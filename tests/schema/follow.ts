import { applyStatement } from "../../src/schema/apply.ts";
import type { Failure } from "../../src/schema/failure.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { createSkipper } from "../../src/schema/skip.ts";
import type { Statement } from "../../src/sql/front-end.ts";

/** One statement through ddlint; the last is the schema after it. */
export function follow(
  schema: Schema,
  statement: Statement,
  path = "test.sql",
): { schema: Schema; failures: Failure[] } {
  const skips = createSkipper();
  const failures: Failure[] = [];
  const applied = applyStatement(schema, statement.operations, { migration: 0, path, span: statement.span });
  let before = schema;
  for (const [i, op] of statement.operations.entries()) {
    if (!skips(applied[i]?.before ?? before, op)) failures.push(...(applied[i]?.failures ?? []));
    before = applied[i]?.left ?? before;
    if (op.kind === "setOption" && op.name === "search_path")
      before = before.withSearchPath((op.value ?? "public").split(",").map((s) => s.trim()));
  }
  return { schema: before, failures: failures.filter((f) => f.kind !== "differs") };
}
