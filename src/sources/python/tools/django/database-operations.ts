/** Operations on what belongs to no model: extensions and collations of PostgreSQL. */
import { flagOf, textOf, type CallValue } from "../../value.ts";
import { sameState, text, type Run, type Given, type Reader } from "./operation.ts";

export const extensions: Readonly<Record<string, string>> = {
  BloomExtension: "bloom",
  BtreeGinExtension: "btree_gin",
  BtreeGistExtension: "btree_gist",
  CITextExtension: "citext",
  CryptoExtension: "pgcrypto",
  HStoreExtension: "hstore",
  TrigramExtension: "pg_trgm",
  UnaccentExtension: "unaccent",
};

export const extension = (call: CallValue): Given | undefined => {
  const name = extensions[call.method] ?? text(call, "name", 0);
  if (name === undefined) return undefined;
  const quoted = `"${name}"`;
  return {
    state: sameState,
    forwards: (run) => {
      if (run.from.isPostgres) run.editor.execute(`CREATE EXTENSION IF NOT EXISTS ${quoted}`);
    },
    backwards: (run) => {
      if (run.from.isPostgres) run.editor.execute(`DROP EXTENSION IF EXISTS ${quoted}`);
    },
  };
};

export function collation(creates: boolean): Reader {
  return (call) => {
    const name = text(call, "name", 0);
    const locale = text(call, "locale", 1);
    if (name === undefined || locale === undefined) return undefined;
    const provider = textOf(call.keywords.get("provider"));
    const options = [`locale="${locale}"`];
    if (provider !== undefined && provider !== "libc") options.push(`provider="${provider}"`);
    if (flagOf(call.keywords.get("deterministic")) === false) options.push("deterministic=false");
    const make = (run: Run, isMade: boolean): void => {
      if (!run.from.isPostgres) return;
      run.editor.execute(
        isMade ? `CREATE COLLATION "${name}" (${options.join(", ")})` : `DROP COLLATION "${name}"`,
      );
    };
    return {
      state: sameState,
      forwards: (run) => {
        make(run, creates);
      },
      backwards: (run) => {
        make(run, !creates);
      },
    };
  };
}
