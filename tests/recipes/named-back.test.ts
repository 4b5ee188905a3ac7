/** What advice leaves out, and the rollback drops by its name. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const first =
  "-- migrate:up\nCREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE videos (id bigint PRIMARY KEY);\n-- migrate:down\nDROP TABLE videos;\nDROP TABLE users;\n";

async function adviceFor(up: string, down: string): Promise<string | undefined> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "db/migrations/20240101000000_begin.sql": first,
      "db/migrations/20240201000000_hide.sql": `-- migrate:up\nCREATE TABLE hidden (user_id bigint NOT NULL REFERENCES users, video_id bigint NOT NULL REFERENCES videos);\n${up}\n-- migrate:down\n${down}\nDROP TABLE hidden;\n`,
    }),
    facts: { dialect: "postgres" },
  });
  return findings.find(({ ruleId }) => ruleId === "table-without-primary-key")?.instead;
}

const unique = "ALTER TABLE hidden ADD CONSTRAINT hidden_once UNIQUE (user_id, video_id);";
const index = "CREATE INDEX hidden_user ON hidden (user_id);";

test.each([
  [
    unique,
    "ALTER TABLE hidden DROP CONSTRAINT hidden_once;",
    "constraint hidden_once then, here and in the rollback.",
  ],
  [index, "DROP INDEX hidden_user;", "leave out the index hidden_user, here and in the rollback."],
  [unique, "", "constraint hidden_once then."],
  [index, "", "leave out the index hidden_user."],
])("%s with %s back", async (up, down, words) => {
  expect(await adviceFor(up, down)).toContain(words);
});
