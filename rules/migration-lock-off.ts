import { defineFileRule } from "../src/lint/rule.ts";

export default defineFileRule({
  id: "migration-lock-off",
  category: "history",
  severity: "note",
  presets: ["recommended"],
  dialects: ["mongodb"],
  docs: {
    summary:
      "migrate-mongo runs without its lock: `lockTtl` is 0, the default, or it or `lockCollectionName` is missing.",
    why: "Two deploys at the same time both find the migration pending and run it, side by side. (Even with the lock two runs that start within the same moment may pass: it is looked up, and then written.)",
    instead:
      'Set both in migrate-mongo-config, with migrate-mongo 12 or later: `lockCollectionName: "changelog_lock"`, and `lockTtl` to the seconds that the longest migration takes. Let one job of the deploy run the migrations.',
    exceptions: [
      "settings that another file or the environment gives",
      "forks of migrate-mongo, whose releases have their own locks",
    ],
  },
});
