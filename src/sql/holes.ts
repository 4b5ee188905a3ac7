/** Names that stand for what a text gets when it runs: `EXECUTE format('DROP TABLE %I', t)` drops `<t>`. */

export interface Holes {
  /** The same expression gives the same name. */
  nameOf(written: string): string;
}

/** A name has 63 bytes (manual, section 4.1.1), and more may be written beside it: `'idx_' || t`. */
const longest = 24;

/** @param names every name, with what findings show for it */
export function createHoles(names: Map<string, string>): Holes {
  return {
    nameOf(written) {
      const words = written.replaceAll(/[^A-Za-z0-9]+/g, "_").toLowerCase();
      const name = `run_time_${words.slice(0, longest).replaceAll(/^_|_$/g, "")}`;
      names.set(name, `<${written.replaceAll(/\s+/g, " ").slice(0, longest)}>`);
      return name;
    },
  };
}
