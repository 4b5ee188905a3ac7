import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Vitest would leave one core to others; where there are two, that is half of them.
    maxWorkers: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Reports are compared without colours, also where the caller's environment asks for them, as many CI servers do.
    env: { FORCE_COLOR: "" },
  },
});
