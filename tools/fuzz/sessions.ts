/**
 * Plays random edits of the fixtures' projects in a session, as an editor makes them: migrations, rollbacks, settings of
 * tools, facts. After each, the session must answer what a run that starts from nothing answers.
 */
import {
  lintProject,
  loadEngine,
  memoryFileSystem,
  UserError,
  type Engine,
  type Facts,
  type LintResult,
  type Session,
} from "../../src/index.ts";
import type { FileSystem } from "../../src/project/migration.ts";
import { isSameData } from "../../src/text/same-data.ts";
import { fixtureProjects, type Files } from "./projects.ts";
import { damaged, pick, randomFrom, type Random } from "./random.ts";
import { settings, statements } from "./session-texts.ts";

export interface PlayOptions {
  readonly seed: number;
  /** How many edits are made; a project gets a new copy after some of them. */
  readonly edits: number;
  /** Only projects whose folder's name contains this. */
  readonly only?: string | undefined;
  /** What must answer as a run from nothing does, made for each project. Default: a session that is told of each edit. */
  readonly answers?: (() => Answers) | undefined;
  /** Called after each edit with the number made so far; true: stop. */
  readonly onEdit?: ((made: number) => boolean | undefined) | undefined;
}

export type Answers = (fs: FileSystem, facts: Facts) => Promise<LintResult>;

/** `text` undefined: the file is removed, or the editor closes it. */
type Change =
  | { readonly in: "disk" | "editor"; readonly path: string; readonly text: string | undefined }
  | { readonly in: "facts"; readonly facts: Facts };
/** What happens between two looks. */
type Edit = readonly Change[];

const perProject = 25;
const fixed: Facts = { now: "2026-06-01T00:00:00Z" };

/** @throws Error with the project and the shortest list of edits after which the answers differ */
export async function play({ seed, edits, only = "", answers, onEdit }: PlayOptions): Promise<void> {
  const random = randomFrom(seed);
  const projects = fixtureProjects().filter(({ name }) => name.includes(only));
  const engine = await loadEngine();
  let made = 0;
  while (made < edits) {
    const { name, files } = pick(random, projects);
    const game = new Game(engine, files, answers?.());
    const played: Edit[] = [];
    for (let i = 0; i < perProject && made < edits; i++) {
      const edit = nextEdit(random, game);
      played.push(edit);
      game.make(edit);
      const difference = await game.difference();
      if (difference !== undefined) throw await explained(name, files, played, seed, answers);
      made++;
      if (onEdit?.(made) === true) return;
    }
  }
}

/** A project, the session that is told of its edits, and what it is now. */
class Game {
  readonly disk = new Map<string, string>();
  readonly buffers = new Map<string, string>();
  private readonly engine: Engine;
  private readonly answers: Answers | undefined;
  facts: Facts = fixed;
  private session: Session | undefined;

  constructor(engine: Engine, files: Files, answers?: Answers) {
    this.engine = engine;
    this.answers = answers;
    for (const [path, text] of Object.entries(files)) this.disk.set(path, text);
  }

  get files(): Files {
    return Object.fromEntries([...this.disk, ...this.buffers]);
  }

  make(edit: Edit): void {
    for (const change of edit) {
      if (change.in === "facts") {
        this.facts = change.facts;
        this.session = undefined;
        continue;
      }
      const { path, text } = change;
      const held = change.in === "disk" ? this.disk : this.buffers;
      if (text === undefined) held.delete(path);
      else held.set(path, text);
      if (change.in === "editor") this.session?.update(path, text);
    }
    if (edit.some((change) => change.in === "disk")) this.session?.refresh();
  }

  /** What the session answers otherwise than a run from nothing, or a session from nothing does for one file. */
  async difference(): Promise<string | undefined> {
    const { files, facts } = this;
    const fs = memoryFileSystem(files);
    const fresh = await attemptLater(async () => shown(await lintProject({ fs, facts })));
    const { answers } = this;
    if (answers !== undefined)
      return firstDifference(await attemptLater(async () => shown(await answers(fs, facts))), fresh);
    const now = attempt(() => shown(this.opened().lint()));
    const whole = firstDifference(now, fresh);
    if (whole !== undefined) return whole;
    const paths = Object.keys(files).filter((path) => /\.(?:sql|[cm]?[jt]s)$/.test(path));
    const file = paths[this.disk.size % Math.max(1, paths.length)];
    if (file === undefined) return undefined;
    const own = attempt(() => this.one(this.opened(), file));
    const engine = await loadEngine();
    const other = attempt(() => this.one(engine.createSession({ fs, facts }), file));
    return firstDifference(own, other);
  }

