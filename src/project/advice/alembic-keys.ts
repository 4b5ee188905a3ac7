/** A primary key that a model has and autogenerate leaves out, in Alembic's calls. */
import type { PerFamily } from "../../model/dialect.ts";
import type { AddedKey } from "../../model/tool.ts";
import { compareComponents } from "../version.ts";

/** How a column gets numbers: of its own, or only as a key. */
const numbers: PerFamily<"identity" | "key" | undefined> = {
  postgres: "identity",
  mysql: "key",
  mongodb: undefined,
};

/** What the server computes for each row that is there, in its own column. */
function valuesOf({ values, family, releases }: AddedKey, owner: string): string | undefined {
  if (numbers[family] !== "identity") return undefined;
  if (values === "uuids") return `server_default=${owner}text("gen_random_uuid()")`;
  const hasIdentity = compareComponents(releases?.get("sqlalchemy") ?? "2", "1.4") >= 0;
  return values === "numbers" && hasIdentity ? `${owner}Identity()` : undefined;
}

export function addedKey(key: AddedKey): string {
  const { call, column, table, old, family } = key;
  const [, owner = "sa.", type] =
    /\b(\w+\.|)Column\(\s*["']\w+["'],\s*([\w.]+(?:\([^()]*\))?)/.exec(call) ?? [];
  const given = type && valuesOf(key, owner);
  const made = `\`op.create_primary_key(None, "${table}", ["${column}"])\``;
  const first =
    old === undefined
      ? ""
      : `drop the old key (\`op.drop_constraint("${old}", "${table}", type_="primary")\`) and `;
  const why = `The model has ${column} as the primary key: rows can't share a default, and autogenerate doesn't create the key.`;
  const number = /big/i.test(type ?? "") ? "BIGINT" : "INTEGER";
  if (numbers[family] === "key" && key.values === "numbers" && old === undefined)
    return `${why} Add both in one statement, behind what drops the old key: \`op.execute("ALTER TABLE ${table} ADD COLUMN ${column} ${number} NOT NULL AUTO_INCREMENT PRIMARY KEY")\`.`;
  return given === undefined
    ? `${why} Add it as NULL, and give each row a value of its own. Then set NOT NULL, ${first}write ${made}.`
    : `${why} Write \`${owner}Column("${column}", ${type}, ${given}, nullable=False)\`, which gives each row a value of its own; at the end of upgrade(), ${first}write ${made}.`;
}
