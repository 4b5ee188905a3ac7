import { defineConfig } from "vitest/config";

/** Only the tests that hold rules and effects: each mutant runs those of them that reach it. */
export default defineConfig({
  test: {
    include: ["tests/rules.test.ts", "tests/effects/postgres.test.ts"],
    testTimeout: 60_000,
  },
});
