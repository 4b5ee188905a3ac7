/** What `ddlint schema --format` prints the schema as. */
export const schemaFormats = ["sql", "json", "svg", "mermaid"] as const;
