/**
 * Each file leads from one version to the next, and only the names say in which order: `00c949a6-8b923d61.patch.sql`,
 * the update scripts of an extension, `hstore--1.1--1.2.sql` (PostgreSQL's manual, 36.17.5), and
 * `upgrade-1.1.0-to-1.2.0-mysql.sql` beside a `schema-1.2.0-mysql.sql` for each release.
 */
import { baseName } from "../files/paths.ts";
import { compareComponents, compareNatural } from "../version.ts";
import { assemble, type Piece } from "./assemble.ts";
import { countFiles, type FolderView, type Layout } from "./layout.ts";
import { isDirect, isNoStep, isSql } from "./names.ts";
import { addTo } from "../../text/group.ts";

const hashes = /^([0-9a-f]{7,40})-([0-9a-f]{7,40})(?:\.([a-z]{1,20}))?\.([a-z]{2,4})$/;
const extension = /^([a-z]\w{0,62})--([\w.]{1,40})(?:--([\w.]{1,40}))?\.(sql)$/i;
const releases =
  /^(?:[a-z]{2,20}[-_.])??(upgrade|update|migrate|migration|schema)[-_.]v?(\d[\d.]{0,20}?)(?:[-_.]to[-_.]v?(\d[\d.]{0,20}?))?(?:[-_.]([a-z]\w{0,20}))?\.(sql)$/i;
const inCode = /^(?:php|py|rb|go|[jt]s)$/;
const last = /^(?:cleanup|after|post)$/;

/** One file. */
interface Step {
  readonly file: string;
  /** Which extension; empty for hashes. */
  readonly of: string;
  /** Undefined: it makes all of `to`. */
  readonly from: string | undefined;
  readonly to: string;
  /** `patch`, `cleanup`. */
  readonly word: string;
  readonly code: boolean;
}

function readStep(file: string): Step | undefined {
  if (!isDirect(file) || file.length > 255) return undefined;
  const [, old, next, word = "", ending = ""] = hashes.exec(file) ?? [];
  if (old !== undefined && next !== undefined) {
    const code = inCode.test(ending);
    return code || ending === "sql" ? { file, of: "", from: old, to: next, word, code } : undefined;
  }
  const [, of, version, to] = extension.exec(file) ?? releaseStep(file);
  if (of === undefined || version === undefined) return undefined;
  return { file, of, from: to === undefined ? undefined : version, to: to ?? version, word: "", code: false };
}

/** A schema as a whole has one version, an upgrade two. */
function releaseStep(file: string): readonly (string | undefined)[] {
  const [, word = "", version, to, database = ""] = releases.exec(file) ?? [];
  if (version === undefined || (to === undefined) !== /^schema$/i.test(word)) return [];
  return [file, `release ${database}`, version, to];
}

const stepsOf = (view: FolderView): readonly Step[] => view.files.flatMap((file) => readStep(file) ?? []);

const isDowngrade = ({ of, from, to }: Step): boolean =>
  of !== "" && from !== undefined && compareComponents(from, to) > 0;

interface Link {
  readonly from: string;
  readonly to: string;
}

/**
 * The versions of the longest way, in order (Kahn's topological sorting). Of ways of one length the one that ends,
 * and then starts, with the lesser name.
 */
