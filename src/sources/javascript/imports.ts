/** Constants, and functions that give one, of the project's own files: `import { users } from "../tables"`. */
import type { Span } from "../../text/span.ts";
import { AliasReader } from "./aliases.ts";
import { parseCode } from "./babel/parse.ts";
import { changedNames } from "./changes.ts";
import { evaluate, returned, unknown, type Reader } from "./evaluate.ts";
import { handed, isPlaceOfHandle } from "./handed.ts";
import { clean, folderOf } from "./files.ts";
import { exportedTrees, migrationModule, passedOn, topLevel, type MigrationModule } from "./module.ts";
import { Scope } from "./scope.ts";
import { child, children, field, keyName, type Tree } from "./tree.ts";
import { declaredHandles } from "./typed.ts";
import { handleAt } from "./walk.ts";
import { fieldOf, type Origin, type Value } from "./value.ts";

/** A module that holds more than names and texts isn't read. */
const longestModule = 100_000;
/** How many files may stand between a migration and a constant. */
const deepest = 3;

const endings = ["", ".ts", ".js", ".mjs", ".cjs", ".mts", ".cts", "/index.ts", "/index.js"];

/** Names of the top level; looked at when they are asked for. */
export function topScope(file: Reader, program: Tree, module: MigrationModule): Scope {
  const top = new Scope();
  const body = children(program, "body");
  const inner = body.map((statement) => child(statement, "declaration") ?? statement);
  const variables = topLevel(inner.filter(({ kind }) => kind === "let" || kind === "var"));
  for (const [name, tree] of importedNames(body)) top.bind(name, { is: "later", tree });
  for (const [name, tree] of topLevel(body)) {
    const changes = variables.has(name) && (variables.size > 100 || isReassigned(file.text, name));
    if (name !== "") top.bind(name, changes ? unknown(tree) : { is: "later", tree });
  }
  for (const [name, value] of declaredHandles(file, body)) top.bind(name, value);
  if (module.className !== undefined) {
    top.bind("this", handleAt(program));
    for (const [name, tree] of module.members)
      if (!module.methods.has(name)) top.bind(`this.${name}`, { is: "later", tree });
    if (module.className !== "") top.bind(module.className, { is: "later", tree: staticFields(module) });
  }
  return top;
}

/** `CreateUsers.TABLES`: the fields of the migration's class as those of a record. */
function staticFields({ members, methods }: MigrationModule): Tree {
  const fields = [...members].filter(([name]) => !methods.has(name));
  const properties = fields.map(([name, value]): Tree => {
    const { start, end } = value;
    return { type: "Property", key: { type: "Identifier", name, start, end }, value, start, end };
  });
  return { type: "ObjectExpression", properties, start: 0, end: 0 };
}

/** True if the text gives the name a value more than once. */
function isReassigned(text: string, name: string): boolean {
  let found = 0;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    if (/[\w$.]/.test(text.charAt(at - 1))) continue;
    const after = text.slice(at + name.length, at + name.length + 20);
    if (/^\s*\+=/.test(after)) return true;
    if (/^\s*=(?![=>])/.test(after)) found++;
  }
  return found > 1;
}

/** Local names of what is imported from files beside, each as a tree of the made-up type `Imported`. */
function importedNames(body: readonly Tree[]): readonly (readonly [string, Tree])[] {
  return body.flatMap((statement) => {
    if (statement.type === "ImportDeclaration") {
      const from = field(child(statement, "source"), "value");
      return children(statement, "specifiers").map((one) => {
        const name =
          one.type === "ImportSpecifier"
            ? keyOf(child(one, "imported"))
            : one.type === "ImportDefaultSpecifier"
              ? "default"
              : "*";
        return imported(keyOf(child(one, "local")), one, from, name);
      });
    }
    return children(statement, "declarations").flatMap((one) => {
      const from = required(child(one, "init"));
      const pattern = child(one, "id");
      if (from === undefined || pattern?.type !== "ObjectPattern") return [];
      return children(pattern, "properties").map((property) =>
        imported(keyOf(child(property, "value")), property, from, keyName(property)),
      );
    });
  });
}

const keyOf = (tree: Tree | undefined): string => field(tree, "name") || field(tree, "value");

const imported = (
  local: string,
  { start, end }: Span,
  from: string,
  name: string,
): readonly [string, Tree] => [local, { type: "Imported", start, end, from, name }];

/** The path in `require("…")`. */
export function required(tree: Tree | undefined): string | undefined {
  if (tree?.type !== "CallExpression" || field(child(tree, "callee"), "name") !== "require") return undefined;
  const path = field(children(tree, "arguments")[0], "value");
  return path === "" ? undefined : path;
}

interface Module {
  readonly file: Reader;
  readonly scope: Scope;
  readonly exports: ReadonlyMap<string, Tree>;
  readonly others: readonly string[];
}

