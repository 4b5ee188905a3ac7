import { dictionary } from "../text/dictionary.ts";

/** How a migration is moved behind the newest one, where another name of its file isn't enough. */
const ways: Readonly<Record<string, string>> = dictionary({
  sqitch: "move it to the end of sqitch.plan",
  liquibase: "put it behind the others in the changelog",
  drizzle: "delete it and generate it again, so that the journal gives it a later time",
  "graphile-migrate": "uncommit it, and commit it again",
});

/** Undefined: by another version in its name. */
export const moveLater = (tool: string): string | undefined => ways[tool];
