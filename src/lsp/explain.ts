/** A rule's page, in the editor, and what to write instead in the place that was asked about. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { MessageType, type Connection } from "vscode-languageserver/node";
import { helpText, messageAndInstead, printable, printableLine } from "../index.ts";
import type { Finding, Rule } from "../index.ts";
import type { Client } from "./client.ts";
import { showMessage } from "./show-message.ts";
import { uriOf } from "./uris.ts";

export async function explain(
  connection: Connection,
  client: Client,
  docs: string,
  rules: readonly Rule[],
  id: unknown,
  found: unknown,
): Promise<void> {
  const rule = rules.find((one) => one.id === id);
  if (rule === undefined) {
    showMessage(connection, MessageType.Warning, printableLine(`ddlint: there is no rule "${String(id)}"`));
    return;
  }
  const own = foundIn(found);
  const page = client.showsDocuments ? pageOf(rule, docs) : undefined;
  if (page !== undefined) {
    const { success } = await connection.window.showDocument({ uri: page, takeFocus: true });
    // The page is about every statement; this is about the one that was asked about.
    if (success && own?.instead !== undefined)
      showMessage(connection, MessageType.Info, printable(messageAndInstead(own)));
    if (success) return;
  }
  showMessage(connection, MessageType.Info, printable(helpText(rule, own)));
}

/** What a code action sends along; undefined: the rule alone is asked about. */
function foundIn(value: unknown): Pick<Finding, "message" | "instead"> | undefined {
  const { message, instead } = Object(value) as Readonly<Record<string, unknown>>;
  if (typeof message !== "string") return undefined;
  return { message, instead: typeof instead === "string" ? instead : undefined };
}

/** The page that comes with the package; rules of plugins have none. */
function pageOf({ id }: Rule, docs: string): string | undefined {
  const page = join(docs, "rules", `${id}.md`);
  return existsSync(page) ? uriOf(page) : undefined;
}
