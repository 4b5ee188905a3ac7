/** What is wrong in a configuration: shown in its file, and said once. */
import { MessageType, type Connection } from "vscode-languageserver/node";
import { printableLine } from "../index.ts";
import { configDiagnostic } from "./diagnostics.ts";
import type { ConfigProblem } from "./project.ts";
import { showMessage } from "./show-message.ts";
import { uriOf } from "./uris.ts";

export interface ConfigNotes {
  readonly onProblem: (problem: ConfigProblem | undefined, before: ConfigProblem | undefined) => void;
  readonly onWarning: (text: string) => void;
}

/**
 * Sent to all editors: whether those that ask for diagnostics would ask for those of a configuration isn't known, so
 * they get none when they do.
 */
export function createConfigNotes(connection: Connection): ConfigNotes {
  const said = new Set<string>();
  return {
    onProblem(problem, before) {
      if (before !== undefined && before.path !== problem?.path)
        void connection.sendDiagnostics({ uri: uriOf(before.path), diagnostics: [] });
      if (problem === undefined) return;
      void connection.sendDiagnostics({ uri: uriOf(problem.path), diagnostics: [configDiagnostic(problem)] });
      const text = printableLine(
        `ddlint: ${problem.path}:${problem.line}:${problem.column}: ${problem.message}`,
      );
      if (said.has(text)) return;
      said.add(text);
      showMessage(connection, MessageType.Error, text);
    },
    onWarning(text) {
      // The sentence was written for the command line.
      const here = text.replace("pass --allow-config-code", "set allowConfigCode");
      showMessage(connection, MessageType.Warning, printableLine(`ddlint: ${here}`));
    },
  };
}
