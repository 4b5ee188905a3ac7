/** Histories of Alembic from their folder to findings. */
import { describe, expect, it } from "vitest";
import { createSession, lintProject, lintText, type LintResult } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/file-system.ts";

const revision = (
  id: string,
  down: string | undefined,
  up: string,
  rollback = "    pass",
): string => `"""${id}"""

import sqlalchemy as sa
from alembic import op

revision = "${id}"
down_revision = ${down === undefined ? "None" : `"${down}"`}


def upgrade() -> None:
${up}


def downgrade() -> None:
${rollback}
`;

const users = revision(
  "aa",
  undefined,
  `    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("email", sa.Text(), nullable=False),
    )`,
  `    op.drop_table("users")`,
);

const project = (files: Readonly<Record<string, string>>): Record<string, string> => ({
  "alembic.ini": "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql://localhost/shop\n",
  "migrations/env.py": "from alembic import context\n\ncontext.configure(url='postgresql://')\n",
  ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`migrations/versions/${name}`, text])),
});

async function linted(files: Readonly<Record<string, string>>): Promise<LintResult> {
  return lintProject({ fs: memoryFileSystem(project(files)) });
}

/** `rule file:line` and the text that it stands at. */
function shown({ findings }: LintResult, rules: RegExp, files: Readonly<Record<string, string>>): string[] {
  const texts = project(files);
  return findings
    .filter(({ ruleId }) => rules.test(ruleId))
    .map(({ ruleId, file, line, column }) => {
      const text = (texts[file] ?? "").split("\n")[line - 1] ?? "";
      return `${ruleId} ${file.split("/").at(-1) ?? ""} ${text.slice(column - 1)}`;
    });
}

