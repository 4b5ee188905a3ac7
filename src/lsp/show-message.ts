/** Sentences for the user. As notifications: an editor that knows no questions would refuse the library's own. */
import { MessageType, ShowMessageNotification, type Connection } from "vscode-languageserver/node";
import { printable } from "../index.ts";

export function showMessage(connection: Connection, type: MessageType, message: string): void {
  connection
    .sendNotification(ShowMessageNotification.type, { type, message: shown(message) })
    .catch(() => undefined);
}

/** Editors make links of `[text](command:…)`, which a name must not become. */
const shown = (text: string): string => printable(text).replaceAll("](", "] (");