/** Reads the files that migrations import, each once. */
export function importing(
  readFile: Reader["readFile"],
  server: Pick<Reader, "isMysql" | "client">,
): Reader["imported"] {
  const modules = new Map<string, Module | undefined>();
  const aliases = new AliasReader(readFile);
  const read = (path: string, depth: number): Module | undefined => {
    const text = readFile(path);
    if (text === undefined || text.length > longestModule) return undefined;
    const parsed = parseCode(text, path);
    if (!("program" in parsed)) return undefined;
    const { program } = parsed;
    const file: Reader = {
      path,
      text,
      readFile,
      ...server,
      changed: changedNames(program),
      imported: (from, source, name, at) => find(from, source, name, at, depth + 1),
    };
    const scope = topScope(file, program, migrationModule(program));
    return { file, scope, exports: exportedTrees(program), others: passedOn(program) };
  };
  const find = (from: string, source: string, name: string, at: Span, depth: number): Value => {
    const isBeside = source.startsWith(".");
    const named = isBeside ? [] : aliases.pathsOf(folderOf(from), source);
    const isOurs = isBeside || named.some((one) => !one.endsWith(source));
    const nothing: Value = { is: "unknown", at, from: isOurs ? "project" : packageOf(source) };
    if (depth > deepest) return nothing;
    const bases = isBeside ? [clean(`${folderOf(from)}/${source}`)] : named;
    const paths = bases
      .flatMap((base) => [base.replace(/\.js$/, ""), base])
      .flatMap((one) => endings.map((ending) => one + ending));
    for (const path of paths) {
      if (!/\.[cm]?[jt]s$/.test(path)) continue;
      if (!modules.has(path)) {
        // What imports itself is unknown.
        modules.set(path, undefined);
        modules.set(path, read(path, depth));
      }
      const module = modules.get(path);
      if (module !== undefined) return exported(module, name, { path: from, at });
    }
    return nothing;
  };
  return (from, source, name, at) => find(from, source, name, at, 0);
}

/** What Node brings reaches no database, unless it runs a program. */
const packageOf = (source: string): Origin | undefined => (ofNode.test(source) ? undefined : "package");
const ofNode =
  /^(?:node:)?(?:assert|buffer|crypto|events|fs|http|https|os|path|perf_hooks|process|querystring|readline|stream|timers|url|util|v8|zlib)(?:\/|$)/;

/** Where an imported value is used. */
export interface Use {
  readonly path: string;
  readonly at: Span;
}

function exported({ file, scope, exports, others }: Module, name: string, use: Use): Value {
  const nothing: Value = { is: "unknown", at: use.at, from: "project" };
  const named = exports.get(name);
  if (named !== undefined) return moved(file, evaluate(file, named, scope), use);
  // What CommonJS assigns to `module.exports`.
  const whole = exports.get("*");
  if (whole !== undefined) {
    const value = moved(file, evaluate(file, whole, scope), use);
    if (name === "*" || name === "default") return value;
    return fieldOf(value, name) ?? (value.is === "unknown" ? value.member?.(name) : undefined) ?? nothing;
  }
  for (const source of name === "*" || name === "default" ? [] : others) {
    const value = file.imported(file.path, source, name, use.at);
    if (value.is !== "unknown" || value.member !== undefined) return moved(file, value, use);
  }
  if (name !== "*") return nothing;
  const own = [...exports].map(([key, tree]): [string, Value] => [
    key,
    moved(file, evaluate(file, tree, scope), use),
  ]);
  const passed = others.map((source) => file.imported(file.path, source, "*", use.at));
  const fields = passed.flatMap((one) => (one.is === "record" ? [...one.fields] : []));
  const open = passed.some((one) => one.is !== "record" || one.open);
  return { is: "record", fields: new Map([...fields, ...own]), places: new Map(), open, at: use.at };
}

/** A chain of another file that nothing has sent yet, with its callbacks, as one that stands where it is used. */
export function movedBuilder(file: Reader, value: Value, use: Use): Value {
  if (value.is !== "chain") return moved(file, value, use);
  const { at } = use;
  return {
    ...value,
    at,
    root: movedBuilder(file, value.root, use),
    rootTree: { type: "Identifier", name: value.rootName, ...at },
    links: value.links.map((link) => ({
      ...link,
      at,
      trees: [],
      values: link.values?.map((one) => movedBuilder(file, one, use)),
    })),
  };
}

/** A value of another file as one that stands where it is used: constants, and functions that give one. */
function moved(file: Reader, value: Value, use: Use): Value {
  const { path, at } = use;
  switch (value.is) {
    case "text": {
      // What a file of SQL says stands there.
      const segments = value.segments.map((one) =>
        one.path === file.path ? { text: one.text, path, at, exact: false } : one,
      );
      return { ...value, at, segments };
    }
    case "plain":
    case "imported":
      return { ...value, at };
    case "list":
      return { ...value, at, items: value.items.map((item) => moved(file, item, use)) };
    case "record": {
      const fields = [...value.fields].map(([key, one]): [string, Value] => [key, moved(file, one, use)]);
      return { ...value, at, fields: new Map(fields), places: new Map() };
    }
    case "function":
      return {
        is: "imported",
        at,
        body: { file, called: value },
        call: (given, calls, place) => {
          const made = returned(file, value, given, calls);
          const there = made && moved(file, made, { path, at: place });
          return there?.is === "unknown" ? undefined : there;
        },
      };
    case "handle":
      return { ...value, at };
    case "chain":
      return isPlaceOfHandle(value) ? handed(value, at) : { is: "unknown", at, from: "project" };
    case "unknown": {
      const { member } = value;
      const there = (name: string): Value | undefined => {
        const one = member?.(name);
        return one && moved(file, one, use);
      };
      return { is: "unknown", at, from: "project", member: member && there };
    }
    default:
      return { is: "unknown", at, from: "project" };
  }
}
