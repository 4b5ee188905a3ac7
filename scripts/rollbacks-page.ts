/** What `ddlint new` and `ddlint rollback` print in the demo, for docs/rollbacks.md. */
import { demoScreen } from "./demo-screen.ts";

const name = "20260217093000";

export async function rollbackParts(root: string): Promise<Readonly<Record<string, string>>> {
  const screen = (line: string): Promise<string> => demoScreen(root, line);
  const title = 'new "add phone to orders" --sql "ALTER TABLE orders ADD COLUMN phone text" --dry-run';
  return {
    // The time of now would be another one each time.
    new: (await screen(title)).replaceAll(/\d{14}(?=_add_phone)/g, "20260301090000"),
    rollback: await screen(`rollback ${name}`),
    backup: await screen(`rollback ${name} --backup`),
  };
}
