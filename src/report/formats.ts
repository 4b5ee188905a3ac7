import { noCommands } from "../text/commands.ts";
import type { Format } from "./report.ts";
import { hideSecrets } from "./secrets.ts";

const hiding =
  (format: Format): Format =>
  (report, style) =>
    format(hideSecrets(report), style);

/** Of lines that are read in a log as well: wherever one is wrapped, it starts no command there. */
const inLines = (format: Format): Format => hiding((report, style) => noCommands(format(report, style)));

/** Formats by name, each loaded when it is asked for. No format sees a secret. */
export const formats = {
  text: async (): Promise<Format> => inLines((await import("./text.ts")).formatText),
  brief: async (): Promise<Format> => inLines((await import("./brief.ts")).formatBrief),
  json: async (): Promise<Format> => hiding((await import("./json.ts")).formatJson),
  jsonl: async (): Promise<Format> => hiding((await import("./jsonl.ts")).formatJsonl),
  sarif: async (): Promise<Format> => hiding((await import("./sarif.ts")).formatSarif),
  github: async (): Promise<Format> => hiding((await import("./github.ts")).formatGithub),
  gitlab: async (): Promise<Format> => hiding((await import("./gitlab.ts")).formatGitlab),
  junit: async (): Promise<Format> => hiding((await import("./junit.ts")).formatJunit),
  checkstyle: async (): Promise<Format> => hiding((await import("./checkstyle.ts")).formatCheckstyle),
  rdjson: async (): Promise<Format> => hiding((await import("./rdjson.ts")).formatRdjson),
  markdown: async (): Promise<Format> => inLines((await import("./markdown.ts")).formatMarkdown),
  unix: async (): Promise<Format> => inLines((await import("./unix.ts")).formatUnix),
  agent: async (): Promise<Format> => inLines((await import("./agent.ts")).formatAgent),
} as const;

export type FormatName = keyof typeof formats;
export const formatNames = Object.keys(formats) as FormatName[];