function longestWay(links: readonly Link[]): readonly string[] {
  const outgoing = new Map<string, Link[]>();
  const waiting = new Map<string, number>();
  for (const link of links) {
    addTo(outgoing, link.from, link);
    waiting.set(link.from, waiting.get(link.from) ?? 0);
    waiting.set(link.to, (waiting.get(link.to) ?? 0) + 1);
  }
  const before = new Map<string, string>();
  const length = new Map<string, number>();
  const ready = [...waiting].flatMap(([version, count]) => (count === 0 ? [version] : []));
  for (const version of ready) {
    for (const { to } of outgoing.get(version) ?? []) {
      const reached = (length.get(version) ?? 0) + 1;
      if (reached > (length.get(to) ?? 0)) {
        length.set(to, reached);
        before.set(to, version);
      }
      const left = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  const [end] = ready.toSorted((a, b) => (length.get(b) ?? 0) - (length.get(a) ?? 0) || compareNatural(a, b));
  const way: string[] = [];
  for (let at = end; at !== undefined; at = before.get(at)) way.push(at);
  return way.reverse();
}

/** The files of one chain in order, its downgrades apart, and how many are other ways to the same versions. */
function follow(steps: readonly Step[]): { ups: readonly Step[]; downs: readonly Step[]; others: number } {
  const links = new Map<string, Link>();
  for (const step of steps)
    if (step.from !== undefined && !isDowngrade(step))
      links.set(`${step.from} ${step.to}`, { from: step.from, to: step.to });
  const way = longestWay([...links.values()]);
  const place = new Map(way.map((version, at) => [version, at]));
  const next = (from: string | undefined, to: string): boolean =>
    (from === undefined ? -1 : (place.get(from) ?? -2)) + 1 === place.get(to);
  const ups = steps
    .filter((step) => !isDowngrade(step) && next(step.from, step.to))
    .sort(
      (a, b) =>
        (place.get(a.to) ?? 0) - (place.get(b.to) ?? 0) ||
        Number(last.test(a.word)) - Number(last.test(b.word)) ||
        Number(a.code) - Number(b.code) ||
        compareNatural(a.file, b.file),
    );
  const downs = steps.filter((step) => isDowngrade(step) && next(step.to, step.from ?? ""));
  return { ups, downs, others: steps.length - ups.length - downs.length };
}

const pieceOf = ({ file, from, to, of, code }: Step, direction: "up" | "down"): Piece => {
  const name = baseName(file).replace(/\.[a-z]+$/i, "");
  const [version, base] = direction === "up" ? [to, from] : [from, to];
  const key = code || of === "" ? file : `${of} ${base ?? ""} ${version ?? ""}`;
  return { file, direction, version, key, description: name, name, kind: "versioned", code };
};

export const chain: Layout = {
  name: "chain",
  detect(view) {
    const all = stepsOf(view);
    const steps = all.filter(({ from, code }) => from !== undefined && !code);
    const reached = new Set(all.map(({ of, to }) => `${of} ${to}`));
    const linked = steps.filter(({ of, from }) => reached.has(`${of} ${from ?? ""}`));
    const others = view.files.filter((file) => isSql(file) && isDirect(file) && !isNoStep(file));
    const example = linked.at(-1);
    if (example === undefined || linked.length * 2 < steps.length || all.length * 2 < others.length)
      return undefined;
    return {
      files: all.length,
      because: `${countFiles(steps.length)} named by two versions, like ${example.file}`,
    };
  },
  read(view, options) {
    const chains = new Map<string, Step[]>();
    for (const step of stepsOf(view)) addTo(chains, step.of, step);
    const followed = [...chains.values()].map(follow);
    const ups = followed.flatMap(({ ups }) => ups.map((step) => pieceOf(step, "up")));
    const downs = followed.flatMap(({ downs }) => downs.map((step) => pieceOf(step, "down")));
    const others = followed.reduce((sum, one) => sum + one.others, 0);
    const place = new Map(ups.map(({ file }, at) => [file, at]));
    const read = assemble(
      view,
      options,
      [...ups.filter(({ code }) => code !== true), ...downs],
      (a, b) => (place.get(a.file) ?? 0) - (place.get(b.file) ?? 0),
      ups.filter(({ code }) => code === true),
    );
    return {
      rollbacks: "none",
      continues: followed.some(({ ups: [first] }) => first?.from !== undefined),
      rollbackName: (migration) => `${migration.name}.down.sql`,
      ...read,
      notes: others === 0 ? [] : [`${countFiles(others)} for other ways to the same versions: left out`],
    };
  },
};
