import { expect, it } from "vitest";
import { messages } from "../../src/cli/messages.ts";
import { lintText, type LoadedConfig } from "../../src/index.ts";

const config = { warnings: [], opinions: {}, facts: {} } as unknown as LoadedConfig;

it("says once of a bug that shows in every file", async () => {
  const files = ["a.sql", "b.sql", "c.sql"];
  const errors = [...files.map((file) => ({ file, message: "boom" })), { file: "a.sql", message: "other" }];
  const result = { ...(await lintText("SELECT 1;")), errors };
  const lines = (verbose: boolean) =>
    messages(result, config, { verbose, failOn: "error" }, false).filter((line) => line.includes("bug in"));
  expect(lines(false)).toEqual([
    "ddlint: bug in ddlint at a.sql: boom (and in 2 more). Everything else was checked. Please report this.",
    "ddlint: bug in ddlint at a.sql: other. Everything else was checked. Please report this.",
  ]);
  expect(lines(true)).toHaveLength(4);
});
