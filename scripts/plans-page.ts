/** What `ddlint plan` prints in the demo, for docs/plans.md. */
import { demoScreen } from "./demo-screen.ts";

export const planParts = async (root: string): Promise<Readonly<Record<string, string>>> => ({
  index: await demoScreen(root, "plan 20260119101500"),
  column: await demoScreen(root, "plan 20260126140000"),
  missing: await demoScreen(root, "plan 20260210120000", true),
  sql: await demoScreen(root, 'plan --sql "ALTER TABLE orders ADD CHECK (total < 1000000)"'),
});
