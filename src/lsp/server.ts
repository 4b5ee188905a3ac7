/**
 * The language server: answers an editor about migrations, with the text that it has open in the place of the disk's.
 *
 *   documents, folders, settings ─▶ editor ─▶ place (document in its project) ─▶ answers
 */
import {
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type Connection,
  type DocumentDiagnosticReport,
  type InitializeParams,
} from "vscode-languageserver/node";
import { rules as builtInRules, version } from "../index.ts";
import type { Engine } from "../index.ts";
import { capabilitiesFor, clientOf, explainCommand } from "./client.ts";
import { codeActions } from "./code-actions.ts";
import { createConfigNotes } from "./config-notes.ts";
import { bugText, createEditorState, type EditorState, type StoreOf } from "./editor-state.ts";
import { resultId } from "./diagnostics.ts";
import { explain } from "./explain.ts";
import { hover } from "./hover.ts";
import { hints, lenses } from "./lock-notes.ts";
import type { Place } from "./place.ts";
import { diagnosticsIn, workspaceReports } from "./pull.ts";
import { createPush, debounce } from "./push.ts";
import { readSettings } from "./settings.ts";
import { symbols } from "./symbols.ts";
import { createQuiet } from "./waiting.ts";
import { folderOf } from "./uris.ts";
import { keepUpToDate } from "./up-to-date.ts";
import { isWriting, write } from "./writing.ts";

/** All other files are looked at again when typing has paused for so long, in milliseconds. */
const pause = 1000;

/** @param storeOf where what is kept of a project lies */
export function serve(
  connection: Connection,
  engine: Promise<Engine>,
  docs: string,
  storeOf: StoreOf = () => undefined,
): void {
  connection.onInitialize((params) => {
    const editor = start(connection, { engine, storeOf }, params, docs);
    return {
      capabilities: capabilitiesFor(editor.client),
      serverInfo: { name: "ddlint", version },
    };
  });
  connection.listen();
}

function start(
  connection: Connection,
  own: { readonly engine: Promise<Engine>; readonly storeOf: StoreOf },
  params: InitializeParams,
  docs: string,
): EditorState {
  const client = clientOf(params);
  const notes = createConfigNotes(connection);
  const editor = createEditorState({ connection, ...own, client, ...notes });
  editor.settings = readSettings(params.initializationOptions);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- older editors know nothing else
  const root = params.rootUri ?? undefined;
  const folders = params.workspaceFolders ?? (root === undefined ? [] : [{ uri: root }]);
  editor.workspace.setFolders(folders.flatMap(({ uri }) => folderOf(uri) ?? []));

  const quiet = createQuiet(pause);
  const push = client.pulls ? undefined : createPush(connection, editor);
  const { documents } = editor;
  documents.onDidChangeContent(({ document }) => {
    quiet.strike();
    push?.changed(document.uri, debounce);
  });
  documents.onDidClose(({ document }) => push?.closed(document.uri));
  documents.listen(connection);
  keepUpToDate(connection, editor, () => push?.all());
  answerRequests(connection, editor, docs);
  if (client.pulls) answerPulls(connection, editor, () => quiet.wait());
  return editor;
}

function answerRequests(connection: Connection, editor: EditorState, docs: string): void {
  const reply = async <T, E>(
    uri: string,
    token: CancellationToken,
    empty: E,
    make: (place: Place) => T,
  ): Promise<T | E | ResponseError> => {
    const answer = await editor.answer(uri, token, make);
    switch (answer.is) {
      case "answer":
        return answer.value;
      case "nothing":
        return empty;
      case "cancelled":
        return new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
      case "outdated":
        return new ResponseError(LSPErrorCodes.ContentModified, "the document has changed");
    }
  };
  connection.onHover(({ textDocument: { uri }, position }, token) =>
    reply(uri, token, null, (place) => hover(place, position) ?? null),
  );
  connection.onCodeAction((params, token) =>
    reply(params.textDocument.uri, token, [], (place) => [...codeActions(place, params)]),
  );
  connection.onCodeLens(({ textDocument: { uri } }, token) =>
    reply(uri, token, [], (place) => [...lenses(place)]),
  );
  connection.languages.inlayHint.on(({ textDocument: { uri }, range }, token) =>
    reply(uri, token, [], (place) => [...hints(place, range)]),
  );
  connection.onDocumentSymbol(({ textDocument: { uri } }, token) => reply(uri, token, [], symbols));
  connection.onExecuteCommand(async ({ command, arguments: given }) => {
    if (isWriting(command)) {
      await write(connection, editor, command, Array.isArray(given) ? given : []);
      return null;
    }
    if (command !== explainCommand) return null;
    const projects = await Promise.all(editor.workspace.opened());
    const rules = [...builtInRules, ...projects.flatMap((project) => project.rules)];
    const [id, found] = Array.isArray(given) ? (given as unknown[]) : [];
    await explain(connection, editor.client, docs, rules, id, found);
    return null;
  });
}

function answerPulls(connection: Connection, editor: EditorState, pause: () => Promise<void>): void {
  /** The editor is to ask again. */
  const again = new ResponseError(LSPErrorCodes.ServerCancelled, "the document has changed", {
    retriggerRequest: true,
  });
  const cancelled = new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled", {
    retriggerRequest: false,
  });

  connection.languages.diagnostics.on(async ({ textDocument: { uri }, previousResultId }, token) => {
    const answer = await editor.answer(uri, token, diagnosticsIn);
    if (answer.is === "cancelled") return cancelled;
    if (answer.is === "outdated") return again;
    const items = answer.is === "answer" ? [...answer.value] : [];
    const id = resultId(items);
    const report: DocumentDiagnosticReport =
      id === previousResultId
        ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId: id }
        : { kind: DocumentDiagnosticReportKind.Full, resultId: id, items };
    return report;
  });
  connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token) => {
    if (!editor.settings.wholeWorkspace) return { items: [] };
    // All files take longer than one: not while somebody types.
    await pause();
    try {
      const items = token.isCancellationRequested
        ? undefined
        : await workspaceReports(editor, previousResultIds, token);
      return items === undefined ? cancelled : { items: [...items] };
    } catch (error) {
      connection.console.error(bugText(error));
      return { items: [] };
    }
  });
}
