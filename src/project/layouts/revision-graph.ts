/** The graph of revisions that name the ones they continue, and the order in which they run. */
import { addTo } from "../../text/group.ts";

/** What the head of a migration says. */
export interface Revision {
  readonly file: string;
  readonly id: string;
  /** The revisions that it continues; several: it merges branches. */
  readonly downs: readonly string[];
  readonly dependsOn: readonly string[];
  /** Names of branches that are meant to stay apart. */
  readonly labels: readonly string[];
}

/** Also behind another one in its line: `revision = "b"; down_revision = "a"`. */
const assignment = (name: string): RegExp =>
  new RegExp(`^(?:\\w[^#;\\n]{0,200};[ \\t]*){0,3}${name}[ \\t]*(?::[^=\\n]{1,80})?=[ \\t]*`, "m");

/** `revision, down_revision = "b", "a"` */
const severalAtOnce = (name: string): RegExp =>
  new RegExp(`^((?:\\w+[ \\t]*,[ \\t]*){0,9})${name}[ \\t]*(?:,[ \\t]*\\w+[ \\t]*){0,9}=[ \\t]*`, "m");

const patternsOf = (name: string): readonly [RegExp, RegExp] => [assignment(name), severalAtOnce(name)];

const places = {
  revision: patternsOf("revision"),
  down: patternsOf("down_revision"),
  dependsOn: patternsOf("depends_on"),
  labels: patternsOf("branch_labels"),
};

const oneValue = /^(?:"[^"\n]*"|'[^'\n]*'|[^;,#"'\r\n])*/;

/** What a variable of the module is given, a list without its end; undefined: there is no such variable. */
function valueOf(text: string, [alone, several]: readonly [RegExp, RegExp]): string | undefined {
  const match = alone.exec(text) ?? several.exec(text);
  if (match === null) return undefined;
  let rest = text.slice(match.index + match[0].length, match.index + match[0].length + 4000);
  for (let before = match[1]?.split(",").length ?? 1; before > 1; before--)
    rest = rest.replace(oneValue, "").replace(/^,[ \t]*/, "");
  const end = /^[([{]/.test(rest) ? rest.search(/[)\]}]/) : oneValue.exec(rest)?.[0].length;
  return rest.slice(0, end === -1 ? undefined : end).replace(/#[^\n]*/g, "");
}

const textOrName = /"([^"\n]*)"|'([^'\n]*)'|\b([A-Za-z_][\w.]*)/g;

/** One text, or those of a list, also by the names of variables. */
function textsOf(text: string, patterns: readonly [RegExp, RegExp]): readonly string[] | undefined {
  const value = valueOf(text, patterns);
  if (value === undefined) return undefined;
  return [...value.matchAll(textOrName)].flatMap(([, a, b, name]) => {
    const own = a ?? b;
    if (own !== undefined || name === undefined || name.includes(".")) return own ?? [];
    const [, c, d] = /^(?:"([^"]*)"|'([^']*)')/.exec(valueOf(text, patternsOf(name)) ?? "") ?? [];
    return c ?? d ?? [];
  });
}