  private one(session: Session, file: string): unknown {
    const { findings, suppressed } = session.lint(file);
    return { file, findings, suppressed, fixed: session.fixed(file), statements: session.statements(file) };
  }

  private opened(): Session {
    if (this.session !== undefined) return this.session;
    const { disk, facts } = this;
    const fs: FileSystem = {
      read: (path) => disk.get(path),
      list: (folder) => memoryFileSystem(Object.fromEntries(disk)).list(folder),
    };
    const session = this.engine.createSession({ fs, facts });
    for (const [path, text] of this.buffers) session.update(path, text);
    return (this.session = session);
  }
}

/** All that a report is made of. */
const shown = (result: LintResult): unknown => ({
  findings: result.findings,
  suppressed: result.suppressed,
  errors: result.errors.map(({ ruleId, file, message }) => ({ ruleId, file, message })),
  counts: result.counts,
  unknownStatements: result.unknownStatements,
  sources: [...result.sources],
  leftOut: result.leftOut?.map(({ root, dialect }) => `${root}: ${dialect}`),
  histories: result.histories.map(({ migrations, problems, ...history }) => ({
    ...history,
    rollbackName: undefined,
    problems,
    migrations: migrations.map(({ up, down, ...migration }) => ({
      ...migration,
      up: { ...up, code: undefined },
      down: down && { ...down, code: undefined },
    })),
  })),
});

function attempt(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return mistakeOf(error);
  }
}

async function attemptLater(action: () => Promise<unknown>): Promise<unknown> {
  try {
    return await action();
  } catch (error) {
    return mistakeOf(error);
  }
}

/** Also an answer; anything else is a bug. */
function mistakeOf(error: unknown): unknown {
  if (error instanceof UserError) return { mistake: error.line() };
  throw error;
}

/** Where two answers differ first, with both values. */
function firstDifference(session: unknown, fresh: unknown, at = "answer"): string | undefined {
  if (isSameData(session, fresh)) return undefined;
  if (typeof session === "object" && typeof fresh === "object" && session !== null && fresh !== null) {
    const [one, other] = [session, fresh] as Readonly<Record<string, unknown>>[];
    for (const key of new Set([...Object.keys(session), ...Object.keys(fresh)])) {
      const inner = firstDifference(one?.[key], other?.[key], `${at}.${key}`);
      if (inner !== undefined) return inner;
    }
  }
  const text = (value: unknown): string => JSON.stringify([value]).slice(1, 400);
  return `${at}\n  session: ${text(session)}\n  fresh:   ${text(fresh)}`;
}

async function explained(
  name: string,
  files: Files,
  played: readonly Edit[],
  seed: number,
  answers: PlayOptions["answers"],
): Promise<Error> {
  const failure = async (edits: readonly Edit[]): Promise<string | undefined> => {
    const game = new Game(await loadEngine(), files, answers?.());
    await game.difference();
    for (const [i, edit] of edits.entries()) {
      game.make(edit);
      const found = await game.difference();
      if (found !== undefined) return i === edits.length - 1 ? found : undefined;
    }
    return undefined;
  };
  let edits = played;
  for (let i = edits.length - 2; i >= 0; i--) {
    const without = edits.filter((_, at) => at !== i);
    if ((await failure(without)) !== undefined) edits = without;
  }
  const lines = edits.map((edit, i) => `${i + 1}. ${JSON.stringify(edit)}`);
  const difference = (await failure(edits)) ?? "only together with other projects before it";
  return new Error(
    `${answers === undefined ? "a session" : "a run"} answers otherwise than a fresh run (seed ${seed})\nproject: fixtures/${name}\n${lines.join("\n")}\ndiffers: ${difference}`,
  );
}

