/** The ids of advised revisions: one for each piece of advice. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const revision = (id: string, follows: string, calls: readonly string[]): string =>
  [
    "import sqlalchemy as sa",
    "from alembic import op",
    `revision = "${id}"`,
    `down_revision = ${follows}`,
    "def upgrade():",
    ...calls.map((call) => `    ${call}`),
    "def downgrade():",
    "    raise NotImplementedError()",
  ].join("\n");

const tables = [
  'op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True))',
  'op.create_table("lines", sa.Column("order_id", sa.BigInteger(), sa.ForeignKey("orders.id"), primary_key=True))',
];

async function revisionsOf(...calls: readonly string[]): Promise<readonly string[]> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "alembic.ini": "[alembic]\nsqlalchemy.url = postgresql://localhost/shop\n",
      "alembic/versions/aa.py": revision("aa", "None", tables),
      "alembic/versions/bb.py": revision("bb", '"aa"', calls),
    }),
  });
  return findings.flatMap(({ instead = "" }) =>
    [...instead.matchAll(/^revision = "(\w+)"/gm)].map(([, id = ""]) => id),
  );
}

test("two statements that one piece of advice takes the place of have the same", async () => {
  const found = await revisionsOf(
    'op.drop_constraint("lines_order_id_fkey", "lines", type_="foreignkey")',
    'op.create_foreign_key("lines_order_id_fkey", "lines", "orders", ["order_id"], ["id"], ondelete="CASCADE")',
  );
  expect(new Set(found).size).toBe(2);
});

test("others have others", async () => {
  const found = await revisionsOf(
    'op.create_index("ix_bills_note", "bills", ["note"])',
    'op.create_check_constraint("ck_bills_note", "bills", "note > 0")',
    'op.create_foreign_key("fk_bills_note", "bills", "notes", ["note"], ["id"])',
  );
  expect(found.length).toBeGreaterThan(1);
  expect(new Set(found).size).toBe(found.length);
});
