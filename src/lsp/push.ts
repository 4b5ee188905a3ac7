/** Diagnostics for editors that don't ask: sent soon after a change, for the document that was changed first. */
import type { Connection } from "vscode-languageserver/node";
import { bugText, type EditorState } from "./editor-state.ts";
import { resultId } from "./diagnostics.ts";
import { diagnosticsIn } from "./pull.ts";
import { yieldToMessages } from "./waiting.ts";

export interface Push {
  /** The document is another one now. */
  changed(uri: string, wait: number): void;
  /** Anything may have changed. */
  all(): void;
  closed(uri: string): void;
}

/** Fast typing is one change. */
export const debounce = 20;

export function createPush(connection: Connection, editor: EditorState): Push {
  let timer: NodeJS.Timeout | undefined;
  let round = 0;
  const sent = new Map<string, string>();

  /** The rest of the open documents may see another history: one at a time, until something newer comes. */
  const send = async (first: readonly string[]): Promise<void> => {
    const own = ++round;
    const rest = editor.documents.keys().filter((uri) => !first.includes(uri));
    for (const uri of [...first, ...rest]) {
      await sendOne(uri);
      await yieldToMessages();
      if (round !== own) return;
    }
  };

  const sendOne = async (uri: string): Promise<void> => {
    try {
      const place = await editor.place(uri);
      const document = editor.documents.get(uri);
      if (document === undefined) return;
      const diagnostics = place === undefined ? [] : [...diagnosticsIn(place)];
      const { version } = document;
      const id = `${version} ${resultId(diagnostics)}`;
      if (sent.get(uri) === id) return;
      sent.set(uri, id);
      await connection.sendDiagnostics({ uri, version, diagnostics });
    } catch (error) {
      connection.console.error(bugText(error));
    }
  };

  const waiting = new Set<string>();
  const start = (wait: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const first = [...waiting];
      waiting.clear();
      void send(first);
    }, wait);
  };

  return {
    changed(uri, wait) {
      // What is being computed is about an older text.
      round++;
      waiting.add(uri);
      start(wait);
    },
    all() {
      round++;
      start(debounce);
    },
    closed(uri) {
      waiting.delete(uri);
      sent.delete(uri);
      void connection.sendDiagnostics({ uri, diagnostics: [] });
    },
  };
}
