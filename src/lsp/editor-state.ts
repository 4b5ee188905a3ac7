/** What the editor has open: documents, folders, settings; and the way from a document to its project. */
import { join } from "node:path";
import { TextDocuments, type CancellationToken, type Connection } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { printable, rulesByName } from "../index.ts";
import type { Engine, LintResult, Store } from "../index.ts";
import type { Client } from "./client.ts";
import type { Shown } from "./diagnostics.ts";
import type { Place } from "./place.ts";
import { openProject, type ConfigProblem, type Project } from "./project.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import { yieldToMessages } from "./waiting.ts";
import { pathOf, uriOf, within } from "./uris.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

export interface EditorState {
  readonly documents: TextDocuments<TextDocument>;
  readonly workspace: Workspace;
  client: Client;
  settings: Settings;
  /** The document in its project; undefined: not ours. */
  readonly place: (uri: string) => Promise<Place | undefined>;
  readonly shown: (project: Project, sources: LintResult["sources"]) => Shown;
  /** Hands the project what is open of it. */
  readonly sync: (project: Project) => void;
  /** The address of a file, as the editor spells it if it is open. */
  readonly addressOf: (path: string) => string;
  readonly answer: <T>(
    uri: string,
    token: CancellationToken,
    make: (place: Place) => T,
  ) => Promise<Answer<T>>;
}

/** What came of a request: nothing if the document isn't ours. */
export type Answer<T> =
  | { readonly is: "answer"; readonly value: T }
  | { readonly is: "nothing" }
  /** The editor no longer wants it. */
  | { readonly is: "cancelled" }
  /** The document was changed meanwhile. */
  | { readonly is: "outdated" };

/** Where what is kept of the project in a folder lies; undefined: nothing is kept. */
export type StoreOf = (root: string) => Store | undefined;

export interface EditorStateOptions {
  readonly connection: Connection;
  readonly engine: Promise<Engine>;
  readonly storeOf: StoreOf;
  readonly client: Client;
  readonly onProblem: (problem: ConfigProblem | undefined, before: ConfigProblem | undefined) => void;
  readonly onWarning: (text: string) => void;
}

export function createEditorState({
  connection,
  engine,
  storeOf,
  client,
  onProblem,
  onWarning,
}: EditorStateOptions): EditorState {
  const documents = new TextDocuments(TextDocument);
  const told = new Set<string>();
  const onBug = (text: string): void => {
    if (!told.has(text)) connection.console.error(bugText(text));
    told.add(text);
  };
  const workspace = createWorkspace(async (root) => {
    const allowCode = editor.settings.allowConfigCode;
    const store = storeOf(root);
    const project = await openProject({ engine: await engine, store, root, allowCode, onProblem, onBug });
    for (const warning of project.warnings) if (!told.has(warning)) onWarning(warning);
    for (const warning of project.warnings) told.add(warning);
    return project;
  });

  const openPaths = (): ReadonlyMap<string, TextDocument> =>
    new Map(
      documents.all().flatMap((document) => {
        const path = pathOf(document.uri);
        return path === undefined ? [] : [[path, document] as const];
      }),
    );
  const addressOf = (path: string): string => openPaths().get(path)?.uri ?? uriOf(path);

  const editor: EditorState = {
    documents,
    workspace,
    client,
    settings: defaultSettings,
    addressOf,
    async place(uri) {
      const path = pathOf(uri);
      if (path === undefined) return undefined;
      const project = await workspace.project(workspace.rootOf(path));
      // Looked up after the wait: the text may be a newer one, or gone.
      const document = documents.get(uri);
      const file = within(project.root, path);
      if (document === undefined || file === undefined) return undefined;
      editor.sync(project);
      if (!project.knows(file)) return undefined;
      const { client, settings } = editor;
      const shown = (): Shown => editor.shown(project, project.lint(file)?.sources ?? new Map());
      return { project, file, document, client, settings, shown };
    },
    shown: (project, sources) => ({
      client: editor.client,
      rules: rulesByName(project.rules),
      sources,
      address: (file) => addressOf(join(project.root, file)),
    }),
    sync(project) {
      const buffers = new Map<string, string>();
      for (const [path, document] of openPaths()) {
        const file = workspace.rootOf(path) === project.root ? within(project.root, path) : undefined;
        if (file !== undefined && project.knows(file)) buffers.set(file, document.getText());
      }
      project.sync(buffers);
    },
    async answer(uri, token, make) {
      const version = documents.get(uri)?.version;
      const isCancelled = (): boolean => token.isCancellationRequested;
      await yieldToMessages();
      if (isCancelled()) return { is: "cancelled" };
      try {
        const place = await editor.place(uri);
        if (isCancelled()) return { is: "cancelled" };
        if (documents.get(uri)?.version !== version) return { is: "outdated" };
        return place === undefined ? { is: "nothing" } : { is: "answer", value: make(place) };
      } catch (error) {
        // A bug of ours costs this answer, not the server.
        connection.console.error(bugText(error));
        return { is: "nothing" };
      }
    },
  };
  return editor;
}

/** For the log, which the editor keeps. */
export const bugText = (error: unknown): string =>
  printable(
    `ddlint: bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\nPlease report this.`,
  );
