import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";

/** Test files with a process of their own. */
const alone = [
  // Counts what V8 compiles and runs, from the beginning.
  "tests/growth/growth.test.ts",
  // Reads texts of many megabytes: the memory that WebAssembly grows to is never given back.
  "tests/engine/robustness.test.ts",
  // Start thousands of programs, which takes a multiple of the time where the starting process is large.
  "tests/integrations/action.test.ts",
  "tests/project/git*.test.ts",
  "tests/project/merge.test.ts",
];

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
