import type { Format } from "./report.ts";

/** Formats by name, each loaded when it is asked for. */
export const formats = {
  text: async (): Promise<Format> => (await import("./text.ts")).formatText,
  json: async (): Promise<Format> => (await import("./json.ts")).formatJson,
  sarif: async (): Promise<Format> => (await import("./sarif.ts")).formatSarif,
} as const;

export type FormatName = keyof typeof formats;
export const formatNames = Object.keys(formats) as FormatName[];
