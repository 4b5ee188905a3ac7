/** Which functions of a file are the migration: exported ones, or methods of a class. */
import { enumObject } from "./enums.ts";
import { bare, child, children, field, isFunction, keyName, subtrees, type Tree } from "./tree.ts";

export interface MigrationModule {
  readonly up?: Tree | undefined;
  /** `false`: said to have no way back (`exports.down = false`). */
  readonly down?: Tree | false | undefined;
  /** The whole file is the migration: a script. */
  readonly methods: ReadonlyMap<string, Tree>;
  /** Fields of the class, and what is exported. */
  readonly members: ReadonlyMap<string, Tree>;
  readonly className?: string | undefined;
  /** What it exports is put together when it runs. */
  readonly open?: boolean | undefined;
}

/** The names of the two functions. */
export interface Directions {
  readonly up: string;
  readonly down: string;
}

export function migrationModule(
  program: Tree,
  { up: upName, down: downName }: Directions = { up: "up", down: "down" },
): MigrationModule {
  const body = children(program, "body");
  const top = topLevel(body);
  const classes = body.flatMap((statement) => classesOf(statement, top));
  const migration = classes.find((one) => methodsOf(one).has(upName));
  if (migration !== undefined) {
    const methods = methodsOf(migration);
    return {
      up: methods.get(upName),
      down: methods.get(downName),
      methods,
      members: new Map([...fieldsOf(migration), ...methods]),
      className: field(child(migration, "id"), "name"),
    };
  }
  const members = exportsOf(body, top);
  const down = members.get(downName);
  return {
    up: functionOf(members.get(upName), top),
    down: isFalse(down) ? false : (functionOf(down, top) ?? functionElsewhere(down, top)),
    methods: new Map(),
    members,
    open: hasOpenExports(program),
  };
}

/** `exports["u" + "p"] = …`, `Object.assign(exports, …)`, `const e = exports`, `if (…) exports.up = …`. */
function hasOpenExports(program: Tree): boolean {
  const open: { readonly tree: Tree; readonly parent: Tree | undefined; readonly depth: number }[] = [
    { tree: program, parent: undefined, depth: 0 },
  ];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { tree, parent, depth } = place;
    if (tree.type === "AssignmentExpression") {
      const left = child(tree, "left");
      const isOwn =
        isExports(left) || (left?.type === "MemberExpression" && isExports(child(left, "object")));
      // The statement and the file around it.
      if (isOwn && depth > 2 && parent?.type !== "AssignmentExpression") return true;
    }
    if (isExports(tree) && parent !== undefined && usesWhole(tree, parent)) return true;
    if (field(tree, "name") === "module" && tree.type === "Identifier" && isComputed(parent, tree))
      return true;
    for (const part of subtrees(tree)) open.push({ tree: part, parent: tree, depth: depth + 1 });
  }
  return false;
}

const isExports = (tree: Tree | undefined): boolean =>
  (tree?.type === "Identifier" && field(tree, "name") === "exports") ||
  (tree?.type === "MemberExpression" &&
    keyName(tree) === "exports" &&
    field(child(tree, "object"), "name") === "module");

/** A member of it whose name isn't written. */
const isComputed = (parent: Tree | undefined, tree: Tree): boolean =>
  parent?.type === "MemberExpression" && child(parent, "object") === tree && keyName(parent) === "";

/** It isn't one of its members, read or written, nor given a value. */
function usesWhole(tree: Tree, parent: Tree): boolean {
  switch (parent.type) {
    case "MemberExpression":
      if (child(parent, "object") === tree) return keyName(parent) === "";
      // `module.exports`, `x.exports`
      return parent.computed === true;
    case "Property":
      return parent.computed === true || child(parent, "value") === tree;
    case "AssignmentExpression":
    case "ExpressionStatement":
      return false;
    case "CallExpression": {
      // What compilers write.
      const [first, second] = children(parent, "arguments");
      const isMark = second?.value === "__esModule";
      return first !== tree || !isMark;
    }
    default:
      return true;
  }
}

