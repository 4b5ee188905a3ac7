/** Histories written as SQL, for tests without a server. */
import { postgres as dialect } from "../../src/dialects/postgres.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { emptySchema } from "../../src/schema/schema.ts";
import type { Failure } from "../../src/schema/failure.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";
import { follow } from "./follow.ts";

export function replay(sql: string, start: Schema = emptySchema(dialect).withClosed(true)): Schema {
  return replayAll(sql, start).schema;
}

/** Every failure as `kind name`, in order. */
export function failuresOf(sql: string, start: Schema = emptySchema(dialect).withClosed(true)): readonly string[] {
  return replayAll(sql, start).failures.map((f) => `${f.kind} ${f.name}`);
}

function replayAll(sql: string, start: Schema): { readonly schema: Schema; readonly failures: Failure[] } {
  let schema = start;
  const failures: Failure[] = [];
  for (const statement of postgres.read(sql).statements) {
    const next = follow(schema, statement);
    schema = next.schema;
    failures.push(...next.failures);
  }
  return { schema, failures };
}
