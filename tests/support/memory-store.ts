/** A cache in memory, written and read as files are; unlike them, what can't be written is an error. */
import { sealed, unsealed, type Store } from "../../src/cache/store.ts";

export interface MemoryStore extends Store {
  readonly files: Map<string, Uint8Array>;
  /** How often something was found, by the kind of its name. */
  readonly found: Map<string, number>;
}

export function memoryStore(): MemoryStore {
  const files = new Map<string, Uint8Array>();
  const found = new Map<string, number>();
  return {
    files,
    found,
    read(name) {
      const file = files.get(name);
      const data = file && unsealed(file);
      const kind = name.slice(0, name.indexOf("-"));
      if (data !== undefined) found.set(kind, (found.get(kind) ?? 0) + 1);
      return data;
    },
    write(name, data) {
      expectPlain(data);
      files.set(name, sealed(data));
    },
  };
}

const plain: readonly unknown[] = [Object.prototype, Array.prototype, Map.prototype, Set.prototype, null];

/** Anything else loses its class where it is kept, and isn't seen as a whole where it is compared. */
export function expectPlain(data: unknown, compared = false): void {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [data];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === "function" && !compared) throw new Error(`a function: ${String(value)}`);
    if (typeof value !== "object" || value === null || value instanceof RegExp || seen.has(value)) continue;
    seen.add(value);
    if (!plain.includes(Object.getPrototypeOf(value)))
      throw new Error(`of a class: ${value.constructor.name}`);
    if (value instanceof Map) waiting.push(...value.keys(), ...value.values());
    else if (value instanceof Set) waiting.push(...(value as Set<unknown>));
    else waiting.push(...(Object.values(value) as unknown[]));
  }
}