const isFalse = (tree: Tree | undefined): boolean => tree?.type === "Literal" && tree.value === false;

/** What the names of the top level are. */
export function topLevel(body: readonly Tree[]): ReadonlyMap<string, Tree> {
  const found = new Map<string, Tree>();
  for (const statement of body) {
    const inner = /^Export(?:Named|Default)Declaration$/.test(statement.type)
      ? (child(statement, "declaration") ?? statement)
      : statement;
    if (isFunction(inner) || inner.type === "ClassDeclaration")
      found.set(field(child(inner, "id"), "name"), inner);
    const values = enumObject(inner);
    if (values !== undefined) found.set(field(child(inner, "id"), "name"), values);
    for (const one of children(inner, "declarations")) {
      const init = child(one, "init");
      const name = field(child(one, "id"), "name");
      if (init !== undefined && name !== "") found.set(name, init);
    }
  }
  return found;
}

/** A function behind a name, in brackets, or wrapped in a call: `withTransaction(async (knex) => …)`. */
function functionOf(tree: Tree | undefined, top: ReadonlyMap<string, Tree>): Tree | undefined {
  if (tree === undefined) return undefined;
  if (tree.type === "Identifier") {
    const named = top.get(field(tree, "name"));
    return isFunction(named) ? named : undefined;
  }
  if (tree.type === "CallExpression") return children(tree, "arguments").find(isFunction);
  return isFunction(tree) ? tree : undefined;
}

/** `exports.down = noop`: a function of another module, whose call is all that is known of it. */
function functionElsewhere(tree: Tree | undefined, top: ReadonlyMap<string, Tree>): Tree | undefined {
  if (tree === undefined) return undefined;
  const root = tree.type === "MemberExpression" ? child(tree, "object") : tree;
  if (root?.type !== "Identifier" || field(root, "name") === "undefined") return undefined;
  const own = top.get(field(root, "name"));
  if (own !== undefined && own.type !== "CallExpression") return undefined;
  const { start, end } = tree;
  const name = tree.type === "MemberExpression" ? keyName(tree) : field(tree, "name");
  const called: Tree = { type: "CallExpression", callee: tree, arguments: [], start, end };
  const statement: Tree = { type: "ExpressionStatement", expression: called, start, end };
  const inner: Tree = { type: "BlockStatement", body: name === "noop" ? [] : [statement], start, end };
  return { type: "FunctionExpression", params: [], body: inner, start, end };
}

function classesOf(statement: Tree, top: ReadonlyMap<string, Tree>): readonly Tree[] {
  switch (statement.type) {
    case "ClassDeclaration":
    case "ClassExpression":
      return [statement];
    case "ExportNamedDeclaration":
    case "ExportDefaultDeclaration": {
      const declaration = child(statement, "declaration");
      return declaration === undefined ? [] : classesOf(declaration, top);
    }
    case "VariableDeclaration":
      return children(statement, "declarations").flatMap((one) => {
        const init = child(one, "init");
        return init === undefined ? [] : classesOf(init, top);
      });
    case "TSExportAssignment": {
      const whole = wholeExport(statement);
      return whole === undefined ? [] : classesOf(whole, top);
    }
    case "ExpressionStatement": {
      const right = child(child(statement, "expression"), "right");
      return right === undefined ? [] : classesOf(right, top);
    }
    default:
      return [];
  }
}

function methodsOf(tree: Tree): ReadonlyMap<string, Tree> {
  const found = new Map<string, Tree>();
  for (const member of children(child(tree, "body"), "body")) {
    const value = child(member, "value");
    if (value !== undefined && isFunction(value)) found.set(keyName(member), value);
  }
  return found;
}

function fieldsOf(tree: Tree): readonly (readonly [string, Tree])[] {
  return children(child(tree, "body"), "body").flatMap((member) => {
    const value = child(member, "value");
    return value === undefined ? [] : [[keyName(member), value] as const];
  });
}

/** TypeScript's `export = …`, without a type. */
function wholeExport(statement: Tree): Tree | undefined {
  const expression = child(statement, "expression");
  return expression && bare(expression);
}

