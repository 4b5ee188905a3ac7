/** A Gemfile, as far as its lines say it without being run. */

export interface Gem {
  readonly name: string;
  /** What stands there of its groups, those of the blocks around it first: `group :test do [:ci]`; empty: none. */
  readonly groups: string;
}

const gem = /^gem[ \t(]+["']([\w-]+)["'](.*)$/;
const given = /(?:\bgroups?:|:groups?\s*=>)(.*)$/;

export function gemsOf(text: string): readonly Gem[] {
  const found: Gem[] = [];
  const around: string[] = [];
  for (const line of text.split("\n").map((one) => one.trim())) {
    const [, name, more = ""] = gem.exec(line) ?? [];
    if (name !== undefined)
      found.push({ name, groups: [...around, given.exec(more)?.[1] ?? ""].join(" ").trim() });
    else if (/\bdo$/.test(line)) around.push(/^group\b/.test(line) ? line : "");
    else if (/^(?:if|unless|case)\b/.test(line)) around.push("");
    else if (line === "end") around.pop();
  }
  return found;
}

/** Groups of production, and none of those that whoever writes the program has. */
export const onlyDeployed = /^(?!.*:(?:development|test)\b).*:production\b/;
