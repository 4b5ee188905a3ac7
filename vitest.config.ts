import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Reports are compared without colours, also where the caller's environment asks for them, as many CI servers do.
    env: { FORCE_COLOR: "" },
  },
});