/** `exports.up = …`, `module.exports = { up }`, `export function up`, `export default { up }`, `export = { up }`. */
function exportsOf(body: readonly Tree[], top: ReadonlyMap<string, Tree>): ReadonlyMap<string, Tree> {
  const found = new Map<string, Tree>();
  const takeRecord = (given: Tree | undefined): void => {
    const tree = given?.type === "Identifier" ? top.get(field(given, "name")) : given;
    for (const property of children(tree, "properties")) {
      const value = child(property, "value");
      if (value !== undefined) found.set(keyName(property), value);
    }
  };
  for (const statement of body) {
    if (statement.type === "ExpressionStatement")
      assignment(child(statement, "expression"), found, takeRecord);
    else if (statement.type === "ExportDefaultDeclaration") takeRecord(child(statement, "declaration"));
    else if (statement.type === "TSExportAssignment") takeRecord(wholeExport(statement));
    else if (statement.type === "ExportNamedDeclaration") {
      const declaration = child(statement, "declaration");
      for (const [name, tree] of declaration === undefined ? [] : topLevel([declaration]))
        found.set(name, tree);
      for (const one of children(statement, "specifiers")) {
        const local = child(one, "local");
        // What isn't declared here is imported: `import { Order } from "./order"; export { Order };`
        if (local !== undefined && statement["source"] == null)
          found.set(nameOf(child(one, "exported")), named(local, top));
      }
    }
  }
  return found;
}

function assignment(
  expression: Tree | undefined,
  found: Map<string, Tree>,
  takeRecord: (tree: Tree | undefined) => void,
): void {
  // `exports.up = exports.down = …`: the value is the last one.
  let value = expression;
  const targets: Tree[] = [];
  while (value?.type === "AssignmentExpression") {
    const left = child(value, "left");
    if (left !== undefined) targets.push(left);
    value = child(value, "right");
  }
  if (value === undefined) return;
  for (const target of targets) {
    const object = child(target, "object");
    if (isExports(target)) takeRecord(bare(value));
    else if (target.type === "MemberExpression" && isExports(object)) {
      if (keyName(target) === "default") takeRecord(bare(value));
      else found.set(keyName(target), bare(value));
    }
  }
}

/** What a module exports by name; `default`, and `*` for what CommonJS assigns to `module.exports`. */
export function exportedTrees(program: Tree): ReadonlyMap<string, Tree> {
  const body = children(program, "body");
  const top = topLevel(body);
  const found = new Map(exportsOf(body, top));
  for (const statement of body) {
    const declared =
      statement.type === "ExportDefaultDeclaration" ? child(statement, "declaration") : undefined;
    if (declared !== undefined) found.set("default", named(declared, top));
    const whole = statement.type === "TSExportAssignment" ? wholeExport(statement) : undefined;
    if (whole !== undefined) found.set("*", named(whole, top));
    const from = field(child(statement, "source"), "value");
    if (statement.type === "ExportNamedDeclaration" && from !== "")
      for (const { start, end, ...one } of children(statement, "specifiers")) {
        const name = nameOf(child({ ...one, start, end }, "local"));
        found.set(nameOf(child({ ...one, start, end }, "exported")), {
          type: "Imported",
          start,
          end,
          from,
          name,
        });
      }
    const expression = statement.type === "ExpressionStatement" ? child(statement, "expression") : undefined;
    const right = child(expression, "right");
    if (expression?.type !== "AssignmentExpression" || right === undefined) continue;
    if (isExports(child(expression, "left"))) found.set("*", named(right, top));
  }
  return found;
}

/** Where `export * from "./triggers"` leads. */
export const passedOn = (program: Tree): readonly string[] =>
  children(program, "body").flatMap((one) =>
    one.type === "ExportAllDeclaration" ? [field(child(one, "source"), "value")] : [],
  );

const nameOf = (tree: Tree | undefined): string => field(tree, "name") || field(tree, "value");

const named = (tree: Tree, top: ReadonlyMap<string, Tree>): Tree =>
  tree.type === "Identifier" ? (top.get(field(tree, "name")) ?? tree) : tree;
