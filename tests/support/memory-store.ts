/** A cache in memory, written and read as files are; unlike them, what can't be written is an error. */
import { sealed, unsealed, type Store } from "../../src/cache/store.ts";

export interface MemoryStore extends Store {
  readonly files: Map<string, Buffer>;
  /** How often something was found, by the kind of its name. */
  readonly found: Map<string, number>;
}

export function memoryStore(): MemoryStore {
  const files = new Map<string, Buffer>();
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
    write: (name, data) => void files.set(name, sealed(data)),
  };
}
