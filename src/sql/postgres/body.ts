import type { BodyReader } from "./statement.ts";

export const readBody: BodyReader = () => ({
  operations: [],
  uses: { relations: [], columns: [], functions: [], stars: [], limited: false },
});
