/** Storage engines of MySQL and MariaDB, by their names in lower case. */

/** A table's; InnoDB where none is written. */
export const engineOf = ({
  tableOptions,
}: {
  readonly tableOptions?: Readonly<Record<string, string>> | undefined;
}): string => tableOptions?.["engine"] ?? "innodb";

/** The one that options of a statement name; InnoDB where they name none. */
export const engineIn = (
  options: readonly { readonly name: string; readonly value?: string | undefined }[],
): string => options.find(({ name }) => name === "engine")?.value?.toLowerCase() ?? "innodb";

/** As the manual spells it. */
export const engineName = (engine: string): string =>
  ({ myisam: "MyISAM", aria: "Aria" })[engine] ?? engine.toUpperCase();

const withoutTransactions = new Set([
  "myisam",
  "mrg_myisam",
  "merge",
  "aria",
  "memory",
  "heap",
  "archive",
  "csv",
]);

/** False: it locks the table instead of rows, and ROLLBACK does nothing. One that isn't known has them. */
export const hasTransactions = (engine: string): boolean => !withoutTransactions.has(engine);

/** What a table has of an option that nobody states, and that SHOW CREATE TABLE leaves out then. */
export const usualOptions: Readonly<Record<string, string>> = {
  avg_row_length: "0",
  checksum: "0",
  comment: "",
  delay_key_write: "0",
  engine: "innodb",
  key_block_size: "0",
  max_rows: "0",
  min_rows: "0",
  pack_keys: "default",
  row_format: "default",
  stats_auto_recalc: "default",
  stats_persistent: "default",
  stats_sample_pages: "default",
};
