/** All migrations of a Django project: `shop/migrations/0001_initial.py` of each of its apps are one history. */
import type { Database } from "../../model/dialect.ts";
import {
  migrationModules,
  statedLabel,
  userModelOf,
  usualUser,
  type MigrationOfApp,
} from "../../text/django-settings.ts";
import { baseName, join, parentOf } from "../files/paths.ts";
import { assemble, badName, clip, wholeFile, type Piece } from "./assemble.ts";
import { inGraphOrder, readNode, type DjangoNode } from "./apps-graph.ts";
import type { FromEnvironment } from "../tool.ts";
import { countFiles, type Evidence, type FolderView, type Layout } from "./layout.ts";
import type { FileProblem } from "../file-problem.ts";

/** Names of fields become names of files, in any script. */
const named = String.raw`(?![_~])[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]*\.py$`;
const inApp = new RegExp(String.raw`(?:^|/)migrations/${named}`, "u");
/** As makemigrations names a file; `--name` takes a hyphen as well. */
const numbered = /^\d{4}_[\p{L}\p{M}\p{N}_-]{1,200}\.py$/u;
/** What Django imports of an app's folder. */
const imported = new RegExp(`^${named}`, "u");
const isDjangos = (text: string): boolean => /\bdjango\b/i.test(text.slice(0, 16_384));
const isMigration = (text: string): boolean => /\bmigrations\.Migration\b/.test(text);

/** The folder of the project's program, which may leave Django to a module of the project. */
function hasProgram(view: FolderView): boolean {
  if (!view.files.includes("manage.py")) return false;
  if (isDjangos(view.read("manage.py") ?? "")) return true;
  const first = view.files.find((file) => inApp.test(file) && numbered.test(baseName(file)));
  return first !== undefined && isMigration(view.read(first) ?? "");
}

/** The migrations of one app, in a folder that the view begins with. */
const isAppFolder = (view: FolderView): boolean => baseName(view.root) === "migrations";

const modules = new WeakMap<FolderView, ReadonlyMap<string, string>>();

/** The settings' own folders of migrations, with the app of each. */
function modulesOf(view: FolderView): ReadonlyMap<string, string> {
  const known = modules.get(view);
  if (known !== undefined) return known;
  const folders = new Map<string, string>();
  for (const [, text] of settingsOf(view)) {
    for (const { label, module } of migrationModules(text)) folders.set(module.replaceAll(".", "/"), label);
  }
  modules.set(view, folders);
  return folders;
}

const anywhere = new RegExp(`(?:^|/)${named}`, "u");

/** The app whose migrations the settings keep in the file's folder. */
const moduleOf = (view: FolderView, file: string): string | undefined =>
  anywhere.test(file) ? modulesOf(view).get(parentOf(file) ?? ".") : undefined;

