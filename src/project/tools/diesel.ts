import { fromUrl } from "../commands.ts";
import { join, parentOf } from "../files/paths.ts";
import { tomlValue } from "../files/toml.ts";
import type { Tool } from "../tool.ts";

export const diesel: Tool = {
  name: "diesel",
  rank: 1,
  signs: [
    {
      files: ["diesel.toml"],
      dependencies: { cargo: ["diesel_migrations", "diesel"] },
      beside: ["00000000000000_diesel_initial_setup/"],
    },
  ],
  sideFile: {
    shape: "folders",
    pattern: /^[^/]+\/metadata\.toml$/,
    what: "a metadata.toml beside up.sql",
  },
  shapes: ["folders"],
  order: "text",
  wraps: "each",
  sends: "text",
  optOut: "run_in_transaction = false in a metadata.toml beside up.sql, and the statement alone in it",
  optOutBeside: (file) => ({
    file: join(parentOf(file) ?? ".", "metadata.toml"),
    text: "run_in_transaction = false\n",
  }),
  // A metadata.toml without the key means false as well.
  optedOut: (source) => {
    const metadata = source.beside("metadata.toml");
    return metadata !== undefined && tomlValue(metadata, "run_in_transaction") !== true;
  },
  checksCommit: true,
  sendsDelimiter: {},
  duplicates: "diesel treats the second as applied",
  // As diesel_migrations 2.2 does: without a byte "Attempted to run an empty migration", with comments alone "Received an
  // empty query".
  empty: {
    file: "Write the statements, or delete the folder if no server has run it. If it has to do nothing, write `SELECT 1; -- no-op`, and why.",
    section: "Write the statements.",
    refused: { what: "diesel fails on a file without a statement", write: "`SELECT 1; -- no-op`" },
  },
  late: { what: "diesel runs it after the newer ones", runs: true },
  trackingTables: ["__diesel_schema_migrations"],
  tracking: {
    table: "__diesel_schema_migrations",
    key: "version",
    keyOf: ({ version }) => version?.replaceAll("-", ""),
    order: "version",
  },
  commands: {
    server: fromUrl,
    apply: ({ folder }) => `diesel migration run --migration-dir ${folder}`,
    undo: ({ folder }) => `diesel migration revert --migration-dir ${folder}`,
    status: ({ folder }) => `diesel migration list --migration-dir ${folder}`,
  },
};
