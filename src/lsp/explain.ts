/** A rule's page, in the editor. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { MessageType, type Connection } from "vscode-languageserver/node";
import { helpText, printableLine } from "../index.ts";
import type { Rule } from "../index.ts";
import type { Client } from "./client.ts";
import { showMessage } from "./show-message.ts";
import { uriOf } from "./uris.ts";

export async function explain(
  connection: Connection,
  client: Client,
  docs: string,
  rules: readonly Rule[],
  id: unknown,
): Promise<void> {
  const rule = rules.find((one) => one.id === id);
  if (rule === undefined) {
    showMessage(connection, MessageType.Warning, printableLine(`ddlint: there is no rule "${String(id)}"`));
    return;
  }
  const page = client.showsDocuments ? pageOf(rule, docs) : undefined;
  if (page !== undefined) {
    const { success } = await connection.window.showDocument({ uri: page, takeFocus: true });
    if (success) return;
  }
  showMessage(connection, MessageType.Info, helpText(rule));
}

/** The page that comes with the package; rules of plugins have none. */
function pageOf({ id }: Rule, docs: string): string | undefined {
  const page = join(docs, "rules", `${id}.md`);
  return existsSync(page) ? uriOf(page) : undefined;
}
