import { number } from "../tracking.ts";
import type { CodeFile } from "../../model/tool.ts";
import { entityTables, snakeCase, type Decorators } from "../decorated-entities.ts";
import { classWith, inCamelCase } from "../advice/code-file.ts";
import { lockedVersion, npmVersion, packageRootOf } from "../manifests.ts";
import { join, relative } from "../files/paths.ts";
import { classList } from "../class-list.ts";
import { badName, clip, wholeFile } from "../layouts/assemble.ts";
import { inOrderOfUse, needsAmong, type Sharing } from "../within-a-day.ts";
import type { FolderView } from "../layouts/layout.ts";
import { compareDigits } from "../version.ts";
import type { FileProblem } from "../file-problem.ts";
import type { Migration } from "../migration.ts";
import { inStrings } from "../../model/tool.ts";
import { endings, sendsLoaded, type Tool } from "../tool.ts";

const dependencies = { npm: ["typeorm"] };

function classOf(file: CodeFile, fields: readonly string[]): string {
  const isTyped = file.language === "typescript";
  const name = `${file.title === undefined ? "NextStep" : inCamelCase(file.title)}${file.version}`;
  const head = isTyped
    ? `import type { MigrationInterface, QueryRunner } from "typeorm";\nexport class ${name} implements MigrationInterface`
    : file.language === "module"
      ? `export class ${name}`
      : `module.exports = class ${name}`;
  return classWith(file, head, fields, { name: "queryRunner", type: "QueryRunner" });
}

