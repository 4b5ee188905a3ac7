import { holeName, holePattern, longest } from "../model/hole-names.ts";
import { nameInText } from "../model/names.ts";

/** Names that stand for what a text gets when it runs: `EXECUTE format('DROP TABLE %I', t)` drops `<t>`. */

export interface Holes {
  /** The same expression gives the same name. */
  nameOf(written: string): string;
}

/** As much of an expression as a message has room for: `coalesce(…)`. */
const shown = (text: string): string => {
  if (text.length <= longest) return text;
  const call = /^[\w.]{1,20}(?=\()/.exec(text)?.[0];
  return call === undefined ? `${text.slice(0, longest)}…` : `${call}(…)`;
};

/** @param names every name, with what findings show for it */
export function createHoles(names: Map<string, string>): Holes {
  return {
    nameOf(written) {
      const name = holeName(written);
      names.set(name, `<${shown(written.replaceAll(/\s+/g, " "))}>`);
      return name;
    },
  };
}

/** What a call gives for a parameter. */
export interface Given {
  readonly value: string;
  /** The parameter is a `regclass`: the text is read as a name, perhaps with a schema or in quotes. */
  readonly isName: boolean;
}

const simpleName = /^[a-z_][a-z\d_]*$/;

/** Read as the same name whether quotes are put around it or not. */
const isPlain = ({ value, isName }: Given): boolean => isName || simpleName.test(value);

export interface Filled<T> {
  readonly operation: T;
  /** What was given is surely meant by these names. */
  readonly isKnown: boolean;
}

/**
 * What a function does, with what the call gives for its parameters; undefined: some of what it needs isn't given.
 *
 * @param given by the names of the parameters
 */
export function fillHoles<T>(operation: T, given: ReadonlyMap<string, Given>): Filled<T> | undefined {
  const names = new Map([...given].map(([parameter, one]) => [holeName(parameter), one]));
  let missing = 0;
  let isKnown = true;
  const fill = (value: unknown): unknown => {
    if (typeof value === "string")
      return value.replaceAll(holePattern, (hole) => {
        const known = names.get(hole);
        if (known === undefined) missing++;
        else if (!isPlain(known)) isKnown = false;
        return known?.value ?? hole;
      });
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== "object" || value === null) return value;
    const filled = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, fill(child)]));
    const whole = "name" in value && typeof value.name === "string" ? names.get(value.name) : undefined;
    if (whole?.isName !== true || filled["schema"] !== undefined) return filled;
    const { schema, name, text } = nameInText(whole.value);
    return { ...filled, schema, name, text };
  };
  // `fill` keeps the shape of what it is given.
  const filled = fill(operation) as T;
  return missing === 0 ? { operation: filled, isKnown } : undefined;
}
