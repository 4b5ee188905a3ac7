import type { Report } from "./report.ts";

/** `{ version, summary, findings }`; findings as the API gives them. `suppressed` too, if it was asked for. */
export function formatJson({ version, summary, findings, suppressed }: Report): string {
  return `${JSON.stringify({ version, summary, findings, suppressed }, undefined, 2)}\n`;
}