/** TypeORM sorts by the last 13 characters of the name: the property, else the class's. The file's name is its own affair. */
const nameAndTime = [
  /\bname\b[^=\n]{0,40}=[ \t]*["'`]\w*?(\d{13})["'`]/,
  /\bclass[ \t]+[A-Za-z_$][\w$]*?(\d{13})\b/,
];

/** A migration has `transaction` since 0.3.11. */
function hasOptOut(version: string): boolean {
  const [, minor = "4", patch = "0"] = /^\D*0\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return Number(minor) > 3 || (Number(minor) === 3 && Number(patch) >= 11);
}

/**
 * TypeORM sorts by the last 13 characters of a migration's `name`, or of its class's name, read as a number; what its
 * file is called counts for nothing.
 */
function timeInName(text: string): string | undefined {
  const [start, className] = migrationClass(text);
  if (className === undefined) return undefined;
  const name = nameProperty.exec(text.slice(start))?.[1] ?? className;
  return /^0*[1-9]\d*/.exec(name.slice(-13))?.[0];
}

/** The place and the name of the class that is a migration: the first, where none says so. */
function migrationClass(text: string): readonly [start: number, name: string | undefined] {
  const classes = [...text.matchAll(/^(?![ \t]*(?:\/\/|\/?\*)).*?\bclass[ \t]+(\w{1,200})([^{]{0,200})\{/gm)];
  const own = classes.find(([, , heritage = ""]) => /\bMigrationInterface\b/.test(heritage)) ?? classes[0];
  return [own?.index ?? 0, own?.[1]];
}

/** `name = "CreateUsers1678364461161"`, as a field or in the constructor. */
const nameProperty = /\bname[ \t]*(?::[ \t]*string[ \t]*)?=[ \t]*["'`](\w{0,200}\d{13})["'`]/;

const settings = ["data-source", "typeorm.config", "ormconfig"].flatMap((name) =>
  ["", "src/", "src/database/", "database/", "src/db/", "db/", "src/config/", "config/"].map(
    (folder) => `${folder}${name}.ts`,
  ),
);

/** Names alone: a list with a path, a spread or a variable of another kind says nothing of what isn't in it. */
const list =
  /\bmigrations["']?[ \t]*:[ \t]*\[\s{0,200}([A-Z][\w$]{0,200}(?:\s{0,200},\s{0,200}[A-Z][\w$]{0,200}){1,2000})(?:\s{0,200},)?\s{0,200}\]/;

interface Unlisted {
  readonly by: string;
  readonly migrations: readonly Migration[];
}

/** The order and the problems of a folder ask for the same. */
const known = new WeakMap<readonly Migration[], Unlisted | null>();

/** Migrations whose class the list in the data source lacks, where it has most of the others: TypeORM runs none of them. */
function unlisted(view: FolderView, migrations: readonly Migration[]): Unlisted | undefined {
  const before = known.get(migrations);
  if (before !== undefined) return before ?? undefined;
  const found = findUnlisted(view, migrations);
  known.set(migrations, found ?? null);
  return found;
}

function findUnlisted(view: FolderView, migrations: readonly Migration[]): Unlisted | undefined {
  const found = classList(view, settings, list);
  if (found === undefined) return undefined;
  const names = new Set(found.words);
  const without = migrations.filter((one) => !names.has(classIn(view, one) ?? ""));
  return without.length * 2 < migrations.length ? { by: found.path, migrations: without } : undefined;
}

/** Those that it lists, of an equal timestamp in the order of the list; without one, in the order in which they work. */
function inOrder(migrations: readonly Migration[], view: FolderView): readonly Migration[] {
  const without = new Set(unlisted(view, migrations)?.migrations);
  const run = migrations.filter((one) => !without.has(one));
  const words = classList(view, settings, list)?.words;
  if (words === undefined) return inOrderOfUse(run, sharing(view));
  const places = new Map(run.map((one) => [one, words.indexOf(classIn(view, one) ?? "")]));
  const place = (one: Migration): number => places.get(one) ?? -1;
  return run
    .toSorted((a, b) => compareDigits(a.version ?? "", b.version ?? "") || place(a) - place(b))
    .map((one, index) => ({ ...one, index }));
}

const classIn = (view: FolderView, { up }: Migration): string | undefined =>
  migrationClass(view.read(relative(view.root, up.path)) ?? "")[1];

/**
 * TypeORM sorts by the timestamp alone, and keeps the order in which the classes were loaded: that of the list, or of what
 * its glob finds, which releases with glob 10 sort otherwise than those before.
 */
const sharing = (view: FolderView): Sharing => ({
  isShared: (version) => version !== undefined,
  textOf: ({ up }) => (view.read(relative(view.root, up.path)) ?? "").split(/\bdown\s{0,9}\(/, 1)[0] ?? "",
});

const problems = (view: FolderView, migrations: readonly Migration[]): readonly FileProblem[] => [
  ...listProblems(view, migrations),
  ...equalTimes(view, migrations),
];

function equalTimes(view: FolderView, migrations: readonly Migration[]): readonly FileProblem[] {
  if (classList(view, settings, list) !== undefined) return [];
  return needsAmong(migrations, sharing(view)).map(([maker, user]) => ({
    rule: "duplicate-version",
    path: user.up.path,
    ...wholeFile(view, relative(view.root, user.up.path)),
    severity: "warning",
    message: clip(`typeorm may run it before ${maker.name}, which it needs: their timestamps are equal`),
    instead: "give its class a later timestamp if no server has run it",
    related: [
      {
        path: maker.up.path,
        span: { start: 0, end: 0 },
        message: `also the timestamp ${maker.version ?? ""}`,
      },
    ],
  }));
}

function listProblems(view: FolderView, migrations: readonly Migration[]): readonly FileProblem[] {
  const found = unlisted(view, migrations);
  if (found === undefined) return [];
  const message = `typeorm skips it: ${found.by} doesn't list its class`;
  return found.migrations.map(({ up }) =>
    badName(
      view,
      relative(view.root, up.path),
      message,
      "add the class to the list of migrations, or delete the file",
    ),
  );
}

const decorators: Decorators = {
  column:
    /^(?:(?:Primary(?:Generated)?|Version|ObjectId|Virtual)?Column|(?:Create|Update|Delete)DateColumn)$/,
  tableKeys: ["name"],
  columnKeys: ["name"],
  tableOf: snakeCase,
  columnOf: (field, key) =>
    key === undefined
      ? field
      : `${field}_${key}`.replaceAll(/_(\w)/g, (_, next: string) => next.toUpperCase()),
};
const inSnakeCase: Decorators = {
  ...decorators,
  columnOf: (field, key) => snakeCase(key === undefined ? field : `${field}_${key}`),
};

/** By the settings that state a naming strategy; undefined: it is one of the project's own. */
function decoratorsBy(settings: string): Decorators | undefined {
  if (/\bnamingStrategy\s*:\s*new\s+SnakeNamingStrategy\(\s*\)/.test(settings)) return inSnakeCase;
  return settings === "" ? decorators : undefined;
}

export const typeorm: Tool = {
  name: "typeorm",
  rank: 6,
  signs: [
    {
      files: [
        ...endings("ormconfig", "json", "js", "ts", "yml", "xml"),
        "data-source.ts",
        "src/data-source.ts",
      ],
      dependencies,
      needsProof: true,
    },
    { dependencies, needsCode: true },
  ],
  code: {
    words: /\bMigrationInterface\b|\bQueryRunner\b|\bqueryRunner\b/,
    calls:
      /\.\s*(?:manager\b|(?:query|(?:create|drop|rename|has|get)Table|(?:add|change|drop|rename)Columns?|(?:create|drop)(?:Index|ForeignKey|UniqueConstraint|CheckConstraint|PrimaryKey|Schema)(?:s|es)?)\()/,
    rank: 1,
  },
  database: {
    call: /\b(?:TypeOrmModule\.forRoot(?:Async)?|new\s+DataSource|createConnection)\s*\([^]{0,1000}?\btype["']?\s*:\s*["'`]([\w-]{2,20})["'`]/,
    codeSettings: [
      {
        files: [
          ...endings("ormconfig", "json", "js", "ts"),
          "typeorm.config.ts",
          "data-source.ts",
          "src/data-source.ts",
          "src/database/data-source.ts",
        ],
        pattern: /\btype["']?[ \t]*:[ \t]*["'`]([\w-]{2,20})["'`]/,
      },
    ],
  },
  shapes: ["code", "pairs", "timestamps", "numbered"],
  classes: true,
  versionInCode: timeInName,
  inOrder,
  problems,
  wraps: "all",
  sends: "statement",
  savepoint:
    "a nested `await queryRunner.startTransaction();`, which ends with `commitTransaction()`, or with `rollbackTransaction()` where the error is caught (TypeORM 0.3)",
  rawCall: (sql, _language, handle = "queryRunner") => `await ${handle}.query(${sql});`,
  keyCall: ({ columns }) =>
    columns === undefined
      ? `a column \`{ name: "id", type: "bigint", isPrimary: true, isGenerated: true, generationStrategy: "increment" }\``
      : `\`isPrimary: true\` for ${columns.join(" and ")}`,
  codeFile: (file) => classOf(file, file.outside ? ["transaction = false;"] : []),
  codeVersion: (_, source) =>
    nameAndTime.map((pattern) => pattern.exec(source)?.[1]).find((time) => time !== undefined),
  sendsDivided: sendsLoaded,
  // undoLastMigration() asks for migrationsTransactionMode alone.
  wrapsBack: true,
  optOut: 'transaction = false in the class, with migrationsTransactionMode: "each"',
  adaptedCode(fs, folder) {
    const root = packageRootOf(fs, folder);
    const text = root === undefined ? undefined : fs.read(join(root, "package.json"));
    const stated = text === undefined ? undefined : npmVersion(text, "typeorm");
    if (root === undefined || stated === undefined || hasOptOut(stated)) return {};
    const isRange = !/^=?\d/.test(stated);
    // Of 0.3.x, a range may mean a later one.
    if (
      isRange &&
      hasOptOut(lockedVersion(fs, root, "typeorm") ?? (/0\.3\b/.test(stated) ? "0.3.11" : stated))
    )
      return {};
    return {
      optOut: "run by typeorm migration:run --transaction none",
      codeFile: (file) => classOf(file, []),
    };
  },
  wrapsSetting: {
    files: ["data-source.ts", "src/data-source.ts", ...endings("ormconfig", "json", "js", "ts")],
    pattern: /\bmigrationsTransactionMode["']?[ \t]*:[ \t]*["'`](all|each|none)["'`]/,
    wraps: (word) => (word === "each" || word === "none" ? word : "all"),
  },
  declaredTables: (fs, root) => entityTables(fs, root, decoratorsBy),
  declared: {
    where: "the entity",
    compares: "migrations",
    isPartlyRead: true,
    index: (name, fields) => `@Index("${name}", [${fields.map((field) => `"${field}"`).join(", ")}])`,
    key: (_, numbered) =>
      numbered === "plain" ? `@PrimaryGeneratedColumn({ type: "bigint" })` : `type: "bigint"`,
    reference: `"bigint"`,
    wide: { postgres: inStrings, mysql: inStrings },
    stated: { comment: { column: (text) => `comment: "${text}"` }, nullable: "nullable: true" },
    renamed: (column) => `@Column({ name: "${column}" })`,
    // JunctionEntityMetadataBuilder, whatever @JoinTable says; DefaultNamingStrategy.indexName.
    relationIndexes: /^IDX_[0-9a-f]{26}$/i,
    // DefaultNamingStrategy: the beginning of a digest of the table's and the columns' names.
    generatedNames: /^(?:CHK|DF|FK|IDX|PK|REL|UQ|XCL)_[0-9a-f]{26,27}$/i,
    renamedRelation: (column) => `@JoinColumn({ name: "${column}" })`,
  },
  sendsDelimiter: {},
  duplicates: "fine",
  late: { what: "typeorm runs it after the newer ones", runs: true },
  trackingTables: ["migrations", "typeorm_metadata"],
  tracking: {
    table: "migrations",
    key: { postgres: '"timestamp"', mysql: "`timestamp`" },
    keyOf: number,
    order: "id",
  },
  commands: {
    server: "the data source",
    apply: () => "npx typeorm migration:run -d <data source>",
    undo: () => "npx typeorm migration:revert -d <data source>",
    status: () => "npx typeorm migration:show -d <data source>",
  },
};
