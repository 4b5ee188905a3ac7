/** A whole migration in JavaScript or TypeScript, as its tool wants it. */
import type { CodeFile } from "../../model/tool.ts";

/** The frame of functions `up` and `down`: what differs between tools. */
interface Frame {
  /** Instead of `up` and `down`. */
  readonly names?: readonly [up: string, down: string];
  /** What both functions get, and its type in TypeScript. */
  readonly parameter: string;
  readonly type: string;
  /** Lines at the top. */
  readonly head: (file: CodeFile) => readonly string[];
  /** The first call of each function. */
  readonly first?: (file: CodeFile) => readonly string[];
}

/** `["a", "b"]` */
export const inList = (names: readonly string[]): string =>
  `[${names.map((name) => JSON.stringify(name)).join(", ")}]`;

/** A file that exports a function each way. */
export const upAndDown =
  ({ names: [up, down] = ["up", "down"], parameter, type, head, first }: Frame) =>
  (file: CodeFile): string => {
    const { language } = file;
    const one = (name: string, calls: readonly string[]): string => {
      const given = calls.length === 0 ? "" : language === "typescript" ? `${parameter}: ${type}` : parameter;
      const body = bodyOf(calls.length === 0 ? [] : [...(first?.(file) ?? []), ...calls]);
      if (language === "commonjs") return `exports.${name} = async function (${given}) ${body};`;
      return `export async function ${name}(${given})${promised(language)} ${body}`;
    };
    return [...head(file), one(up, file.up), one(down, file.down)].join("\n");
  };

/** A class with the methods `up` and `down`. */
export const classWith = (
  { up, down, language }: CodeFile,
  head: string,
  fields: readonly string[],
  parameter: { readonly name: string; readonly type: string } | undefined,
): string => {
  const isTyped = language === "typescript";
  const method = (name: string, calls: readonly string[]): string => {
    const given =
      parameter === undefined || calls.length === 0
        ? ""
        : isTyped
          ? `${parameter.name}: ${parameter.type}`
          : parameter.name;
    return `async ${name}(${given})${promised(language)} ${bodyOf(calls, "    ", "  ")}`;
  };
  const lines = [...fields, method("up", up), method("down", down)].map((line) => `  ${line}`);
  return `${head} {\n${lines.join("\n")}\n}${head.startsWith("module.exports") ? ";" : ""}`;
};

const promised = (language: CodeFile["language"]): string =>
  language === "typescript" ? ": Promise<void>" : "";

/** Lines of a text keep their indentation: they are part of a literal. */
const bodyOf = (calls: readonly string[], by = "  ", end = ""): string =>
  calls.length === 0 ? "{}" : `{\n${calls.map((call) => by + call).join("\n")}\n${end}}`;

/** `Add status to orders` as the name of a class: `AddStatusToOrders`. */
export const inCamelCase = (words: string): string =>
  words
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
