import { jsonText } from "../text/json-text.ts";
import type { Report } from "./report.ts";

/** `{ version, summary, findings }`; findings as the API gives them. `suppressed` too, if it was asked for. */
export function formatJson({ version, summary, findings, suppressed }: Report): string {
  return `${jsonText({ version, summary, findings, suppressed }, 2)}\n`;
}
