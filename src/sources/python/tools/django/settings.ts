/** What a project's settings and its list of packages say that Django's SQL depends on. */
import type { SourceHistory } from "../../../source.ts";
import { isMariadb, isMysqlFamily } from "../../../families.ts";
import { migrationModules, statedLabel, userModelOf, usualUser } from "../../../../text/django-settings.ts";
import { releaseOf } from "../../../../text/python-releases.ts";
import { isSince, mysqlVendor, postgresVendor, type DjangoVersion, type Vendor } from "./vendor.ts";

export interface ProjectSettings {
  readonly vendor: Vendor;
  /** "auth.User" */
  readonly userModel: string;
  /** Nothing says which model it is. */
  readonly isUserAssumed: boolean;
  readonly autoField: string;
  /** Databases that the settings name as well: `MySQL`. */
  readonly others: readonly string[];
  /** The label of the app whose folder of migrations a file lies in. */
  appLabel(path: string): string;
}

type ReadFile = (path: string) => string | undefined;

/** Where nothing says it: the newest with long-term support. */
const usual: DjangoVersion = [5, 2];

export function projectSettings(history: SourceHistory, readFile: ReadFile): ProjectSettings {
  const texts = settingsTexts(history, readFile);
  const stated = djangoVersion(history, readFile);
  const django = stated ?? usual;
  const found = (pattern: RegExp): string | undefined => {
    for (const text of texts) {
      const value = pattern.exec(text)?.[1];
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const labelOf = (path: string): string => labelByModule(path, texts) ?? appLabel(path, readFile);
  const migrations = () => history.paths.map((path) => ({ app: labelOf(path), text: readFile(path) ?? "" }));
  const autoField = found(/^[ \t]*DEFAULT_AUTO_FIELD[ \t]*=[ \t]*["']([\w.]+)["']/m);
  const userModel = userModelOf(texts, migrations);
  return {
    vendor: {
      ...(isMysqlFamily[history.dialect]
        ? mysqlVendor(django, isMariadb[history.dialect], history.serverVersion)
        : postgresVendor(django)),
      isStated: stated !== undefined,
    },
    userModel: userModel ?? usualUser,
    isUserAssumed: userModel === undefined,
    // django.conf.global_settings
    autoField:
      autoField?.slice(autoField.lastIndexOf(".") + 1) ??
      (isSince({ django }, 6, 0) ? "BigAutoField" : "AutoField"),
    others: otherBackends(texts, isMysqlFamily[history.dialect]),
    appLabel: labelOf,
  };
}

/** `chosen`: the name that a variable puts behind `django.db.backends.`. */
interface Backend {
  readonly title: string;
  readonly isMysql: boolean | undefined;
  readonly named: RegExp;
  readonly chosen: RegExp;
}

/** Packages wrap those of Django: `django_prometheus.db.backends.sqlite3`. */
const backends: readonly Backend[] = [
  {
    title: "PostgreSQL",
    isMysql: false,
    named: /\w\.(?:db\.)?backends\.post(?:gres|gis)\w*|["'](?:postgres(?:ql)?|postgis):\/\//,
    chosen: /["'](?:postgresql(?:_psycopg2)?|postgis)["']/,
  },
  {
    title: "MySQL or MariaDB",
    isMysql: true,
    named: /\w\.(?:db\.)?backends\.mysql\b|["'](?:mysql2?|mariadb):\/\//,
    chosen: /["']mysql["']/,
  },
  {
    title: "SQLite",
    isMysql: undefined,
    named: /\w\.(?:db\.)?backends\.(?:sqlite3|spatialite)\b|["'](?:sqlite3?|spatialite):\/\//,
    chosen: /["'](?:sqlite3|spatialite)["']/,
  },
];

/** `f"django.db.backends.{name}"`, `"django.db.backends." + name` */
const choice = /\b(?:django|gis)\.db\.backends\.(?:\{|%s|["'])/;

/** Tests run the migrations on them, too. */
function otherBackends(texts: readonly string[], isMysql: boolean): readonly string[] {
  const stated = texts.map((text) => text.replaceAll(/^[ \t]*#.*$/gm, ""));
  return backends.flatMap(({ title, isMysql: one, named, chosen }) =>
    one !== isMysql && stated.some((text) => named.test(text) || (choice.test(text) && chosen.test(text)))
      ? [title]
      : [],
  );
}

/** The app whose migrations the settings keep in the file's folder. */
function labelByModule(path: string, texts: readonly string[]): string | undefined {
  const module = path.split("/").slice(0, -1).join(".");
  for (const text of texts) {
    for (const { label, module: own } of migrationModules(text))
      if (module === own || module.endsWith(`.${own}`)) return label;
  }
  return undefined;
}

/** `shop/migrations/0001_initial.py` is of the app `shop`, unless its AppConfig has another label. */
function appLabel(path: string, readFile: ReadFile): string {
  const parts = path.split("/");
  const at = parts.length - 2;
  const folder = parts.slice(0, Math.max(0, at)).join("/");
  for (const name of folder === "" ? [] : ["apps.py", "__init__.py"]) {
    const config = readFile(`${folder}/${name}`) ?? "";
    const label = statedLabel(config);
    if (label !== undefined) return label;
  }
  return parts[at - 1] ?? "";
}

const skipped =
  /^(?:\.|(?:node_modules|static\w*|media|templates|locale|migrations|tests?|docs?|frontend|assets|v?env\d*|site-packages)\/)/;

/** The texts of settings modules, those near the top first. */
function settingsTexts(history: SourceHistory, readFile: ReadFile): readonly string[] {
  const found: string[] = [];
  for (const path of settingsPaths(history)) {
    const text = readFile(path);
    if (text !== undefined) found.push(text);
  }
  return found;
}

const join = (folder: string, name: string): string =>
  folder === "." || folder === "" ? name : `${folder}/${name}`;

function settingsPaths({ root, listFolder }: SourceHistory): readonly string[] {
  const found: string[] = [];
  let level = [root];
  for (let depth = 0; depth < 5 && level.length > 0 && level.length < 500; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      const isSettings = /(?:^|\/)(?:settings|conf|config)(?:\/|$)/.test(folder);
      for (const name of listFolder(folder)) {
        if (name.endsWith("/")) {
          if (!skipped.test(name)) next.push(join(folder, name.slice(0, -1)));
        } else if (/^\w*settings\w*\.py$/.test(name) || (isSettings && name.endsWith(".py")))
          found.push(join(folder, name));
      }
    }
    level = next;
  }
  return found.slice(0, 40);
}

/** As a list of packages says, else the release that wrote the newest migration, by its first line. */
function djangoVersion(history: SourceHistory, readFile: ReadFile): DjangoVersion | undefined {
  const listed = versionOf(releaseOf(history, readFile, "django"));
  if (listed !== undefined) return listed;
  for (const path of history.paths.slice(-mostHeads).reverse()) {
    const found = versionOf(/^# Generated by Django (\d+\.\d+)/.exec(readFile(path) ?? "")?.[1]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Others may be written by hand. */
const mostHeads = 5;

function versionOf(release = ""): DjangoVersion | undefined {
  const [, major, minor] = /^(\d+)(?:\.(\d+))?/.exec(release) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor ?? 0)];
}
