/** Sentences for the user. As notifications: an editor that knows no questions would refuse the library's own. */
import { MessageType, ShowMessageNotification, type Connection } from "vscode-languageserver/node";

export function say(connection: Connection, type: MessageType, message: string): void {
  connection.sendNotification(ShowMessageNotification.type, { type, message }).catch(() => undefined);
}
