import type { Report } from "./report.ts";

/** `{ version, summary, findings }`; findings as the API gives them. */
export function formatJson({ version, summary, findings }: Report): string {
  return `${JSON.stringify({ version, summary, findings }, undefined, 2)}\n`;
}
