import { version } from "../tracking.ts";
import { tomlValue } from "../files/toml.ts";
import type { Tool } from "../tool.ts";

/** `major_version` below `[db]`. */
function majorVersion(text: string): { readonly version: string; readonly says: string } | undefined {
  const version = tomlValue(text, "db", "major_version");
  return typeof version === "number"
    ? { version: `${version}`, says: `major_version = ${version}` }
    : undefined;
}

export const supabase: Tool = {
  name: "supabase",
  rank: 4,
  signs: [
    { files: ["supabase/config.toml"], beside: ["../config.toml"], needsProof: true },
    // config.toml may be kept out of git.
    { folder: "supabase/migrations", name: /^\d+_.*\.sql$/, needsProof: true },
  ],
  server: { dialect: "postgres", file: "supabase/config.toml", read: majorVersion },
  shapes: ["timestamps", "numbered"],
  order: "text",
  rollbacks: "none",
  wraps: "none",
  sends: "pipeline",
  resets: "all",
  web: {
    roles: ["anon", "authenticated"],
    schemas: ["auth", "storage", "realtime"],
    // Until then they have ALL on every table (supabase.com/changelog, 45329: "Tables not exposed to Data and GraphQL API automatically").
    grantsNothingSince: { ofNew: Date.UTC(2026, 4, 30), ofAll: Date.UTC(2026, 9, 30) },
  },
  clients: {
    npm: ["@supabase/supabase-js", "@supabase/ssr"],
    pypi: ["supabase"],
    dart: ["supabase_flutter"],
  },
  hosts: /\bpooler\.supabase\.com\b|\bdb\.[\w<>[\]{}$-]{1,60}\.supabase\.co\b/,
  digitVersions: true,
  duplicates: "supabase fails on it",
  badName: "supabase skips it",
  late: { what: "supabase refuses to run", runs: false },
  trackingTables: ["supabase_migrations.schema_migrations"],
  tracking: {
    table: "supabase_migrations.schema_migrations",
    key: "version",
    keyOf: version,
    order: "version",
  },
  commands: {
    server: "the project that `supabase link` has chosen",
    apply: () => "supabase db push",
    status: () => "supabase migration list",
    forget: ({ migration }) => `supabase migration repair --status reverted ${migration.version ?? ""}`,
    mark: ({ migration }) => `supabase migration repair --status applied ${migration.version ?? ""}`,
  },
};
