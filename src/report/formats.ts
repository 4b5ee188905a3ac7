import { noCommands } from "../text/commands.ts";
import { inEachPlace } from "../findings/merge.ts";
import { countFindings, type Format } from "./report.ts";
import { hideSecrets } from "./secrets.ts";

const hiding =
  (format: Format): Format =>
  (report, style) =>
    format(hideSecrets(report), style);

/** For programs and for lines that stand alone: repeats are findings at their own places. */
const inPlaces =
  (format: Format): Format =>
  (report, style) => {
    const findings = inEachPlace(report.findings);
    const { fixable, fixableUnsafely } = report.summary;
    const summary = { ...report.summary, ...countFindings(findings), fixable, fixableUnsafely };
    return format({ ...report, findings, summary }, style);
  };

/** Of lines that are read in a log as well: wherever one is wrapped, it starts no command there. */
const inLines = (format: Format): Format => hiding((report, style) => noCommands(format(report, style)));

/** Formats by name, each loaded when it is asked for. No format sees a secret. */
export const formats = {
  text: async (): Promise<Format> => inLines((await import("./text.ts")).formatText),
  brief: async (): Promise<Format> => inLines(inPlaces((await import("./brief.ts")).formatBrief)),
  json: async (): Promise<Format> => hiding((await import("./json.ts")).formatJson),
  jsonl: async (): Promise<Format> => hiding(inPlaces((await import("./jsonl.ts")).formatJsonl)),
  sarif: async (): Promise<Format> => hiding(inPlaces((await import("./sarif.ts")).formatSarif)),
  github: async (): Promise<Format> => hiding(inPlaces((await import("./github.ts")).formatGithub)),
  gitlab: async (): Promise<Format> => hiding(inPlaces((await import("./gitlab.ts")).formatGitlab)),
  junit: async (): Promise<Format> => hiding(inPlaces((await import("./junit.ts")).formatJunit)),
  checkstyle: async (): Promise<Format> =>
    hiding(inPlaces((await import("./checkstyle.ts")).formatCheckstyle)),
  rdjson: async (): Promise<Format> => hiding(inPlaces((await import("./rdjson.ts")).formatRdjson)),
  markdown: async (): Promise<Format> => inLines((await import("./markdown.ts")).formatMarkdown),
  unix: async (): Promise<Format> => inLines(inPlaces((await import("./unix.ts")).formatUnix)),
  release: async (): Promise<Format> => hiding((await import("./release.ts")).formatRelease),
  agent: async (): Promise<Format> => inLines(inPlaces((await import("./agent.ts")).formatAgent)),
} as const;

export type FormatName = keyof typeof formats;
export const formatNames = Object.keys(formats) as FormatName[];
