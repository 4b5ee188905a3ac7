import { loadYaml } from "../libraries.ts";

/** So many characters may take three seconds. */
const longest = 500_000;

/** Records, arrays and texts, as numbers and the like are left; undefined: it isn't one document of YAML. */
export function readYaml(text: string): unknown {
  if (text.length > longest) return undefined;
  try {
    return loadYaml().parse(text, { schema: "failsafe", merge: true, logLevel: "error" });
  } catch {
    return undefined; // its own errors, and a RangeError for what is nested too deeply
  }
}
