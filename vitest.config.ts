import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Output is compared without colours, also where the caller's environment asks for them (many CI servers do).
    env: { FORCE_COLOR: "", NO_COLOR: "1" },
  },
});
