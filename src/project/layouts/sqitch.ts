/** Sqitch: `deploy/x.sql` undone by `revert/x.sql`, in the order of the lines of `sqitch.plan`; no numbers anywhere. */
import type { FileProblem } from "../file-problem.ts";
import { baseName, isWithin, join, parentOf } from "../files/paths.ts";
import { linesOf } from "../scan.ts";
import { assemble, badName, type Piece } from "./assemble.ts";
import { countFiles, type FolderView, type Layout } from "./layout.ts";
import { isSql, isText } from "./names.ts";

/** Of `sqitch.conf`; paths below the root. */
interface Settings {
  readonly plan: string;
  readonly deploy: string;
  readonly revert: string;
  readonly extension: string;
}

interface SettingsFile {
  /** Where it lies, below the root or above it. */
  readonly folder: string;
  readonly text: string;
}

/** It lies where `sqitch` is called: in the root, or above it where `top_dir` leads there. */
function settingsFile(view: FolderView): SettingsFile | undefined {
  for (const folder of [".", "..", "../..", "../../.."]) {
    const text = view.read(join(folder, "sqitch.conf"));
    if (text === undefined) continue;
    const { plan } = settingsIn({ folder, text });
    // One of another folder that has a plan of its own is not meant.
    return folder === "." || view.read(plan) === view.read("sqitch.plan") ? { folder, text } : undefined;
  }
  return undefined;
}

const usual: Settings = { plan: "sqitch.plan", deploy: "deploy", revert: "revert", extension: "sql" };

/** `/repo/sqitch.plan`: this folder has another name there. */
const isOfContainer = (path: string): boolean => path.startsWith("/");

function settingsIn({ folder, text }: SettingsFile): Settings {
  const stated = (name: string): string | undefined =>
    new RegExp(`^[ \\t]*${name}[ \\t]*=[ \\t]*"?([^"\\r\\n#;]{1,200})`, "im").exec(text)?.[1]?.trim();
  const ofTop = stated("top_dir") ?? ".";
  const top = isOfContainer(ofTop) ? folder : join(folder, ofTop);
  const below = (name: string, otherwise: string): string => {
    const own = stated(name);
    if (own === undefined) return join(top, otherwise);
    return isOfContainer(own) ? join(top, baseName(own)) : join(folder, own);
  };
  return {
    plan: below("plan_file", usual.plan),
    deploy: below("deploy_dir", usual.deploy),
    revert: below("revert_dir", usual.revert),
    extension: stated("extension") ?? usual.extension,
  };
}

function settingsOf(view: FolderView): Settings {
  const file = settingsFile(view);
  return file === undefined ? usual : settingsIn(file);
}

/**
 * What `sqitch.conf` calls the server (`pg`, `mysql`): the engine of every `sqitch deploy`, else the scheme of the first
 * target, `db:pg://host/name`.
 */
