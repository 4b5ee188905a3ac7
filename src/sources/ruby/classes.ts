/** Classes and modules of the project, as their texts define them. */
import type { Tree } from "./tree.ts";
import { spread } from "./tree-items.ts";

export type Def = Extract<Tree, { is: "def" }>;

export interface Method {
  readonly tree: Def;
  readonly file: SourceFile;
  readonly owner: ClassInfo | undefined;
}

/** A file with its text and tree. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly program: Tree;
}

export interface ClassInfo {
  /** With the modules around it: `Shop::Order`. */
  readonly name: string;
  readonly file: SourceFile;
  readonly tree: Extract<Tree, { is: "class" }>;
  readonly superclass: Tree | undefined;
  readonly methods: ReadonlyMap<string, Method>;
  /** `def self.x`, and those of `class << self`. */
  readonly ownMethods: ReadonlyMap<string, Method>;
  readonly constants: ReadonlyMap<string, Tree>;
  readonly classes: ReadonlyMap<string, ClassInfo>;
  /** Names of modules that are included or extended. */
  readonly includes: readonly Extract<Tree, { is: "name" }>[];
  /** Statements of its body that define nothing: calls of class methods. */
  readonly body: readonly Tree[];
  readonly outer: ClassInfo | undefined;
}

/** What the statements of a file or of a class define. */
export function readClass(
  file: SourceFile,
  tree?: Extract<Tree, { is: "class" }>,
  outer?: ClassInfo,
): ClassInfo {
  const methods = new Map<string, Method>();
  const ownMethods = new Map<string, Method>();
  const constants = new Map<string, Tree>();
  const classes = new Map<string, ClassInfo>();
  const includes: Extract<Tree, { is: "name" }>[] = [];
  const body: Tree[] = [];
  const own = tree?.name ?? "";
  const prefix = outer === undefined || outer.name === "" ? "" : `${outer.name}::`;
  const info: ClassInfo = {
    name: tree === undefined ? "" : `${prefix}${own}`,
    file,
    tree: tree ?? {
      is: "class",
      name: "",
      superclass: undefined,
      body: file.program,
      isModule: true,
      start: 0,
      end: 0,
    },
    superclass: tree?.superclass,
    methods,
    ownMethods,
    constants,
    classes,
    includes,
    body,
    outer,
  };
  let isModuleFunction = false;
  for (const item of tree === undefined ? merged(spread(file.program)) : spread(tree.body)) {
    switch (item.is) {
      case "def": {
        const method = { tree: item, file, owner: info };
        if (item.ofSelf) ownMethods.set(item.name, method);
        else methods.set(item.name, method);
        if (isModuleFunction) ownMethods.set(item.name, method);
        break;
      }
      case "class":
        classes.set(item.name, readClass(file, item, info));
        break;
      case "setConstant":
        constants.set(item.name, item.value);
        break;
      case "call": {
        if (item.receiver === undefined && /^(?:include|extend|prepend)$/.test(item.name))
          for (const arg of item.args) if (arg.is === "name") includes.push(arg);
        if (item.name === "module_function" && item.args.length === 0) isModuleFunction = true;
        const [first] = item.args;
        // `private def helper`
        if (/^(?:private|public|protected)$/.test(item.name) && first?.is === "def")
          methods.set(first.name, { tree: first, file, owner: info });
        else body.push(item);
        break;
      }
      default:
        if (item.is === "other")
          // `class << self`
          for (const inner of item.items.flatMap((one) => spread(one)))
            if (inner.is === "def") ownMethods.set(inner.name, { tree: inner, file, owner: info });
        body.push(item);
    }
  }
  return info;
}

type ClassTree = Extract<Tree, { is: "class" }>;

/**
 * The statements of a file, with each class as one. Generators of gems write what runs on several releases of Rails: a
 * superclass that is chosen, a class in each branch, and the methods in a `class_eval` below.
 */
function merged(items: readonly Tree[]): readonly Tree[] {
  const values = new Map<string, Tree>();
  const found: Tree[] = [];
  for (const item of items) {
    if (item.is === "assign" || item.is === "setConstant") values.set(item.name, item.value);
    const own = item.is === "if" ? branchWithClasses(item) : [item];
    for (const one of own) {
      if (one.is === "class") found.push({ ...one, superclass: chosen(one.superclass, values) });
      else if (one.is === "call" && one.name === "class_eval" && one.receiver?.is === "name") {
        const { name } = one.receiver;
        const at = found.findIndex((other) => other.is === "class" && other.name === name);
        const known = found[at];
        const more = spread(one.block?.body);
        if (known?.is !== "class" || more.length === 0) found.push(one);
        else {
          const { start, end } = known;
          found[at] = {
            ...known,
            body: { is: "block-of", items: [...spread(known.body), ...more], start, end },
          };
        }
      } else found.push(one);
    }
  }
  return found;
}

const classesIn = (tree: Tree | undefined): readonly ClassTree[] =>
  spread(tree).filter((one) => one.is === "class");

/** Of branches that define classes, the one for a Rails of today; any other statement as it is. */
function branchWithClasses(item: Extract<Tree, { is: "if" }>): readonly Tree[] {
  const branches = [item.then, item.other].filter((branch) => classesIn(branch).length > 0);
  const branch =
    branches.find((one) => classesIn(one).some((each) => isVersioned(each.superclass))) ?? branches[0];
  return branch === undefined ? [item] : spread(branch);
}

/** `ActiveRecord::Migration[7.1]` */
const isVersioned = (tree: Tree | undefined): boolean => tree?.is === "call" && tree.name === "[]";

/** A superclass that a variable, a constant of the file or an `if` stands for: of two the one with a version. */
export function chosen(tree: Tree | undefined, values: ReadonlyMap<string, Tree>): Tree | undefined {
  if (tree?.is === "variable" || tree?.is === "name") {
    const value = values.get(tree.name);
    return value === undefined ? tree : chosen(value, new Map());
  }
  if (tree?.is === "block-of") return chosen(tree.items.at(-1), values);
  if (tree?.is !== "if") return tree;
  const both = [tree.then, tree.other].map((one) => chosen(one, values));
  return both.find(isVersioned) ?? both[0];
}
