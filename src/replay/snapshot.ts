import type { SchemaDialect } from "../schema/dialect.ts";
import { applyStatement } from "../schema/apply.ts";
import { emptySchema, type Schema } from "../schema/schema.ts";
import type { Read, Reading } from "./replay.ts";

/**
 * The schema that a dump (`pg_dump --schema-only`) makes; `path` is as shown to the user. Undefined: it is none, as no
 * statement of it is understood.
 */
export function snapshotSchema(
  path: string,
  text: string,
  read: Read,
  dialect: SchemaDialect,
  reading: Reading,
): Schema | undefined {
  const part = { start: 0, end: text.length };
  const transaction = { wraps: "none", sends: "unknown", optedOut: false } as const;
  const { statements } = read({ path, text, part, transaction, empty: false }, reading);
  const isUnknown = ({ operations }: (typeof statements)[number]): boolean =>
    operations.every(({ kind }) => kind === "unknown");
  if (statements.length > 0 && statements.every(isUnknown)) return undefined;
  const whole = statements.reduce((schema, { operations, span }) => {
    const last = applyStatement(schema, operations, { migration: -1, path, span }).at(-1);
    // A dump sets an empty search_path for itself.
    return (last?.left ?? schema).withSearchPath(["public"]);
  }, emptySchema(dialect));
  return whole.withClosed(true);
}