function nextEdit(random: Random, game: Game): Edit {
  const { files } = game;
  const paths = Object.keys(files);
  const sql = paths.filter((path) => path.endsWith(".sql"));
  const code = paths.filter((path) => /\.[cm]?[jt]s$/.test(path));
  const others = paths.filter((path) => !sql.includes(path) && !code.includes(path));
  const put = (path: string, text: string | undefined): Edit => {
    // A file that is open stays open; what changes on the disk below it isn't seen until it is closed.
    const isOpen = game.buffers.has(path);
    const where = isOpen ? random() < 0.9 : text !== undefined && random() < 0.5;
    return [{ in: where ? "editor" : "disk", path, text }];
  };
  const kind = random();
  if (kind < 0.05 && game.buffers.size > 0)
    return [{ in: "editor", path: pick(random, [...game.buffers.keys()]), text: undefined }];
  if (kind < 0.12) return [{ in: "facts", facts: nextFacts(random, paths) }];
  if (kind < 0.3) return nextSetting(random, paths, put);
  if (kind < 0.38 && others.length > 0) {
    const path = pick(random, others);
    return random() < 0.3 ? put(path, undefined) : put(path, damaged(random, files[path] ?? ""));
  }
  const steps = [...sql, ...code];
  if (steps.length === 0) return put("migrations/001_new.sql", textOf(random));
  const path = pick(random, code.length > 0 && random() < 0.3 ? code : steps);
  const text = files[path] ?? "";
  if (kind < 0.46) return put(renamed(random, path, paths), path.endsWith(".sql") ? textOf(random) : text);
  if (kind < 0.52) return put(path, undefined);
  if (kind < 0.58)
    return [
      { in: "disk", path, text: undefined },
      { in: "disk", path: renamed(random, path, paths), text },
    ];
  return put(path, path.endsWith(".sql") && random() < 0.6 ? edited(random, text) : damaged(random, text));
}

function nextSetting(
  random: Random,
  paths: readonly string[],
  put: (path: string, text: string | undefined) => Edit,
): Edit {
  const [name, texts] = pick(random, Object.entries(settings));
  const folders = [".", ...paths.flatMap((path) => foldersOf(path))];
  const folder = random() < 0.6 ? "." : pick(random, [...new Set(folders)]);
  const path = folder === "." ? name : `${folder}/${name}`;
  return put(path, paths.includes(path) && random() < 0.3 ? undefined : pick(random, texts));
}

function nextFacts(random: Random, paths: readonly string[]): Facts {
  const stem = (path: string): string => path.slice(path.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
  const all: readonly (() => Facts)[] = [
    () => ({ dialect: pick(random, ["postgres", "mysql", "mariadb"] as const) }),
    () => ({ tool: pick(random, ["raw", "flyway", "goose", "golang-migrate", "knex", "dbmate"]) }),
    () => ({ serverVersion: pick(random, ["13", "14.2", "18", "8.0.28", "10.6"]) }),
    () => ({ runner: pick(random, ["psql", "psql-single-transaction", "single-query"] as const) }),
    () => ({ startAfter: stem(pick(random, paths)) }),
    () => ({ schema: "snapshot.sql" }),
    () => ({ stats: "stats.json" }),
    () => ({ sqlMode: "ANSI_QUOTES" }),
    () => ({ lockTimeout: "2s" }),
    () => ({ migrations: [pick(random, foldersOf(pick(random, paths)))] }),
    () => ({
      folders: Object.fromEntries(
        foldersOf(pick(random, paths)).map((one) => [one, { serverVersion: "14" }]),
      ),
    }),
  ];
  return { ...fixed, ...pick(random, all)(), ...(random() < 0.4 ? pick(random, all)() : {}) };
}

/** The folder of a file, and those around it. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.length === 0 ? ["."] : parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

/** Another version, another description or another folder. */
function renamed(random: Random, path: string, paths: readonly string[]): string {
  const at = path.lastIndexOf("/") + 1;
  const [folder, name] = [path.slice(0, at), path.slice(at)];
  const kind = random();
  if (kind < 0.6) {
    const next = name.replace(/\d+/, (digits) =>
      String(BigInt(digits) + BigInt(1 + Math.floor(random() * 5))).padStart(digits.length, "0"),
    );
    if (next !== name) return folder + next;
  }
  if (kind < 0.8)
    return (
      folder + name.replace(/\.(?=\w+$)/, pick(random, ["_x.", ".down.", ".up.", "_rollback.", ".mysql."]))
    );
  const other = pick(random, paths);
  return other.slice(0, other.lastIndexOf("/") + 1) + name;
}

const textOf = (random: Random): string =>
  Array.from({ length: 1 + Math.floor(random() * 3) }, () => `${pick(random, statements)}\n`).join("");

/** A statement more, one less, one twice or one in the place of another. */
function edited(random: Random, text: string): string {
  const parts = text.split(/(?<=;[ \t]*\r?\n)/);
  const at = Math.floor(random() * (parts.length + 1));
  const kind = random();
  if (kind < 0.4) parts.splice(at, 0, `${pick(random, statements)}\n`);
  else if (kind < 0.6) parts.splice(at, 1);
  else if (kind < 0.7) parts.splice(at, 0, parts[at] ?? "");
  else parts.splice(at, 1, `${pick(random, statements)}\n`);
  return parts.join("");
}