/** `(cli.EXPAND,)` is a label of another name. */
function labelsOf(text: string): readonly string[] {
  const texts = textsOf(text, places.labels) ?? [];
  const value =
    valueOf(text, places.labels)
      ?.replace(/^[([{]/, "")
      .trim() ?? "";
  return texts.length > 0 || value === "" || value === "None" ? texts : [value];
}

/** Undefined: it is no revision. */
export function revisionOf(file: string, text: string): Revision | undefined {
  const head = text.slice(0, 16_384);
  const [id] = textsOf(head, places.revision) ?? [];
  const downs = textsOf(head, places.down);
  if (id === undefined || downs === undefined) return undefined;
  const dependsOn = textsOf(head, places.dependsOn) ?? [];
  return { file, id, downs, dependsOn, labels: labelsOf(head) };
}

/** The revisions that continue one that isn't there, with its name: Alembic refuses whatever it is asked. */
export function missingOf(revisions: readonly Revision[]): ReadonlyMap<Revision, string> {
  const ids = new Set(revisions.map(({ id }) => id));
  return new Map(
    revisions.flatMap((revision): [Revision, string][] => {
      const missing = revision.downs.find((id) => !ids.has(id));
      return missing === undefined ? [] : [[revision, missing]];
    }),
  );
}

/**
 * Down each branch from its head, as long as no other head needs the revision. What continues a revision that isn't
 * there comes behind the others: that one follows some of them. Files of one id are beside each other. A cycle leaves the
 * rest in the order of the files.
 *
 * @param revisions in the order of their files
 */
export function inOrder(revisions: readonly Revision[]): readonly Revision[] {
  const byId = new Map(revisions.map((revision) => [revision.id, revision]));
  const filesOf = new Map<string, Revision[]>();
  for (const revision of revisions) addTo(filesOf, revision.id, revision);
  const parents = new Map(
    revisions.map((revision) => [
      revision.id,
      [...new Set([...revision.downs, ...revision.dependsOn])].filter(
        (id) => byId.has(id) && id !== revision.id,
      ),
    ]),
  );
  const children = new Map<string, string[]>();
  for (const [id, all] of parents) for (const parent of all) addTo(children, parent, id);
  const ancestors = (id: string): Set<string> => {
    const found = new Set([id]);
    // A set goes on over what is added to it.
    for (const one of found) for (const parent of parents.get(one) ?? []) found.add(parent);
    return found;
  };
  const todo = new Set(byId.keys());
  const cut = new Set([...missingOf(revisions).keys()].map(({ id }) => id));
  const isCut = (ids: ReadonlySet<string>): boolean => [...ids].some((id) => cut.has(id));
  const branches = [...byId.keys()].flatMap((id) =>
    children.has(id) ? [] : [{ head: id, ids: ancestors(id) }],
  );
  const newest = [...branches.filter(({ ids }) => isCut(ids)), ...branches.filter(({ ids }) => !isCut(ids))];
  const heads = newest.map(({ head }) => head);
  const below = newest.map(({ ids }) => ids);
  const newestFirst: string[] = [];
  let at = 0;
  for (let left = revisions.length * (heads.length + 2) * 2; heads.length > 0 && left > 0; left--) {
    const candidate = heads[at];
    if (candidate === undefined) break;
    const needing = below.findIndex((ids, other) => other !== at && ids.has(candidate));
    if (needing >= 0) {
      at = needing;
      continue;
    }
    if (todo.delete(candidate)) newestFirst.push(candidate);
    const next = (parents.get(candidate) ?? []).filter((id) => todo.has(id) && !heads.includes(id));
    const [first, ...others] = next;
    if (first === undefined) {
      heads.splice(at, 1);
      below.splice(at, 1);
      at = Math.max(0, at - 1);
      continue;
    }
    heads[at] = first;
    const own = below[at];
    // Along a line of revisions, the set is the same without the one that is done.
    if (others.length === 0 && (parents.get(candidate) ?? []).length === 1 && own !== undefined)
      own.delete(candidate);
    else below[at] = ancestors(first);
    for (const other of others) {
      heads.push(other);
      below.push(ancestors(other));
    }
  }
  return [...newestFirst.reverse(), ...todo].flatMap((id) => filesOf.get(id) ?? []);
}

/** The heads that have something in common, each group in the given order; none where branches have labels. */
export function forksOf(revisions: readonly Revision[]): readonly (readonly Revision[])[] {
  if (revisions.some(({ labels }) => labels.length > 0)) return [];
  const byId = new Map(revisions.map((revision) => [revision.id, revision]));
  const continued = new Set(revisions.flatMap(({ downs }) => downs));
  const groups: Revision[][] = [];
  const groupOf = new Map<string, Revision[]>();
  // Files of one id are another mistake, and one head.
  for (const head of byId.values()) {
    if (continued.has(head.id)) continue;
    const ids = new Set([head.id]);
    let group: Revision[] | undefined;
    // A set goes on over what is added to it; what another head continues is known.
    for (const id of ids) {
      const known = groupOf.get(id);
      if (known === undefined) for (const down of byId.get(id)?.downs ?? []) ids.add(down);
      group ??= known;
    }
    if (group === undefined) groups.push((group = []));
    group.push(head);
    for (const id of ids) if (!groupOf.has(id)) groupOf.set(id, group);
  }
  return groups.filter(({ length }) => length > 1);
}