describe("a history of Alembic", () => {
  it("names what is dropped by the convention that named what was made", async () => {
    const convention = {
      ck: "ck_%(table_name)s_%(constraint_name)s",
      uq: "uq_%(table_name)s_%(column_0_name)s",
    };
    const result = await lintProject({
      fs: memoryFileSystem({
        ...project({
          "1_users.py": users,
          "2_checks.py": revision(
            "bb",
            "aa",
            `    op.add_column("users", sa.Column("age", sa.Integer(), sa.CheckConstraint("age > 0", name="valid")))
    op.create_check_constraint("small", "users", "id < 9")
    op.create_unique_constraint("own", "users", ["email"])`,
            `    op.drop_constraint("own", "users", type_="unique")
    op.drop_constraint("ck_users_small", "users")
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_constraint("valid", type_="check")`,
          ),
        }),
        "migrations/env.py": `from alembic import context\nfrom sqlalchemy import MetaData\n\ntarget_metadata = MetaData(naming_convention=${JSON.stringify(convention)})\ncontext.configure(url="postgresql://", target_metadata=target_metadata)\n`,
      }),
    });
    expect(result.findings.filter(({ message }) => /valid|small|own\b|constraint/.test(message))).toEqual([]);
    expect(result.coverage.complete).toBe(true);
  });

  it("reads a naming convention that env.py assigns to the metadata", async () => {
    const env = (target: string): string => `from alembic import context
from sqlmodel import SQLModel

from migrations.naming import NAMING

target_metadata = SQLModel.metadata
${target}.naming_convention = NAMING
context.configure(url="postgresql://", target_metadata=target_metadata)
`;
    const files = (target: string): Record<string, string> => ({
      ...project({
        "1_users.py": users,
        "2_posts.py": revision(
          "bb",
          "aa",
          `    op.create_table(
        "posts",
        sa.Column("author", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["author"], ["users.id"]),
    )`,
          `    op.drop_table("posts")`,
        ),
        "3_again.py": revision("cc", "bb", `    op.drop_constraint("fk_posts_author_users", "posts")`),
      }),
      "migrations/naming.py": `NAMING = {"fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s"}\n`,
      "migrations/env.py": env(target),
    });
    const missing = async (target: string): Promise<number> => {
      const { findings } = await lintProject({ fs: memoryFileSystem(files(target)) });
      return findings.filter(({ ruleId }) => ruleId === "unknown-object").length;
    };
    expect(await missing("target_metadata")).toBe(0);
    expect(await missing("SQLModel.metadata")).toBe(0);
    expect(await missing("other_metadata")).toBe(1);
  });

  it("gives GeoAlchemy2's columns their indexes", async () => {
    const table = `    op.create_table(
        "areas",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("shape", geoalchemy2.types.Geometry("POLYGON", srid=4326)),
        sa.Column("plain", geoalchemy2.types.Geometry("POLYGON", spatial_index=False)),
    )
    op.add_column("areas", sa.Column("centre", Geography("POINT")))
    op.add_geospatial_column("areas", sa.Column("corner", Geography("POINT")))`;
    const dropped = (name: string): string => `    op.drop_index("idx_areas_${name}", table_name="areas")`;
    const names = async (requirement: string): Promise<readonly string[]> => {
      const made = `import geoalchemy2\nfrom geoalchemy2 import Geography\n${revision("aa", undefined, table, `    op.drop_table("areas")`)}`;
      const gone = ["shape", "plain", "centre", "corner"].map(dropped).join("\n");
      const { findings } = await lintProject({
        fs: memoryFileSystem({
          ...project({ "1.py": made, "2.py": revision("bb", "aa", gone) }),
          "requirements.txt": requirement,
        }),
      });
      return findings.filter(({ ruleId }) => ruleId === "unknown-object").map(({ message }) => message);
    };
    const missing = (name: string): string => `fails: there is no index idx_areas_${name}`;
    expect(await names("")).toEqual([missing("plain"), missing("corner")]);
    expect(await names("geoalchemy2==0.9.4\n")).toEqual(["plain", "centre", "corner"].map(missing));
  });

  it("is found, in the order of its graph, and findings stand at the calls", async () => {
    const files = {
      "1_second.py": revision(
        "bb",
        "aa",
        `    op.create_index("ix_users_email", "users", ["email"])
    op.execute("UPDATE users SET email = ''")`,
      ),
      "2_first.py": users,
    };
    const result = await linted(files);
    expect(result.histories.map(({ tool, dialect, layout }) => [tool, dialect, layout])).toEqual([
      ["alembic", "postgres", "revisions"],
    ]);
    expect(result.histories[0]?.migrations.map(({ version }) => version)).toEqual(["aa", "bb"]);
    expect(result.coverage.migrations).toEqual({ read: 2, notRead: 0, skipped: 0 });
    expect(shown(result, /^(?:index-without-concurrently|update-without-where)$/, files)).toEqual([
      `index-without-concurrently 1_second.py op.create_index("ix_users_email", "users", ["email"])`,
      `update-without-where 1_second.py UPDATE users SET email = ''")`,
    ]);
  });

  it("takes an autocommit block for what the tool does itself", async () => {
    const files = {
      "1.py": users,
      "2.py": revision(
        "bb",
        "aa",
        `    with op.get_context().autocommit_block():
        op.create_index("ix", "users", ["email"], postgresql_concurrently=True)`,
        `    with op.get_context().autocommit_block():
        op.drop_index("ix", table_name="users", postgresql_concurrently=True)`,
      ),
    };
    expect(shown(await linted(files), /transaction|concurrently/, files)).toEqual([]);
    const own = {
      ...files,
      "2.py": files["2.py"].replaceAll(
        "op.get_context().autocommit_block()",
        'op.get_bind().engine.connect().execution_options(isolation_level="AUTOCOMMIT") as own',
      ),
    };
    expect(shown(await linted(own), /transaction|concurrently/, own)).toEqual([]);
    const without = {
      ...files,
      "2.py": files["2.py"].replaceAll("op.get_context().autocommit_block()", "x()"),
    };
    expect(shown(await linted(without), /^concurrently-in-transaction$/, without)).toHaveLength(2);
  });

  it("reads comments, and a downgrade that raises", async () => {
    const files = {
      "1.py": users,
      "2.py": revision(
        "bb",
        "aa",
        `    # ddlint-disable-next-line drop-column -- unused since May
    op.drop_column("users", "email")`,
        `    raise NotImplementedError("the column is gone")`,
      ),
    };
    const result = await linted(files);
    expect(shown(result, /^(?:drop-column|missing-rollback)$/, files)).toEqual([]);
    expect(result.histories[0]?.migrations[1]?.irreversible).toBe("the column is gone");
  });

  it("keeps the schema known after code that changes rows", async () => {
    const files = {
      "1.py": users,
      "2.py": revision(
        "bb",
        "aa",
        `    session = sa.orm.Session(bind=op.get_bind())
    for user in session.query(User):
        session.add(user)
    op.add_column("nowhere", sa.Column("x", sa.Integer()))`,
      ),
    };
    const result = await linted(files);
    expect(result.unknownStatements).toEqual({ "code that changes rows": 1 });
    expect(shown(result, /^unknown-table$/, files)).toEqual([
      `unknown-table 2.py "nowhere", sa.Column("x", sa.Integer()))`,
    ]);
  });

  it("follows helpers of the project, and an edit of them in a session", async () => {
    const files = {
      ...project({
        "1.py": users
          .replace('"users"', "TABLE")
          .replace("import sqlalchemy", "from names import TABLE\nimport sqlalchemy"),
      }),
      "names.py": `TABLE = "customers"\n`,
    };
    const session = await createSession({ fs: memoryFileSystem(files) });
    const before = session.histories()[0]?.migrations[0]?.up.text ?? "";
    expect(before).toContain("CREATE TABLE customers");
    session.update("names.py", `TABLE = "people"\n`);
    expect(session.histories()[0]?.migrations[0]?.up.text).toContain("CREATE TABLE people");
  });

  it("names autocommit_block() where COMMIT stands before ADD VALUE", async () => {
    const { findings } = await lintProject({
      fs: memoryFileSystem(
        project({
          "migrations/versions/aa.py": revision(
            "aa",
            undefined,
            `    op.execute("CREATE TYPE mood AS ENUM ('ill')")`,
          ),
          "migrations/versions/bb.py": revision(
            "bb",
            "aa",
            `    op.execute("COMMIT")\n    op.execute("ALTER TYPE mood ADD VALUE 'well'")`,
          ),
        }),
      ),
    });
    const { instead } = findings.find(({ ruleId }) => ruleId === "nested-transaction") ?? {};
    expect(instead).toContain("with op.get_context().autocommit_block():");
  });

  it("reads a single text", async () => {
    const text = revision("aa", undefined, `    op.drop_column("users", "email")`);
    const { findings, unknownStatements } = await lintText(text, { path: "versions/aa.py" });
    expect(unknownStatements).toEqual({});
    expect(findings.map(({ ruleId }) => ruleId)).toContain("drop-column");
  });
});

describe("what is beside the revisions", () => {
  it("names a revision of another folder of version_locations", async () => {
    const { coverage } = await lintProject({
      fs: memoryFileSystem({
        "alembic.ini":
          "[alembic]\nscript_location = core\nversion_locations = core/versions billing/versions\nsqlalchemy.url = postgresql://localhost/shop\n",
        "core/versions/aa_users.py": users,
        "billing/versions/bb_bills.py": revision("bb", undefined, "    pass").replace(
          "\ndown_revision",
          '\ndepends_on = "aa"\ndown_revision',
        ),
      }),
    });
    expect(coverage.named).toEqual([
      "billing/versions/bb_bills.py depends on aa, which its folder doesn't have: it is read apart",
    ]);
  });

  it("counts the operations of alembic_utils and sync_trigger as not understood", async () => {
    const { coverage } = await lintProject({
      fs: memoryFileSystem(
        project({
          "migrations/versions/aa_users.py": users,
          "migrations/versions/bb_entities.py": revision(
            "bb",
            "aa",
            '    op.create_entity(anything)\n    op.sync_trigger("users", "search", ["email"])',
          ),
        }),
      ),
    });
    expect(coverage.statements.notUnderstood).toBe(2);
  });
});
