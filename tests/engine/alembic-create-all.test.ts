/** `metadata.create_all()` makes the tables of the models, which aren't read. */
import { expect, it } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const revision = (id: string, down: string, calls: readonly string[]): string =>
  [
    "import sqlalchemy as sa",
    "from alembic import op",
    "from shop.models import Base, Order",
    `revision = "${id}"`,
    `down_revision = ${down}`,
    "def upgrade():",
    "    bind = op.get_bind()",
    ...calls.map((call) => `    ${call}`),
    "def downgrade():",
    "    raise NotImplementedError()",
  ].join("\n");

async function rulesOf(...revisions: readonly (readonly string[])[]): Promise<readonly string[]> {
  const files = revisions.map((calls, i) => {
    const down = i === 0 ? "None" : `"a${String(i)}"`;
    return [`alembic/versions/a${String(i + 1)}.py`, revision(`a${String(i + 1)}`, down, calls)];
  });
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "alembic.ini": "[alembic]\nsqlalchemy.url = postgresql://localhost/shop\n",
      ...(Object.fromEntries(files) as Record<string, string>),
    }),
  });
  return findings.map(({ ruleId, file }) => `${file.replace(/.*\//, "")} ${ruleId}`);
}

const index = 'op.create_index("orders_note", "orders", ["note"])';
const security = 'op.execute("ALTER TABLE orders ENABLE ROW LEVEL SECURITY")';

it("takes tables for new behind it where the history begins with it", async () => {
  expect(await rulesOf(["Base.metadata.create_all(bind)", security, index])).toEqual([]);
  expect(await rulesOf(["Order.__table__.create(bind)", security, index])).toEqual([]);
  expect(await rulesOf(['Base.metadata.tables["orders"].create(bind)', security, index])).toEqual([]);
  expect(await rulesOf(['self.metadata.tables["orders"].create(bind)', security, index])).toEqual([]);
});

it("takes them for old before it, and in later revisions", async () => {
  expect(await rulesOf([index, "Base.metadata.create_all(bind)"])).toContain(
    "a1.py index-without-concurrently",
  );
  expect(await rulesOf(["Base.metadata.create_all(bind)"], [index])).toContain(
    "a2.py index-without-concurrently",
  );
  const later = await rulesOf([index], ["Base.metadata.create_all(bind)", index.replace("note", "other")]);
  expect(later).toContain("a2.py index-without-concurrently");
});

it("doesn't miss what it may have made", async () => {
  const table = `op.create_table("items", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("order_id", sa.BigInteger(), sa.ForeignKey("orders.id"), index=True))`;
  expect(await rulesOf(["Base.metadata.create_all(bind)"], [table])).toEqual(["a2.py lock-without-timeout"]);
});
