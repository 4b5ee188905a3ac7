import { isRecord } from "./json.ts";
import { loadToml } from "../libraries.ts";

/** The tables of a TOML file; undefined: it is none. */
export function readToml(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return loadToml().parse(text);
  } catch {
    return undefined; // its own errors, and a RangeError for what is nested too deeply
  }
}

/** The value below some keys: `db`, `major_version`. */
export function tomlValue(text: string, ...keys: readonly string[]): unknown {
  let value: unknown = readToml(text);
  for (const key of keys) value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}
