/** The schema that another tool of the project declares and brings the database to, beside migrations that it doesn't run. */
import type { Declared } from "../../model/tool.ts";
import { callerOf } from "../detect.ts";
import { rankedTools, withTables } from "../known-tools.ts";
import type { FileSystem } from "../migration.ts";

/** @param root the folder of the migrations */
export function declaredBeside(fs: FileSystem, root: string): Declared | undefined {
  for (const tool of rankedTools) {
    const { declared, pushes } = tool;
    if (declared === undefined || tool.declaredTables === undefined || pushes === undefined) continue;
    if (callerOf(fs, root, pushes) === undefined) continue;
    const tables = tool.declaredTables(fs, root);
    if (tables !== undefined) return withTables({ ...declared, compares: "database" }, () => tables);
  }
  return undefined;
}
