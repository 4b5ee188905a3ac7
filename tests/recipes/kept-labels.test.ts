/** Advice that keeps a label of an enum, where later ways back make the enum without it. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const revision = (name: string, follows: string, up: string, down: readonly string[]): string =>
  `from alembic import op\nrevision = "${name}"\ndown_revision = ${follows}\n\ndef upgrade():\n    op.execute("${up}")\n\ndef downgrade():\n${down.map((sql) => `    op.execute("${sql}")\n`).join("")}`;

async function adviceWith(back: readonly string[]): Promise<string | undefined> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "alembic.ini": "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://db/x\n",
      "alembic/env.py": "",
      "alembic/versions/aa_make.py": revision("aa", "None", "CREATE TYPE mood AS ENUM ('calm', 'mad')", [
        "DROP TYPE mood",
      ]),
      "alembic/versions/bb_name.py": revision("bb", '"aa"', "ALTER TYPE mood RENAME VALUE 'mad' TO 'angry'", [
        "ALTER TYPE mood RENAME VALUE 'angry' TO 'mad'",
      ]),
      "alembic/versions/cc_more.py": revision("cc", '"bb"', "ALTER TYPE mood ADD VALUE 'sad'", back),
    }),
  });
  return findings.find(({ ruleId }) => ruleId === "rename-enum-value")?.instead;
}

const said = "# the rollback of cc_more.py makes mood anew: add 'mad' there, as the old value stays";

test.each([
  ["the old type gives way", ["ALTER TYPE mood RENAME TO old", "CREATE TYPE mood AS ENUM ('calm', 'angry')"]],
  [
    "it takes the old one's place",
    ["CREATE TYPE new AS ENUM ('calm', 'angry')", "ALTER TYPE new RENAME TO mood"],
  ],
])("%s", async (_, back) => {
  expect(await adviceWith(back)).toContain(said);
});

test.each([
  [
    "it has the label",
    ["ALTER TYPE mood RENAME TO old", "CREATE TYPE mood AS ENUM ('calm', 'angry', 'mad')"],
  ],
  ["another type", ["CREATE TYPE colour AS ENUM ('red')"]],
])("not: %s", async (_, back) => {
  const advised = await adviceWith(back);
  expect(advised).toContain("ADD VALUE IF NOT EXISTS 'angry'");
  expect(advised).not.toContain("anew");
});
