/** The order of Django's migrations: a graph over the apps of a project, which each migration's head says. */
import { addTo } from "../../text/group.ts";
import { compareText } from "../paths.ts";

export interface DjangoNode {
  readonly file: string;
  readonly app: string;
  readonly name: string;
  readonly dependencies: readonly DjangoKey[];
  readonly runBefore: readonly DjangoKey[];
  readonly replaces: readonly DjangoKey[];
  /** One of those that make the first version of the app's tables: several that need each other's run together. */
  readonly isInitial: boolean;
}

export interface DjangoKey {
  readonly app: string;
  /** A migration's name, `__first__` or `__latest__`. */
  readonly name: string;
}

const keyOf = ({ app, name }: DjangoKey): string => `${app}.${name}`;

/** What stands between the brackets behind a name of the class. */
function listOf(text: string, name: string): string {
  const start = new RegExp(`^[ \\t]+${name}[ \\t]*(?::[^=\\n]*)?=[ \\t]*[\\[(]`, "m").exec(text);
  if (start === null) return "";
  let depth = 1;
  const from = start.index + start[0].length;
  const marks = /["']|[[(]|[\])]|#[^\n]*/g;
  marks.lastIndex = from;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const [sign] = mark;
    if (sign === '"' || sign === "'") {
      const end = text.indexOf(sign, mark.index + 1);
      if (end < 0) return text.slice(from);
      marks.lastIndex = end + 1;
    } else if (sign === "[" || sign === "(") depth++;
    else if (!sign.startsWith("#") && --depth === 0) return text.slice(from, mark.index);
  }
  return text.slice(from);
}

