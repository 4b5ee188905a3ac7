import { jsonText } from "../text/json-text.ts";
import type { Report } from "./report.ts";

/** One finding a line, as the API gives it: for tools that read streams. */
export const formatJsonl = ({ findings, suppressed = [] }: Report): string =>
  [...findings, ...suppressed].map((finding) => `${jsonText(finding)}\n`).join("");
