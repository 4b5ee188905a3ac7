/** Keeps pace with the disk, the folders and the settings. */
import { join } from "node:path";
import {
  CodeLensRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type Connection,
  type FileEvent,
} from "vscode-languageserver/node";
import { watchedFiles } from "./client.ts";
import { bugText, type EditorState } from "./editor-state.ts";
import { readSettings } from "./settings.ts";
import { folderOf, pathOf, within } from "./uris.ts";

/** Files come in heaps, when a branch is checked out. */
const heap = 100;

/** `republish`: tells an editor that doesn't ask. */
export function keepUpToDate(connection: Connection, editor: EditorState, republish: () => void): void {
  const { client, workspace, documents } = editor;

  const refreshed = (): void => {
    republish();
    const { diagnostics, lenses, hints } = client.refreshes;
    const done = [
      ...(client.pulls && diagnostics ? [connection.languages.diagnostics.refresh()] : []),
      ...(lenses ? [connection.sendRequest(CodeLensRefreshRequest.type)] : []),
      ...(hints ? [connection.languages.inlayHint.refresh()] : []),
    ];
    // An editor that refuses asks again when it likes.
    for (const one of done) void one.catch(() => undefined);
  };

  /** Projects whose configuration is another one now are opened anew; the others look at the disk again. */
  const lookAgain = async (everything: boolean): Promise<void> => {
    workspace.forgetRoots();
    for (const opening of workspace.opened()) {
      const project = await opening;
      if (everything || project.isStale()) {
        project.close();
        workspace.forget(project.root);
        // One whose configuration was deleted may have no files any more.
        if (workspace.rootOf(join(project.root, "file")) === project.root)
          await workspace.project(project.root);
      } else project.refresh();
    }
    refreshed();
  };
  const guarded = (work: Promise<void>): void => {
    work.catch((error: unknown) => {
      connection.console.error(bugText(error));
    });
  };

  const askSettings = async (): Promise<void> => {
    const given: unknown = await connection.workspace.getConfiguration("ddlint");
    await takeSettings(given);
  };
  const takeSettings = async (given: unknown): Promise<void> => {
    const before = editor.settings;
    editor.settings = readSettings(given, before);
    if (editor.settings.allowConfigCode !== before.allowConfigCode) await lookAgain(true);
    else if (JSON.stringify(editor.settings) !== JSON.stringify(before)) refreshed();
  };

  connection.onInitialized(() => {
    guarded(
      (async () => {
        if (client.watches) {
          const watchers = watchedFiles.map((globPattern) => ({ globPattern }));
          await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
        }
        if (client.configuration.registered)
          await connection.client.register(DidChangeConfigurationNotification.type, { section: "ddlint" });
        if (client.configuration.asked) await askSettings();
        // A configuration that is wrong is told before the first file is opened.
        for (const folder of workspace.folders()) await workspace.project(folder);
      })(),
    );
    if (client.folders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.flatMap(({ uri }) => folderOf(uri) ?? []));
        const kept = workspace.folders().filter((folder) => !gone.has(folder));
        workspace.setFolders([...kept, ...added.flatMap(({ uri }) => folderOf(uri) ?? [])]);
        guarded(lookAgain(false));
      });
    }
  });

  connection.onDidChangeConfiguration(({ settings }) => {
    guarded(client.configuration.asked ? askSettings() : takeSettings(settings as unknown));
  });

  let timer: NodeJS.Timeout | undefined;
  connection.onDidChangeWatchedFiles(({ changes }) => {
    guarded(
      concern(editor, changes).then((isOurs) => {
        if (!isOurs) return;
        clearTimeout(timer);
        timer = setTimeout(() => {
          guarded(lookAgain(false));
        }, heap);
      }),
    );
  });

  if (client.watches) return;
  // Without a watch, opening and saving are the occasions to look.
  const look = (): void => {
    guarded(lookAgain(false));
  };
  documents.onDidOpen(look);
  documents.onDidSave(look);
}

/** Files come and go by the thousand; few are migrations or settings. */
async function concern({ workspace }: EditorState, changes: readonly FileEvent[]): Promise<boolean> {
  const near = changes.flatMap(({ uri, type }) => {
    const path = pathOf(uri);
    if (path === undefined || /[\\/](?:node_modules|\.git)[\\/]/.test(path)) return [];
    return [{ path, change: type === FileChangeType.Changed ? "changed" : "created or deleted" } as const];
  });
  const projects = await Promise.all(workspace.opened());
  return near.some(({ path, change }) =>
    projects.some((project) => {
      const file = within(project.root, path);
      return file !== undefined && project.dependsOn(file, change);
    }),
  );
}