/** Settings that leave it to code which migrations run on which database. */
const routersOf = (view: FolderView): readonly string[] =>
  settingsOf(view)
    .filter(([, text]) => /^[ \t]*DATABASE_ROUTERS\b[^=\n]*=[ \t]*[[(]\s*["'\w]/m.test(text))
    .map(
      ([file]) =>
        `${join(view.root, file)} names DATABASE_ROUTERS, which aren't read: all migrations are checked as if they ran on the default database`,
    );

const below = new WeakMap<FolderView, readonly string[]>();

/** Folders of other programs, such as a copy of the project: each has a history of its own. */
function programsBelow(view: FolderView): readonly string[] {
  let folders = below.get(view);
  if (folders === undefined) {
    folders = view.files
      .filter((file) => file.endsWith("/manage.py") && isDjangos(view.read(file) ?? ""))
      .map((file) => parentOf(file) ?? ".");
    below.set(view, folders);
  }
  return folders;
}

const found = new WeakMap<FolderView, readonly string[]>();

/** Paths of files that may be migrations, below the root. */
function filesOf(view: FolderView): readonly string[] {
  const known = found.get(view);
  if (known !== undefined) return known;
  const files = isAppFolder(view)
    ? view.files.filter((file) => imported.test(file))
    : hasProgram(view)
      ? view.files.filter(
          (file) =>
            (inApp.test(file) || moduleOf(view, file) !== undefined) &&
            !programsBelow(view).some((folder) => file.startsWith(`${folder}/`)),
        )
      : [];
  found.set(view, files);
  return files;
}

function evidenceOf(view: FolderView): Evidence | undefined {
  if (!view.files.some((file) => file.endsWith(".py"))) return undefined;
  const files = filesOf(view);
  if (isAppFolder(view)) {
    const first = files.find((file) => numbered.test(file));
    return first !== undefined && isMigration(view.read(first) ?? "")
      ? { files: files.length, because: `${countFiles(files.length)} like ${first}` }
      : undefined;
  }
  if (!hasProgram(view)) return undefined;
  return { files: files.length, because: `${countFiles(files.length)} of apps beside manage.py` };
}

export const isDjangoProject = (view: FolderView): boolean => evidenceOf(view) !== undefined;

const settingsFile = /(?:^|\/)(?:[\w.]*settings[\w.]*\.py|(?:settings|conf|config)\/(?:\w+\/)?\w+\.py)$/;

/** The texts of the project's settings. */
function settingsOf(view: FolderView): readonly (readonly [file: string, text: string])[] {
  return view.files
    .filter((file) => settingsFile.test(file) && !/(?:^|\/)(?:tests?|migrations)\//.test(file))
    .slice(0, 60)
    .map((file) => [file, (view.read(file) ?? "").replaceAll(comment, "")] as const);
}

/** People leave the settings that they had before. */
const comment = /^[ \t]{0,99}#[^\n]*/gm;

/** `"ENGINE": "django.db.backends.postgresql"`, and the address that an environment variable has by default. */
const engine =
  /["']ENGINE["']\s*[:\]]\s*=?\s*(?:[\w.]+\(\s*["']\w+["']\s*,\s*(?:default\s*=\s*)?)?["'](?:\w{1,60}\.){0,9}(\w{1,60})["']/g;
/** A variable, a file that isn't in the repository, or other settings. */
const fromElsewhere =
  /environ|getenv|\benv\b|dj_database_url|decouple|local_settings|\bimport\s+\*|\bconfig\(/gi;
const mention = /\bDATABASES\b/g;
/** The same without a variable. */
const fixed = /["']ENGINE["']\s*:\s*["']\w[\w.]{0,60}\.backends\.\w+["']/g;
/** The default of a setting that the environment gives, and not what one is compared with. */
const backend = /(?<![=!]=\s{0,3})["']\w[\w.]{0,60}\.db\.backends\.(\w+)["']/g;
const address =
  /(?:dj_database_url|env(?:iron)?)\b[\w.]*\([^)]*?["'](postgres(?:ql)?|postgis|mysql|mysql2|mariadb|sqlite|sqlite3)(?:\+\w+)?:\/\//g;
const databases: readonly (readonly [Database, RegExp])[] = [
  ["postgres", /^(?:postg|psycopg|timescale)/],
  ["mysql", /^mysql/],
  ["mariadb", /^mariadb/],
  ["sqlite", /^(?:sqlite|spatialite)/],
  ["mssql", /^(?:mssql|pyodbc)$/],
  ["other", /^oracle$/],
];

/** `f"django.db.backends.{DATABASE_TYPE}"`: the default of a variable that the environment gives. */
function chosenBackend(text: string): string | undefined {
  const [, name] = /\bf["']django\.db\.backends\.\{(\w+)\}["']/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const given = new RegExp(
    String.raw`^[ \t]*${name}\s*=\s*[\w.]+\(\s*["']\w+["']\s*,\s*(?:default\s*=\s*)?(?:["'](\w+)["']|[\w.]*\b(\w+))`,
    "m",
  ).exec(text);
  return (given?.[1] ?? given?.[2])?.toLowerCase();
}

/** `dj_database_url.parse(…)`, `env.db("DATABASE_URL")`: an address that a variable holds. */
const addressFrom = /\b(?:dj_database_url\.(?:config|parse)|\w*env\w*\.(?:dj_)?db(?:_url)?)\(/;
/** `DATABASE_URL = config("DATABASE_URL", default="sqlite:///…")` */
const addressOfFile = /["']sqlite:\/\//;
/** `"ENGINE": os.environ.get("DB_ENGINE", …)` */
const engineFrom = /["']ENGINE["']\s*[:\]]\s*=?\s*(?:f["']|[A-Za-z_])/;

/** Whether a variable of the environment takes the place of the file that the settings name. */
function fromEnvironment(texts: readonly string[]): FromEnvironment | undefined {
  const asked = texts.filter((text) => addressFrom.test(text));
  if (asked.length === 0) return texts.some((text) => engineFrom.test(text)) ? "any" : undefined;
  return asked.every((text) => addressOfFile.test(text)) ? "any" : "server";
}

/** Which database the settings name; one of a server before a file for development. `isFixed`: the environment gives none. */
export function djangoDatabase(view: FolderView):
  | {
      readonly dialect: Database;
      readonly file: string;
      readonly isFixed: boolean;
      readonly fromEnvironment?: FromEnvironment | undefined;
    }
  | undefined {
  if (!isDjangoProject(view) || isAppFolder(view)) return undefined;
  const settings = settingsOf(view);
  const chosen = settings.flatMap(([file, text]) => {
    const word = chosenBackend(text);
    return word === undefined ? [] : [{ file, word }];
  });
  const named = settings.flatMap(([file, text]) =>
    [engine, backend, address]
      .flatMap((pattern) => [...text.matchAll(pattern)])
      .map(([, word = ""]) => ({ file, word })),
  );
  const all = chosen.length > 0 ? chosen : named;
  for (const [dialect, pattern] of databases) {
    const one = all.find(({ word }) => pattern.test(word));
    if (one === undefined) continue;
    const count = (of: RegExp): number =>
      settings.reduce((sum, [, text]) => sum + [...text.matchAll(of)].length, 0);
    // A file for development often gives way to what comes from elsewhere.
    const isFixed =
      count(fixed) === count(backend) &&
      count(address) === 0 &&
      all.every(({ word }) => pattern.test(word)) &&
      !(dialect === "sqlite" && (count(mention) > 1 || count(fromElsewhere) > 0));
    const instead = isFixed ? undefined : fromEnvironment(settings.map(([, text]) => text));
    return { dialect, file: join(view.root, one.file), isFixed, fromEnvironment: instead };
  }
  return undefined;
}

/** An app may be called `vendor` or `assets`, or lie in `third_party`: the settings name it. */
function isInstalled(view: FolderView, name: string): boolean {
  const named = new RegExp(String.raw`["'](?:\w+\.){0,8}${name}["'.]`);
  return /^\w+$/.test(name) && settingsOf(view).some(([, text]) => named.test(text));
}

const inPlace = "restore its file, or depend on an existing migration";

/** Folders of code that no app of the project lies in, unless the settings name it. */
const noApps = /^(?:static|media|templates|locale|frontend|assets|docs?|\.\w.*|venv|env|site-packages)$/;

export const apps: Layout = {
  name: "apps",
  anyEnding: true,
  joinsAbove: (view) => !hasProgram(view),
  isRoot: ({ view, count }) => count > 0 && (isAppFolder(view) || hasProgram(view)),
  seen: (fs, view, usual) =>
    hasProgram(view)
      ? (name, depth, path) =>
          depth < 9 &&
          ((!noApps.test(name) && usual(name, 0, path)) ||
            (isInstalled(view, name) && fs.list(path).includes("__init__.py")))
      : undefined,
  detect: evidenceOf,
  read(view, options) {
    const settings = settingsOf(view);
    const users = settings.flatMap(([, text]) => [
      ...text.matchAll(/^[ \t]*(\w+)[ \t]*=[ \t]*["'](\w+)\.\w+["']/gm),
    ]);
    const migrations = () =>
      filesOf(view).map((file) => ({ app: appOf(view, file), text: view.read(file) ?? "" }));
    const user = userModelOf(
      settings.map(([, text]) => text),
      migrations,
    );
    const [userApp] = (user ?? usualUser).split(".", 1);
    const swapped = (setting: string): string | undefined =>
      setting === "AUTH_USER_MODEL" ? userApp : users.find(([, name]) => name === setting)?.[2];
    const ofSouth: string[] = [];
    const nodes = filesOf(view).flatMap((file): DjangoNode[] => {
      const text = view.read(file) ?? "";
      if (!/^\uFEFF?class Migration\b/m.test(text)) return [];
      if (!south.test(text)) return [readNode(file, appOf(view, file), text, swapped)];
      ofSouth.push(file);
      return [];
    });
    const { nodes: ordered, replaced, conflicts, missing, named, followed, firstOf } = inGraphOrder(nodes);
    // Where the administration is applied, so is the user's model: Django refuses any other order.
    const beforeAdmin = userApp !== undefined && settings.some(hasAdmin) ? firstOf(userApp) : new Set();
    const runs = new Map<string, number>();
    for (const { generated } of nodes)
      if (generated !== undefined) runs.set(generated, (runs.get(generated) ?? 0) + 1);
    const place = new Map(ordered.map(({ file }, i) => [file, i]));
    const pieces = ordered.map((node): Piece => {
      const { file, app, name, isInitial, replaces, generated } = node;
      const isOfRun = generated !== undefined && (runs.get(generated) ?? 0) > 1;
      const initial = isInitial ? `initial ${app}` : undefined;
      const [, version = "", description = ""] = /^(\d+)_?(.*)$/.exec(name) ?? [];
      return {
        file,
        direction: "up",
        version: version === "" ? undefined : version,
        key: `${app}.${name}`,
        description: description === "" ? name : description,
        name: isAppFolder(view) ? name : `${app}.${name}`,
        kind: "versioned",
        code: true,
        stated: {
          ...(followed.has(node) ? { isFollowed: true } : {}),
          follows: [...(named.get(node) ?? [])],
          deployment: isOfRun ? `generated ${generated}` : initial,
          // Where anything is applied, what it replaces was: Django marks it as applied.
          ...(replaces.length > 0 || beforeAdmin.has(node) ? { beforeBaseline: true } : {}),
        },
      };
    });
    const read = assemble(
      view,
      { ...options, duplicates: "fine" },
      pieces,
      (a, b) => (place.get(a.file) ?? 0) - (place.get(b.file) ?? 0),
      [],
    );
    const own = new Set(nodes.map(({ app }) => app));
    return {
      rollbacks: "section",
      rollbackName: () => "the reverse of its operations",
      // Tables of Django's own apps and of packages are there before.
      continues: nodes.some(({ dependencies }) => dependencies.some(({ app }) => !own.has(app))),
      migrations: read.migrations,
      notRead: [
        ...routersOf(view),
        ...southOf(view, ofSouth),
        ...(user === undefined ? unknownUser(migrations()) : []),
      ],
      problems: [
        ...read.problems,
        ...[...conflicts].map(([app, lasts]) => conflict(view, app, lasts)),
        ...[...missing].map(([{ file }, name]) =>
          badName(view, file, `django refuses to run: there is no migration ${name}`, inPlace),
        ),
      ],
      notes:
        replaced.length === 0
          ? []
          : [`${countFiles(replaced.length)} for squashed migrations and what they replace: left out`],
    };
  },
};

/** Said only where a migration asks for it. */
const unknownUser = (migrations: readonly MigrationOfApp[]): readonly string[] =>
  migrations.some(({ text }) => text.includes("settings.AUTH_USER_MODEL"))
    ? [`no settings that name AUTH_USER_MODEL are found: ${usualUser} is assumed`]
    : [];

const hasAdmin = ([, text]: readonly [file: string, text: string]): boolean =>
  /["']django\.contrib\.admin["']/.test(text);

/** What migrated Django before 1.7. */
const south = /^\uFEFF?(?:from|import) south\b/m;

const southOf = (view: FolderView, [first, ...others]: readonly string[]): readonly string[] =>
  first === undefined
    ? []
    : [
        `${join(view.root, first)}${others.length > 0 ? ` and ${others.length} more` : ""} can't be read: South's, before Django 1.7`,
      ];

const refuses = "Django refuses to migrate";

/** Two migrations of one app follow the same one: Django refuses to run any. */
function conflict(view: FolderView, app: string, lasts: readonly DjangoNode[]): FileProblem {
  const [first, ...others] = lasts;
  const last = others.at(-1) ?? first;
  return {
    rule: "duplicate-version",
    path: join(view.root, last?.file ?? ""),
    ...wholeFile(view, last?.file ?? ""),
    message: clip(`the app ${app} has ${String(lasts.length)} last migrations: ${refuses}`),
    forks: refuses,
    instead: "make it depend on the other one, or merge them with makemigrations --merge",
    related: first && [{ path: join(view.root, first.file), message: "another last migration" }],
  };
}

/** The label of the app that a file's folder belongs to. */
function appOf(view: FolderView, file: string): string {
  if (isAppFolder(view)) return labelIn(view, "..") ?? ownLabel(view) ?? baseName(parentOf(view.root) ?? ".");
  const stated = moduleOf(view, file);
  if (stated !== undefined) return stated;
  const app = parentOf(parentOf(file) ?? ".") ?? ".";
  return labelIn(view, app) ?? baseName(join(view.root, app));
}

/** As the configuration of the app in the folder gives it; it stands in one of two files. */
function labelIn(view: FolderView, folder: string): string | undefined {
  for (const name of ["apps.py", "__init__.py"]) {
    const config = view.read(join(folder, name)) ?? "";
    const found = statedLabel(config);
    if (found !== undefined) return found;
  }
  return undefined;
}

const ownLabels = new WeakMap<FolderView, { readonly label: string | undefined }>();

/** The app that most migrations of a folder depend on for another of the same folder. */
function ownLabel(view: FolderView): string | undefined {
  const known = ownLabels.get(view);
  if (known !== undefined) return known.label;
  const names = new Set(filesOf(view).map((file) => baseName(file).replace(/\.py$/, "")));
  const counts = new Map<string, number>();
  for (const file of filesOf(view)) {
    const { dependencies } = readNode(file, "", view.read(file) ?? "", () => undefined);
    const own = dependencies.filter(({ name }) => names.has(name)).map(({ app }) => app);
    for (const app of new Set(own)) counts.set(app, (counts.get(app) ?? 0) + 1);
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  const label = best !== undefined && best[1] * 2 >= names.size - 1 ? best[0] : undefined;
  ownLabels.set(view, { label });
  return label;
}
