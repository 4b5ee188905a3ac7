/** Advice for projects of Django that run their migrations on several databases: it is for one of them. */
import type { CodeAdvice } from "../../model/tool.ts";

/** An operation of the project's own for one database. */
export interface OneDatabase {
  readonly name: string;
  /** Its class, to stand above that of the migration. */
  readonly lines: readonly string[];
}

const vendors: Readonly<Record<string, { readonly name: string; readonly vendor: string }>> = {
  PostgreSQL: { name: "OnPostgres", vendor: "postgresql" },
  MySQL: { name: "OnMySQL", vendor: "mysql" },
  MariaDB: { name: "OnMySQL", vendor: "mysql" },
};

/** Undefined: the project names no other database. */
export function forOneVendor({ unit: { others = [] }, database }: CodeAdvice): OneDatabase | undefined {
  const one = others.length === 0 ? undefined : vendors[database];
  if (one === undefined) return undefined;
  const method = (name: string): readonly string[] => [
    `    def ${name}(self, app_label, schema_editor, from_state, to_state):`,
    `        if schema_editor.connection.vendor != "${one.vendor}":`,
    "            self.database_operations = self.state_operations",
    `        super().${name}(app_label, schema_editor, from_state, to_state)`,
  ];
  return {
    name: one.name,
    lines: [
      `# the project names ${others.join(" and ")}, too: there, its state_operations change the database`,
      `class ${one.name}(migrations.SeparateDatabaseAndState):`,
      ...method("database_forwards"),
      "",
      ...method("database_backwards"),
    ],
  };
}
