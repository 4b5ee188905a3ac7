import { jsonText } from "../text/json-text.ts";
import type { Report } from "./report.ts";

/**
 * One finding a line, as the API gives it: for tools that read streams. Where not all was read and understood, a last
 * line `{ coverage }`.
 */
export const formatJsonl = ({ findings, suppressed = [], coverage }: Report): string =>
  [...findings, ...suppressed, ...(coverage.complete ? [] : [{ coverage }])]
    .map((line) => `${jsonText(line)}\n`)
    .join("");
