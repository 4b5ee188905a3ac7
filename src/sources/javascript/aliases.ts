/** Paths that a project's settings give other names: `paths` of tsconfig.json, `imports` of package.json. */
import { parseCode } from "./babel/parse.ts";
import { clean } from "./files.ts";
import { child, children, field, keyName, type Tree } from "./tree.ts";

type ReadFile = (path: string) => string | undefined;

interface Aliases {
  /** Where the patterns' targets begin. */
  readonly folder: string;
  /** `@/*` and its targets; with `*` alone for a `baseUrl`. */
  readonly patterns: readonly (readonly [string, readonly string[]])[];
}

const settings = ["tsconfig.json", "jsconfig.json", "package.json"] as const;
/** How many settings may extend each other. */
const deepest = 4;
const longest = 100_000;

/** Which paths an import of `source` by the file at `from` may mean, without their endings. */
export class AliasReader {
  readonly #readFile: ReadFile;
  readonly #byFolder = new Map<string, readonly Aliases[]>();

  constructor(readFile: ReadFile) {
    this.#readFile = readFile;
  }

  pathsOf(folder: string, source: string): readonly string[] {
    return this.#in(folder).flatMap(({ folder: base, patterns }) =>
      patterns.flatMap(([pattern, targets]) => {
        const part = matched(pattern, source);
        return part === undefined
          ? []
          : targets.map((target) => clean(`${base}/${target.replace("*", () => part)}`));
      }),
    );
  }

  /** The nearest settings that name any. */
  #in(folder: string): readonly Aliases[] {
    const known = this.#byFolder.get(folder);
    if (known !== undefined) return known;
    const own = settings.flatMap((name) => this.#of(`${folder === "." ? "" : `${folder}/`}${name}`, 0) ?? []);
    const cut = folder.lastIndexOf("/");
    const parent = cut > 0 ? folder.slice(0, cut) : folder === "." || cut === 0 ? undefined : ".";
    const found = own.length > 0 || parent === undefined ? own : this.#in(parent);
    this.#byFolder.set(folder, found);
    return found;
  }

  #of(path: string, depth: number): Aliases | undefined {
    const text = this.#readFile(path);
    if (text === undefined || text.length > longest || depth > deepest) return undefined;
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/"))) || ".";
    const top = topOf(text);
    if (path.endsWith("package.json")) {
      const patterns = entriesOf(keyOf(top, "imports"));
      return patterns.length === 0 ? undefined : { folder, patterns };
    }
    const compiler = keyOf(top, "compilerOptions");
    const base = field(keyOf(compiler, "baseUrl"), "value");
    const patterns = [
      ...entriesOf(keyOf(compiler, "paths")),
      ...(base === "" ? [] : [["*", ["*"]] as const]),
    ];
    if (patterns.length > 0) return { folder: clean(`${folder}/${base}`), patterns };
    const parent = field(keyOf(top, "extends"), "value");
    return parent.startsWith(".")
      ? this.#of(clean(`${folder}/${parent}${parent.endsWith(".json") ? "" : ".json"}`), depth + 1)
      : undefined;
  }
}

/** The part that `*` stands for. */
function matched(pattern: string, source: string): string | undefined {
  const [before = "", after] = pattern.split("*", 2);
  if (after === undefined) return source === pattern ? "" : undefined;
  const isMatch =
    source.length >= before.length + after.length && source.startsWith(before) && source.endsWith(after);
  return isMatch ? source.slice(before.length, source.length - after.length) : undefined;
}

/** JSON with comments is an expression of JavaScript. */
function topOf(text: string): Tree | undefined {
  const parsed = parseCode(`(${text.replace(/^\uFEFF/, "")}\n)`, "settings.js");
  if (!("program" in parsed)) return undefined;
  return child(children(parsed.program, "body")[0], "expression");
}

const keyOf = (record: Tree | undefined, name: string): Tree | undefined =>
  child(
    children(record, "properties").find((one) => keyName(one) === name),
    "value",
  );

/** Those with a target, which package.json may choose by a condition. */
function entriesOf(record: Tree | undefined): readonly (readonly [string, readonly string[]])[] {
  return children(record, "properties").flatMap((one) => {
    const targets = textsIn(child(one, "value"));
    return targets.length === 0 ? [] : [[keyName(one), targets] as const];
  });
}

function textsIn(tree: Tree | undefined): readonly string[] {
  if (tree?.type === "ArrayExpression") return children(tree, "elements").flatMap(textsIn);
  if (tree?.type === "ObjectExpression")
    return children(tree, "properties").flatMap((one) => textsIn(child(one, "value")));
  const text = field(tree, "value");
  return text === "" ? [] : [text];
}
