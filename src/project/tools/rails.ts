import type { CodeFile } from "../../model/tool.ts";
import { classesDatabase } from "../layouts/classes.ts";
import { railsSteps } from "../rails-advice.ts";
import type { Tool } from "../tool.ts";

/** A class with the methods `up` and `down`. */
function migration({ up, down, outside }: CodeFile): string {
  const method = (name: string, calls: readonly string[]): readonly string[] => [
    `  def ${name}`,
    ...calls.map((call) => `    ${call}`),
    "  end",
  ];
  return [
    "class Step < ActiveRecord::Migration[<version>]",
    ...(outside ? ["  disable_ddl_transaction!", ""] : []),
    ...method("up", up),
    "",
    ...method("down", down),
    "end",
  ].join("\n");
}

export const rails: Tool = {
  name: "rails",
  aliases: ["activerecord", "standalone-migrations"],
  rank: 1,
  signs: [
    {
      files: ["config/application.rb", "bin/rails"],
      dependencies: { ruby: ["rails", "activerecord", "standalone_migrations", "sinatra-activerecord"] },
    },
  ],
  ownShape: "classes",
  database: { inProject: classesDatabase },
  shapes: ["classes"],
  classes: true,
  wraps: "each",
  sends: "statement",
  duplicates: "Rails refuses to migrate",
  late: { what: "Rails runs it after the newer ones", runs: true },
  rawCall: (sql) => `execute(${sql})`,
  codeFile: migration,
  codeSteps: railsSteps,
  optOut: "disable_ddl_transaction! in the class",
  trackingTables: ["schema_migrations", "ar_internal_metadata"],
};
