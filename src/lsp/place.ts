/** A document in its project: what every answer is about. */
import type { TextDocument } from "vscode-languageserver-textdocument";
import { inEachPlace } from "../index.ts";
import type { Finding } from "../index.ts";
import type { Client } from "./client.ts";
import type { Project } from "./project.ts";
import type { Settings } from "./settings.ts";
import type { Shown } from "./diagnostics.ts";

export interface Place {
  readonly project: Project;
  /** Path from the project's root. */
  readonly file: string;
  readonly document: TextDocument;
  readonly client: Client;
  readonly settings: Settings;
  /** How findings of this project are shown. */
  readonly shown: () => Shown;
}

export const findingsIn = ({ project, file }: Place): readonly Finding[] =>
  inEachPlace(project.lint(file)?.findings ?? []);
