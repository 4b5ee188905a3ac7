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
  for (const item of spread(tree === undefined ? file.program : tree.body)) {
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
