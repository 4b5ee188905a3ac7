/** What a program of the project asks of the names of files before it applies them: `endsWith(".sql") && !includes("seed")`. */

/** Whether the program leaves a file of this name out; undefined: its text has no condition that was understood. */
export type LeavesOut = (name: string) => boolean;

type Test = (name: string) => boolean;

const variable = String.raw`[a-zA-Z_$][\w$]{0,40}(?:\.(?:name|Name\(\)|stem))?`;
const literal = String.raw`["'\`]([^"'\`\\\n]{1,60})["'\`]`;
const negation = String.raw`(!\s*|\bnot\s+)?`;

/** `!file.includes("seed")`, `not name.startswith("seed")` */
const ofMethod = new RegExp(
  String.raw`${negation}\b${variable}\.(includes|startsWith|endsWith|startswith|endswith)\(\s*${literal}\s*\)`,
  "g",
);
/** `"seed" not in name` */
const ofMember = new RegExp(String.raw`${literal}\s+(not\s+)?in\s+${variable}`, "g");
/** `!strings.Contains(name, "seed")` */
const ofFunction = new RegExp(
  String.raw`${negation}\bstrings\.(Contains|HasPrefix|HasSuffix)\(\s*${variable}\s*,\s*${literal}\s*\)`,
  "g",
);
/** `/^\d+_.*\.sql$/.test(file)` */
const ofPattern = new RegExp(
  String.raw`${negation}/((?:[^/\\\n]|\\.){1,100})/(i?)\.test\(\s*${variable}\s*\)`,
  "g",
);

const kinds: Readonly<Record<string, (name: string, part: string) => boolean>> = {
  includes: (name, part) => name.includes(part),
  startswith: (name, part) => name.startsWith(part),
  endswith: (name, part) => name.endsWith(part),
  contains: (name, part) => name.includes(part),
  hasprefix: (name, part) => name.startsWith(part),
  hassuffix: (name, part) => name.endsWith(part),
};

function testsIn(condition: string): readonly Test[] {
  const found: Test[] = [];
  const add = (isNegated: boolean, test: Test): void => {
    found.push(isNegated ? (name) => !test(name) : test);
  };
  for (const pattern of [ofMethod, ofFunction])
    for (const [, not, kind = "", part = ""] of condition.matchAll(pattern))
      add(not !== undefined, (name) => kinds[kind.toLowerCase()]?.(name, part) === true);
  for (const [, part = "", not] of condition.matchAll(ofMember))
    add(not !== undefined, (name) => name.includes(part));
  for (const [, not, source = "", flags = ""] of condition.matchAll(ofPattern)) {
    const pattern = compiled(source, flags);
    if (pattern !== undefined) add(not !== undefined, (name) => pattern.test(name));
  }
  return found;
}