const pair = /\(\s*[rRuU]?["']([\w.]{1,200})["']\s*,\s*[rRuU]?["']([^"'\n]{1,300})["']\s*,?\s*\)/g;
const swappable = /swappable_dependency\(\s*(?:settings\.(\w+)|["'](\w+)\.\w+["'])/g;

/** @param swapped the app of a setting that names a model: "AUTH_USER_MODEL" is in "auth" */
export function readNode(
  file: string,
  app: string,
  whole: string,
  swapped: (setting: string) => string | undefined,
): DjangoNode {
  // Of two classes, the last one counts.
  const text = whole.slice(Math.max(0, whole.lastIndexOf("\nclass Migration(")));
  const pairs = (list: string): DjangoKey[] =>
    [...list.replace(/#[^\n]*/g, "").matchAll(pair)].map(([, owner = "", name = ""]) => ({
      app: owner,
      name,
    }));
  const dependencies = listOf(text, "dependencies");
  const swaps = [...dependencies.matchAll(swappable)].flatMap(([, setting = "", owner]): DjangoKey[] => {
    const found = owner ?? swapped(setting);
    return found === undefined ? [] : [{ app: found, name: "__first__" }];
  });
  return {
    file,
    app,
    name: file.slice(file.lastIndexOf("/") + 1).replace(/\.py$/, ""),
    dependencies: [...pairs(dependencies), ...swaps],
    runBefore: pairs(listOf(text, "run_before")),
    replaces: pairs(listOf(text, "replaces")),
    isInitial: /^[ \t]+initial[ \t]*(?::[^=\n]*)?=[ \t]*True\b/m.test(text),
  };
}

export interface DjangoOrder {
  readonly nodes: readonly DjangoNode[];
  /** Squashed ones, or what they replace: never both run. */
  readonly replaced: readonly DjangoNode[];
  /** Apps with several last migrations, which Django refuses. */
  readonly conflicts: ReadonlyMap<string, readonly DjangoNode[]>;
}

/** In the order in which Django applies them to an empty database; rings are cut where they are met. */
export function inGraphOrder(given: readonly DjangoNode[]): DjangoOrder {
  const { nodes, alias } = withoutReplaced(given);
  const byKey = new Map(nodes.map((node) => [keyOf(node), node]));
  const ofApp = new Map<string, DjangoNode[]>();
  for (const node of nodes) addTo(ofApp, node.app, node);
  const parents = new Map<DjangoNode, Set<DjangoNode>>(nodes.map((node) => [node, new Set()]));
  const own = (node: DjangoNode): readonly DjangoKey[] =>
    node.dependencies.filter(({ app, name }) => app === node.app && !name.startsWith("__"));
  const roots = new Map(
    [...ofApp].map(([app, all]) => [app, all.find((node) => own(node).length === 0) ?? all[0]]),
  );
  const lasts = new Map(
    [...ofApp].map(([app, all]) => {
      const needed = new Set(
        all.flatMap((node) => own(node).map((key) => alias.get(keyOf(key)) ?? keyOf(key))),
      );
      return [app, all.filter((node) => !needed.has(keyOf(node)))];
    }),
  );
  const find = (key: DjangoKey): DjangoNode | undefined => {
    if (key.name === "__first__") return roots.get(key.app);
    if (key.name === "__latest__") return lasts.get(key.app)?.[0];
    return byKey.get(alias.get(keyOf(key)) ?? keyOf(key));
  };
  for (const node of nodes) {
    for (const key of node.dependencies) {
      const parent = find(key);
      if (parent !== undefined && parent !== node) parents.get(node)?.add(parent);
    }
    for (const key of node.runBefore) {
      const child = find(key);
      if (child !== undefined && child !== node) parents.get(child)?.add(node);
    }
  }
  const sorted = (all: Iterable<DjangoNode>): DjangoNode[] =>
    [...all].sort((a, b) => compareText(a.app, b.app) || compareText(a.name, b.name));
  const ordered = new Set<DjangoNode>();
  const open = new Set<DjangoNode>();
  for (const leaf of sorted([...lasts.values()].flat())) {
    const stack: [DjangoNode, boolean][] = [[leaf, false]];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const [node, isDone] = top;
      if (isDone) ordered.add(node);
      else if (!ordered.has(node) && !open.has(node)) {
        open.add(node);
        stack.push([node, true]);
        for (const parent of sorted(parents.get(node) ?? [])) stack.push([parent, false]);
      }
    }
  }
  for (const node of sorted(nodes)) ordered.add(node);
  const kept = new Set(nodes);
  return {
    nodes: [...ordered],
    replaced: given.filter((node) => !kept.has(node)),
    conflicts: new Map([...lasts].filter(([, all]) => all.length > 1)),
  };
}

/** A squashed migration runs where what it replaces isn't all there; otherwise what it replaces does. */
function withoutReplaced(given: readonly DjangoNode[]): {
  readonly nodes: readonly DjangoNode[];
  readonly alias: ReadonlyMap<string, string>;
} {
  const byKey = new Map(given.map((node) => [keyOf(node), node]));
  const alias = new Map<string, string>();
  const left = new Set<DjangoNode>();
  for (const squash of given) {
    if (squash.replaces.length === 0) continue;
    const replaced = squash.replaces.map((key) => byKey.get(keyOf(key)));
    const last = squash.replaces.findLast(({ app }) => app === squash.app) ?? squash.replaces.at(-1);
    if (replaced.every((node) => node !== undefined) && last !== undefined) {
      left.add(squash);
      alias.set(keyOf(squash), keyOf(last));
      continue;
    }
    for (const [i, node] of replaced.entries()) {
      if (node !== undefined) left.add(node);
      const key = squash.replaces[i];
      if (key !== undefined) alias.set(keyOf(key), keyOf(squash));
    }
  }
  // A squashed migration may replace squashed ones.
  for (const [from, to] of alias) {
    let last = to;
    for (let i = 0; i < 10 && alias.has(last); i++) last = alias.get(last) ?? last;
    alias.set(from, last);
  }
  return { nodes: given.filter((node) => !left.has(node)), alias };
}
