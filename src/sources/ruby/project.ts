/** The files of the project that migrations use: helpers, and models. */
import type { SourceHistory } from "../source.ts";
import { chosen, readClass, type ClassInfo, type Method, type SourceFile } from "./classes.ts";
import { underscored } from "./inflect.ts";
import { parseRuby, type Parsed } from "./prism/parse.ts";
import { Scope } from "./scope.ts";
import type { Tree } from "./tree.ts";
import { spread } from "./tree-items.ts";
import type { Env, Run } from "./walk.ts";
import { unknownAt, type Place, type Value } from "./value.ts";

export interface ParsedFile extends SourceFile {
  readonly parsed: Parsed;
  readonly top: ClassInfo;
}

/** Files that were parsed, by their paths: shared by all migrations of a history. */
export class Sources {
  readonly #files = new Map<string, { readonly text: string; readonly file: ParsedFile | undefined }>();

  /** Undefined: it nests too deeply. */
  parse(path: string, text: string): ParsedFile | undefined {
    const known = this.#files.get(path);
    if (known?.text === text) return known.file;
    const parsed = parseRuby(text);
    const source = parsed && { path, text, program: parsed.program };
    const file = parsed && source && { ...source, parsed, top: readClass(source) };
    this.#files.set(path, { text, file });
    return file;
  }
}

const folders = [
  "lib",
  "app/models",
  "app/lib",
  "app/models/concerns",
  "app/services",
  "app/helpers",
  "db",
  "config/initializers",
];

/** What one migration sees of the project. */
export class Project {
  readonly #sources: Sources;
  readonly #readFile: (path: string) => string | undefined;
  /** The folder of the application. */
  readonly #root: string;
  readonly #found = new Map<string, ClassInfo | undefined>();
  readonly #constants = new Map<Tree, Value>();
  readonly #tops: ClassInfo[] = [];
  readonly main: ParsedFile;

  constructor(
    sources: Sources,
    { root }: Pick<SourceHistory, "root">,
    readFile: (path: string) => string | undefined,
    main: ParsedFile,
  ) {
    this.#sources = sources;
    this.#readFile = readFile;
    this.#root = appRoot(root);
    this.main = main;
    this.#tops.push(main.top);
    for (const item of spread(main.program)) this.#require(item);
  }

  /** `require_relative "../helpers"`, `require Rails.root.join("lib", "helpers")` */
  #require(item: Tree): void {
    if (item.is !== "call" || !/^(?:require|require_relative|require_dependency|load)$/.test(item.name))
      return;
    const [arg] = item.args;
    const words = arg === undefined ? [] : textsIn(arg);
    if (words.length === 0) return;
    const name = words.join("/").replace(/\.rb$/, "");
    const here = this.main.path.slice(0, Math.max(0, this.main.path.lastIndexOf("/")));
    const places =
      item.name === "require_relative"
        ? [`${here}/${name}`]
        : [join(this.#root, name), join(this.#root, `lib/${name}`)];
    for (const place of places) {
      const file = this.#load(`${cleaned(place)}.rb`);
      if (file === undefined) continue;
      this.#tops.push(file.top);
      break;
    }
  }

  #load(path: string): ParsedFile | undefined {
    const text = this.#readFile(path);
    return text === undefined ? undefined : this.#sources.parse(path, text);
  }

  /** A class or a module by its name as it is written in `info`. */
  classNamed(name: string, info: ClassInfo | undefined): ClassInfo | undefined {
    const parts = name.replace(/^::/, "").split("::");
    for (let around = info; around !== undefined; around = around.outer) {
      const found = inside(around, parts);
      if (found !== undefined) return found;
    }
    for (const top of this.#tops) {
      const found = inside(top, parts);
      if (found !== undefined) return found;
    }
    return this.#autoloaded(parts);
  }

  /** By the names that Rails gives files. */
  #autoloaded(parts: readonly string[]): ClassInfo | undefined {
    const name = parts.join("::");
    if (this.#found.has(name)) return this.#found.get(name);
    this.#found.set(name, undefined);
    if (
      /^(?:ActiveRecord|ActiveSupport|Rails|ActiveModel|Arel|Time|Date|DateTime|File|ENV|JSON|SecureRandom|Digest)\b/.test(
        name,
      )
    )
      return undefined;
    const file = parts.map(underscored).join("/");
    for (const folder of folders) {
      const loaded = this.#load(join(this.#root, `${folder}/${file}.rb`));
      const found = loaded && inside(loaded.top, parts);
      if (found !== undefined) {
        this.#found.set(name, found);
        return found;
      }
    }
    return undefined;
  }

