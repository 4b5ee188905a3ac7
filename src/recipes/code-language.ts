/** The language in which a migration in code is written, for what is written like it. */
import type { CodeFile } from "../model/tool.ts";

/** By the ending of the file, and by how it exports its functions. */
export const languageOf = (path: string, source: string): CodeFile["language"] =>
  /\.py$/.test(path)
    ? "python"
    : /\.rb$/i.test(path)
      ? "ruby"
      : /\.xml$/i.test(path)
        ? "xml"
        : /\.ya?ml$/i.test(path)
          ? "yaml"
          : /\.json$/i.test(path)
            ? "json"
            : /\.[cm]?ts$/.test(path) && !isPlainScript(source)
              ? "typescript"
              : /^(?:import|export)\b/m.test(source)
                ? "module"
                : "commonjs";

/**
 * JavaScript under the ending of TypeScript: neither exports nor imports, nor a parameter with its type. Node runs it as it
 * is, and may have nothing here that reads types.
 */
const isPlainScript = (source: string): boolean =>
  /^(?:module\.)?exports\b/m.test(source) &&
  !/^(?:import|export)\b|\(\s{0,20}\w{1,60}\??\s{0,20}:/m.test(source);
