import { defineFileRule } from "../src/lint/rule.ts";

export default defineFileRule({
  id: "migration-lock-off",
  category: "history",
  severity: "note",
  presets: ["recommended"],
  dialects: ["mongodb"],
  docs: {
    summary: "migrate-mongo runs without its lock: `lockTtl` is 0, the default, or missing.",
    why: "Two deploys at the same time both find the migration pending and run it, side by side. (Even with the lock two runs that start within the same moment may pass: it is looked up, and then written.)",
    instead:
      "Set `lockTtl` in migrate-mongo-config to the seconds that the longest migration takes (migrate-mongo 12 and later), and let one job of the deploy run the migrations.",
    exceptions: ["settings whose `lockTtl` another file or the environment gives"],
  },
});