  /** The value of a constant. */
  constant(run: Run, name: string, { self }: Env, at: Place): Value {
    const parts = name.replace(/^::/, "").split("::");
    const last = parts.at(-1) ?? "";
    const holders: (ClassInfo | undefined)[] = [];
    if (parts.length > 1) holders.push(this.classNamed(parts.slice(0, -1).join("::"), self.info));
    else {
      for (let one = self.info; one !== undefined; one = one.outer)
        holders.push(one, ...this.#ancestors(one));
      holders.push(...this.#tops);
    }
    for (const holder of holders) {
      const tree = holder?.constants.get(last);
      if (holder === undefined || tree === undefined) continue;
      const known = this.#constants.get(tree);
      if (known !== undefined) return known;
      this.#constants.set(tree, unknownAt(at));
      const value = run.evaluate(tree, {
        scope: new Scope(holder.file),
        self: { info: holder, isClass: true },
      });
      this.#constants.set(tree, value);
      return value;
    }
    const info = this.classNamed(name, self.info);
    return info === undefined ? { is: "name", name: name.replace(/^::/, ""), at } : { is: "class", info, at };
  }

  /** Its modules and the classes that it inherits from, nearest first. */
  #ancestors(info: ClassInfo): readonly ClassInfo[] {
    const found: ClassInfo[] = [];
    const visit = (one: ClassInfo): void => {
      for (const { name } of one.includes.toReversed()) {
        const module = this.classNamed(name, one);
        if (module === undefined || found.includes(module)) continue;
        found.push(module);
        visit(module);
      }
      const parent =
        one.superclass?.is === "name" ? this.classNamed(one.superclass.name, one.outer) : undefined;
      if (parent === undefined || found.includes(parent) || found.length > 40) return;
      found.push(parent);
      visit(parent);
    };
    visit(info);
    return found;
  }

  /** A method of the class, of its modules, of what it inherits from, or of the file. */
  method(info: ClassInfo | undefined, name: string, ofClass: boolean): Method | undefined {
    if (info === undefined) return this.#tops[0]?.methods.get(name);
    const own = (one: ClassInfo): Method | undefined =>
      ofClass
        ? (one.ownMethods.get(name) ?? (one === info ? undefined : one.methods.get(name)))
        : one.methods.get(name);
    const direct = own(info);
    if (direct !== undefined) return direct;
    for (const one of this.#ancestors(info)) {
      const found = own(one);
      if (found !== undefined) return found;
    }
    if (ofClass) return undefined;
    for (const top of this.#tops) {
      const found = top.methods.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Superclasses outside of the files that are read: `ApplicationRecord`, `ActiveRecord::Base`. */
  inherits(info: ClassInfo): readonly Tree[] {
    return [info, ...this.#ancestors(info)].flatMap(({ superclass }) =>
      superclass === undefined ? [] : [superclass, ...this.#standsFor(superclass)],
    );
  }

  /** `LegacyMigration = ActiveRecord::Migration[5.0]` in a file of its name, or in one that is required. */
  #standsFor(tree: Tree): readonly Tree[] {
    if (tree.is !== "name" || tree.name.includes("::")) return [];
    const files = folders.map((folder) => join(this.#root, `${folder}/${underscored(tree.name)}.rb`));
    const tops = [...this.#tops, ...files.flatMap((path) => this.#load(path)?.top ?? [])];
    const [value] = tops.flatMap(({ constants }) => constants.get(tree.name) ?? []);
    return [chosen(value, new Map()) ?? []].flat();
  }
}

function inside(top: ClassInfo, parts: readonly string[]): ClassInfo | undefined {
  const whole = top.classes.get(parts.join("::"));
  if (whole !== undefined) return whole;
  let now: ClassInfo | undefined = top;
  for (const part of parts) {
    now = now.classes.get(part);
    if (now === undefined) return undefined;
  }
  return now;
}

/** `db/migrate` → `.`, `engines/shop/db/migrate` → `engines/shop` */
function appRoot(root: string): string {
  const [, app] = /^(.*?)\/?(?:^|\/)db(?:\/|$)/.exec(root) ?? [];
  return app === undefined || app === "" ? "." : app;
}

const join = (folder: string, name: string): string => (folder === "." ? name : `${folder}/${name}`);

function cleaned(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0) parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

/** The literal texts of an argument, in their order. */
function textsIn(tree: Tree): readonly string[] {
  if (tree.is === "text")
    return tree.parts.every((part) => "text" in part)
      ? [tree.parts.map((part) => ("text" in part ? part.text : "")).join("")]
      : [];
  if (tree.is === "call") return tree.args.flatMap(textsIn);
  return [];
}
