export { readPieces } from "./parsed.ts";
export { loadCode, readCode } from "./read.ts";
export type { CodeDirection, CodeInput, CodeMigration } from "./read.ts";
