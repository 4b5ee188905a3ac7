/** What to write for a text search configuration that the server doesn't have. */
export const otherConfiguration =
  "Use `simple`, or a language that `SELECT cfgname FROM pg_ts_config` lists, or create the configuration before: `CREATE TEXT SEARCH CONFIGURATION … (COPY = simple)`.";