export function engineOf(view: FolderView): { readonly word: string; readonly file: string } | undefined {
  const conf = settingsFile(view);
  const word =
    conf && (/^[ \t]*engine[ \t]*=[ \t]*"?(\w{1,20})/im.exec(conf.text) ?? target.exec(conf.text))?.[1];
  if (conf === undefined || word === undefined) return undefined;
  return { word, file: join(view.root, conf.folder, "sqitch.conf") };
}

const target = /^[ \t]*(?:uri|target)[ \t]*=[ \t]*"?db:(\w{1,20}):/im;

const unplanned =
  "name it in sqitch.plan before the changes that need it, or delete its scripts (deploy, revert, verify); if a change of the plan has no script, the file may be that one under another name";

const planOf = (view: FolderView): string => join(view.root, settingsOf(view).plan);

interface Change {
  readonly name: string;
  /** See `Migration`. */
  readonly writtenAt: string | undefined;
}

/** Behind the name and what it needs in brackets, in UTC. */
const time = /\s(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z\s/;

/**
 * Changes in the order of the plan. A change that is reworked comes again: its older script is `x@tag`, of any
 * tag between the two, as Sqitch looks for it (`sqitch rework` takes the newest).
 */
function planned(view: FolderView, settings: Settings): readonly Change[] {
  const changes: (Change & { name: string; readonly tags: string[] })[] = [];
  const newest = new Map<string, number>();
  for (const line of linesOf(view.read(settings.plan) ?? "")) {
    const text = line.text.trim();
    if (text === "" || /^[%#]/.test(text)) continue;
    const word = text.split(/\s/, 1)[0] ?? "";
    if (word.startsWith("@")) {
      changes.at(-1)?.tags.push(word);
      continue;
    }
    const at = newest.get(word);
    const before = at === undefined ? undefined : changes[at];
    if (before !== undefined) {
      const names = changes
        .slice(at)
        .reverse()
        .flatMap(({ tags }) => tags.map((tag) => word + tag));
      before.name =
        names.find((name) => scriptOf(view, settings, "deploy", name) !== undefined) ?? names[0] ?? word;
    }
    newest.set(word, changes.length);
    changes.push({ name: word, writtenAt: time.exec(text)?.slice(1).join(""), tags: [] });
  }
  return changes;
}

/** Other plans in the folder of the plan, each a project of its own: `sqitch deploy -f access.plan`. */
function otherPlans(view: FolderView, settings: Settings): readonly Settings[] {
  const folder = parentOf(settings.plan) ?? ".";
  return view.files
    .filter((file) => file.endsWith(".plan") && file !== settings.plan && (parentOf(file) ?? ".") === folder)
    .map((plan) => ({ ...settings, plan }));
}

/** Names of changes in comments: `#orders 2026-01-30T19:15:44Z …`. */
const takenOutOf = (view: FolderView, settings: Settings): readonly string[] =>
  [...linesOf(view.read(settings.plan) ?? "")].flatMap(
    ({ text }) => /^[ \t]*#[ \t]*([^\s#]{1,200})[^]*\s\d{4}-\d\d-\d\dT/.exec(text)?.[1] ?? [],
  );

export const sqitch: Layout = {
  name: "sqitch",
  ownsBelow: true,
  anyEnding: true,
  isRoot: () => true,
  standsAlone: (_fs, view, outer) => planOf(view) !== planOf(outer),
  detect(view) {
    const settings = settingsOf(view);
    if (!view.files.includes("sqitch.plan") && !view.files.includes(settings.plan)) return undefined;
    const { deploy, revert } = settings;
    const lies = (file: string): boolean => [deploy, revert].some((folder) => isWithin(folder, file));
    const files = view.files.filter((file) => isSql(file) && lies(file)).length;
    const named = planned(view, settings).filter(({ name }) => scriptOf(view, settings, "deploy", name));
    const count = Math.max(files, named.length);
    if (count === 0) return undefined;
    return {
      files: count,
      because: `sqitch.plan orders ${countFiles(count)} in deploy and revert`,
    };
  },
  read(view, options) {
    const settings = settingsOf(view);
    const changes = new Map(
      planned(view, settings).map(({ name, writtenAt }, rank) => [name, { rank, writtenAt }]),
    );
    const pieces: Piece[] = [];
    const notRead: string[] = [];
    const used = new Set<string>();
    for (const [name, { writtenAt }] of changes) {
      // The revert script of a change whose deploy script is lost undoes that change.
      if (scriptOf(view, settings, "deploy", name) === undefined) {
        notRead.push(
          `${join(view.root, settings.plan)} names ${name}, which has no script in ${settings.deploy}: it was not checked`,
        );
        continue;
      }
      for (const folder of ["deploy", "revert"] as const) {
        const file = scriptOf(view, settings, folder, name);
        if (file === undefined) continue;
        used.add(file);
        pieces.push({
          file,
          direction: folder === "deploy" ? "up" : "down",
          key: name,
          description: name,
          name,
          kind: "versioned",
          stated: { writtenAt },
        });
      }
    }
    const unused = view.files.filter(
      (file) => isSql(file) && isWithin(settings.deploy, file) && !used.has(file) && !isText(file),
    );
    const takenOut = new Set(
      takenOutOf(view, settings).map((name) => scriptOf(view, settings, "deploy", name)),
    );
    for (const file of unused) {
      if (takenOut.has(file))
        notRead.push(`${join(view.root, file)} was not checked: sqitch.plan holds its change in a comment`);
    }
    const elsewhere = new Set<string>();
    for (const other of otherPlans(view, settings)) {
      const own = planned(view, other)
        .flatMap(({ name }) => scriptOf(view, settings, "deploy", name) ?? [])
        .filter((file) => !used.has(file) && !elsewhere.has(file));
      for (const file of own) elsewhere.add(file);
      const what = own.length === 1 ? "a change" : `${String(own.length)} changes`;
      const was = own.length === 1 ? "it was" : "they were";
      if (own.length > 0)
        notRead.push(
          `${join(view.root, other.plan)} alone names ${what} of a second plan: ${was} not checked`,
        );
    }
    const problems: FileProblem[] = unused
      .filter((file) => !takenOut.has(file) && !elsewhere.has(file))
      .map((file) => badName(view, file, "sqitch skips it: sqitch.plan doesn't name it", unplanned));
    const rank = (piece: Piece): number => changes.get(piece.name)?.rank ?? 0;
    const read = assemble(view, options, pieces, (a, b) => rank(a) - rank(b));
    return {
      rollbacks: "file",
      rollbackName: (migration) => join(settings.revert, `${migration.name}.${settings.extension}`),
      migrations: read.migrations,
      problems: [...problems, ...read.problems],
      notRead,
    };
  },
};

function scriptOf(
  view: FolderView,
  settings: Settings,
  folder: "deploy" | "revert",
  name: string,
): string | undefined {
  const file = join(settings[folder], `${name}.${settings.extension}`);
  return view.read(file) === undefined ? undefined : file;
}
