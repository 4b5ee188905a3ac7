/** Import statements: names of the project's own modules, and of others. */
import { placeIn, unknownAt } from "./evaluate.ts";
import { moduleFile, relativeFile, type Module } from "./modules.ts";
import type { Binding, Scope } from "./scope.ts";
import { parts, type Tree } from "./tree.ts";
import type { NameValue, Place, Value } from "./value.ts";
import type { Run } from "./walk.ts";

export function bindImports(run: Run, tree: Tree, scope: Scope): void {
  const { text } = scope.module;
  const isFrom = tree.children[0]?.type === "from";
  const importAt = tree.children.findIndex(({ type }) => type === "import");
  const words = (trees: readonly Tree[]): string =>
    trees.map(({ start, end }) => text.slice(start, end)).join("");
  const names = tree.children.slice(importAt + 1).filter(({ type }) => type !== "(" && type !== ")");
  const at = placeIn(scope, tree);
  if (!isFrom) {
    for (const part of parts(names)) {
      const asAt = part.findIndex(({ type }) => type === "as");
      const dotted = words(asAt < 0 ? part : part.slice(0, asAt));
      const alias = asAt < 0 ? undefined : part[asAt + 1];
      const bound = alias === undefined ? (dotted.split(".", 1)[0] ?? "") : words([alias]);
      scope.bind(bound, moduleValue(run, scope, alias === undefined ? bound : dotted, at));
    }
    return;
  }
  const source = words(tree.children.slice(1, importAt));
  const [dots = ""] = /^\.*/.exec(source) ?? [];
  const dotted = source.slice(dots.length);
  const from = scope.module.path;
  const file = (name: string): string | undefined => {
    const below = dotted === "" ? name : name === "" ? dotted : `${dotted}.${name}`;
    return dots === ""
      ? moduleFile(run.files, from, below)
      : relativeFile(run.files, from, dots.length, below);
  };
  const full = dots === "" ? dotted : absolute(scope.module, dots.length, dotted);
  for (const part of parts(names)) {
    const [first] = part;
    if (first === undefined) continue;
    if (first.type === "*") {
      importAll(run, scope, file(""), full);
      continue;
    }
    const name = words([first]);
    const bound = words(part.slice(-1));
    scope.bind(bound, { is: "later", load: () => imported(run, file, full, name, at) });
  }
}

function imported(
  run: Run,
  file: (name: string) => string | undefined,
  dotted: string,
  name: string,
  at: Place,
): Value {
  const full = dotted === "" ? name : `${dotted}.${name}`;
  const path = file("");
  const own = path === undefined ? undefined : run.exported(path, dotted, name, at);
  if (own !== undefined) return own;
  // A folder without `__init__.py` is a package, too.
  const module = path === undefined ? file(name) : undefined;
  const found: NameValue = {
    is: "name",
    dotted: full,
    ...(module === undefined ? {} : { path: module }),
    at,
  };
  return run.host.value?.(found) ?? found;
}

function importAll(run: Run, scope: Scope, path: string | undefined, dotted: string): void {
  const module = path === undefined ? undefined : run.load(path, dotted);
  if (module === undefined) scope.top.stars.push(dotted);
  else
    for (const name of module.scope.names)
      if (!name.startsWith("_"))
        scope.bind(name, {
          is: "later",
          load: () => module.scope.own(name) ?? unknownAt({ path: module.path, start: 0, end: 0 }),
        });
}

function moduleValue(run: Run, scope: Scope, dotted: string, at: Place): Binding {
  return {
    is: "later",
    load: () => {
      const path = moduleFile(run.files, scope.module.path, dotted);
      return { is: "name", dotted, ...(path === undefined ? {} : { path }), at };
    },
  };
}

/** `from .x import y` of the module `a.b` is about `a.x`. */
function absolute({ dotted, path }: Module, dots: number, name: string): string {
  const isPackage = path.endsWith("/__init__.py");
  const all = dotted === "" ? [] : dotted.split(".");
  const base = all.slice(0, Math.max(0, all.length - dots + (isPackage ? 1 : 0)));
  return [...base, ...(name === "" ? [] : [name])].join(".");
}
