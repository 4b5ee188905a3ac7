/** What stands behind USING when a change of a column's type is taken back; every pair was tried on PostgreSQL 15. */
import { describe, expect, it } from "vitest";
import type { ColumnType } from "../../src/model/types.ts";
import { converted } from "../../src/model/converted.ts";

const type = (text: string): ColumnType => ({
  name: text.replace("[]", ""),
  text,
  modifiers: [],
  dimensions: text.endsWith("[]") ? 1 : 0,
  span: { start: 0, end: 0 },
});

describe("a column in another type", () => {
  it.each([
    ["text", "uuid", "c::uuid"],
    ["integer", "boolean", "c::boolean"],
    ["jsonb", "double precision", "c::double precision"],
    ["text[]", "text", "c::text"],
    ["text[]", "uuid[]", "c::uuid[]"],
    ["status", "status_old", "c::text::status_old"],
    ["status[]", "status_old[]", "c::text[]::status_old[]"],
    ["text", "status", "c::status"],
    ["bigint", "boolean", "c <> 0"],
    ["boolean", "bigint", "c::integer::bigint"],
    ["uuid", "integer", undefined],
    ["status", "boolean", undefined],
    ["boolean", "status", undefined],
    ["integer", "integer[]", undefined],
  ])("%s to %s: %s", (from, to, expected) => {
    expect(converted("c", type(from), type(to), to)).toBe(expected);
  });
});
