import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";

/** Count what V8 compiles and runs, from the beginning of the process. */
const alone = ["tests/growth/growth.test.ts"];

export default defineConfig({
  test: {
    // Vitest would leave one core to others; where there are two, that is half of them.
    maxWorkers: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Reports are compared without colours, also where the caller's environment asks for them, as many CI servers do.
    env: { FORCE_COLOR: "" },
    setupFiles: ["tests/support/after-each-file.ts"],
    projects: [
      { extends: true, test: { name: "alone", include: alone } },
      {
        extends: true,
        test: {
          name: "together",
          include: ["tests/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...alone],
          // ddlint is loaded, and compiled where it runs often, once for each core instead of once for each file.
          isolate: false,
        },
      },
    ],
  },
});