/** The pattern is a stranger's: none that may take long is tried. */
function compiled(source: string, flags: string): RegExp | undefined {
  if (/\)[+*{]/.test(source) || (source.match(/[+*{]/g) ?? []).length > 4) return undefined;
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

const isOfSql = (condition: string): boolean => /sql\b/.test(condition);
const isEither = /\|\||\bor\b/;
const isBoth = /&&|\band\b/;

/** `if (…) continue`: what fits is left out. */
const guard = /^\s*[:{]?\s*(?:continue|return(?:\s+(?:nil|false))?)\b/;
/** `if … { files = append(files, …) }`, `[name for name in names if …]` */
const take = /^\s*(?:[\])]|\{\s*\w+\s*=\s*append\(|:\s*\w+\.append\()/;
/** A name that can't be that of a line or a statement. */
const ofFile = /\b(?:f|fn|fname|file|files?_?name|name|entry|path|migration|e|d)(?:\.\w+(?:\(\))?)?\b/i;

/** What `text` leaves out: all its conditions on files of SQL, each of which may belong to another command. */
export function leavesOut(text: string): LeavesOut | undefined {
  const whole: Test[] = [];
  const apart: Test[] = [];
  const addTake = (condition: string): void => {
    const tests = isOfSql(condition) && !isEither.test(condition) ? testsIn(condition) : [];
    if (tests.length > 0) whole.push((name) => !tests.every((test) => test(name)));
  };
  const addGuard = (condition: string): void => {
    const tests = isBoth.test(condition) || !ofFile.test(condition) ? [] : testsIn(condition);
    const isOut: Test = (name) => tests.some((test) => test(name));
    if (tests.length === 0) return;
    if (isOfSql(condition)) whole.push(isOut);
    else if (!/!|\bnot\b/.test(condition)) apart.push(isOut);
  };
  for (const condition of filters(text)) addTake(condition);
  apart.push(...chainsIn(text));
  for (const { condition, behind } of branches(text)) {
    if (guard.test(behind)) addGuard(condition);
    else if (take.test(behind)) addTake(condition);
  }
  if (whole.length + apart.length === 0) return undefined;
  return (name) =>
    (whole.length > 0 && whole.every((test) => test(name))) || apart.some((test) => test(name));
}

/** `if …HasSuffix(name, ".up.sql") {`, with how far it stands in. */
const first = /^([ \t]*)if (strings\.HasSuffix\([^\n]{1,100}\)) \{$/gm;

/** `if … { } else if … { } else { continue }`, formatted as gofmt does: what fits none of the conditions is left out. */
function chainsIn(text: string): readonly Test[] {
  return [...text.matchAll(first)]
    .slice(0, mostChains)
    .flatMap(({ index, 0: line, 1: indent = "", 2: condition = "" }) => {
      const conditions = [condition];
      for (const one of text.slice(index + line.length + 1, index + longestChain).split("\n")) {
        if (!one.startsWith(`${indent}}`)) continue;
        const rest = one.slice(indent.length);
        const another = /^\} else if (.{1,100}) \{$/.exec(rest)?.[1];
        if (another === undefined) {
          const tests = conditions.map(testsIn);
          const isLast =
            rest === "} else {" &&
            endsLoop.test(text.slice(text.indexOf(one, index) + one.length, index + longestChain));
          const isWhole = conditions.every(isOfSql) && tests.every(({ length }) => length === 1);
          return isLast && isWhole ? [(name) => !tests.flat().some((test) => test(name))] : [];
        }
        conditions.push(another);
      }
      return [];
    });
}

const mostChains = 20;
const longestChain = 3000;
const endsLoop = /^\s*continue\s*\}/;

/** What `.filter(…)` is given; one behind another is a part of the same condition. */
function filters(text: string): readonly string[] {
  const found: string[] = [];
  let end = -1;
  for (const { index } of text.matchAll(/\.filter\(/g)) {
    const closing = closingOf(text, index + 8);
    if (closing === undefined) continue;
    const condition = text.slice(index + 8, closing);
    if (end >= 0 && text.slice(end, index).trim() === "") found.push(`${found.pop() ?? ""} && ${condition}`);
    else found.push(condition);
    end = closing + 1;
  }
  return found;
}

const longest = 600;

/** Where the bracket that is open at `from` is closed. */
function closingOf(text: string, from: number): number | undefined {
  let open = 1;
  for (let at = from; at < Math.min(text.length, from + longest); at++) {
    const sign = text.charAt(at);
    if (sign === "(") open++;
    else if (sign === ")" && --open === 0) return at;
  }
  return undefined;
}

/** The condition of each `if`, with the beginning of what follows it. */
function* branches(text: string): Generator<{ readonly condition: string; readonly behind: string }> {
  for (const { index } of text.matchAll(/\bif\b/g)) {
    const from = index + 2;
    const own = /^\s*\(/.exec(text.slice(from, from + 20))?.[0].length;
    const closing = own === undefined ? undefined : closingOf(text, from + own);
    const isWhole =
      closing !== undefined && /^\s*(?:\{|continue|return)/.test(text.slice(closing + 1, closing + 40));
    const end = isWhole ? closing + 1 : endOf(text, from);
    yield { condition: text.slice(from, end), behind: text.slice(end, end + 100) };
  }
}

/** Where a condition without brackets around it ends. */
function endOf(text: string, from: number): number {
  let open = 0;
  let at = from;
  for (; at < Math.min(text.length, from + longest); at++) {
    const sign = text.charAt(at);
    if (sign === "(" || sign === "[") open++;
    else if (sign === ")" || sign === "]") open--;
    if (open < 0 || (open === 0 && /[{:;\n]/.test(sign))) break;
  }
  return at;
}
