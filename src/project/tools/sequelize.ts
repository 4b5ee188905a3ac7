import { lockedVersion, npmVersion, packageRootOf } from "../manifests.ts";
import type { FileSystem } from "../migration.ts";
import { join } from "../files/paths.ts";
import { fileName } from "../tracking.ts";
/** Sequelize's own command line, and Umzug, which it is made of. */
import type { CodeFile } from "../../model/tool.ts";
import { upAndDown } from "../advice/code-file.ts";
import { inStrings } from "../../model/tool.ts";
import { endings, sendsLoaded, type Tool } from "../tool.ts";

const files = [".sequelizerc"];

/** Beside settings that aren't kept in the repository. */
const exampleOf = (name: string): readonly string[] =>
  ["example", "sample"].flatMap((word) => [`${name}.${word}.json`, `${name}.json.${word}`]);

const usual = { parameter: "queryInterface", type: "QueryInterface" };

/** Umzug hands over `{ context }`, older ones what the project chooses: a QueryInterface, or Sequelize itself. */
function givenOf({ parameter, handle }: NonNullable<CodeFile["given"]>): typeof usual {
  const type = handle.endsWith(".sequelize") ? "QueryInterface" : "Sequelize";
  const isInContext = handle.includes(".context") || parameter.startsWith("{");
  return { parameter, type: isInContext ? `{ context: ${type} }` : type };
}

/** 6.26 is the first release that hands `lock_timeout` on to the driver; tried with 4.44, 5.22, 6.3, 6.25, 6.26 and 6.37. */
function handsLockTimeout(fs: FileSystem, folder: string): boolean {
  const root = packageRootOf(fs, folder);
  const stated =
    root === undefined ? undefined : npmVersion(fs.read(join(root, "package.json")) ?? "", "sequelize");
  const [, sign = "", major = "9", minor = "0"] =
    /^([\^~=]?)v?(\d{1,3})(?:\.(\d{1,3}))?/.exec(stated ?? "") ?? [];
  if (root === undefined || Number(major) !== 6) return Number(major) > 6;
  const [, locked] = /^6\.(\d+)/.exec(lockedVersion(fs, root, "sequelize") ?? "") ?? [];
  // Without a lock file, `^6.1.0` is the newest one.
  return Number(locked ?? (sign === "^" ? "99" : minor)) >= 26;
}

export const sequelize: Tool = {
  name: "sequelize",
  aliases: ["sequelize/umzug"],
  rank: 7,
  signs: [
    { files, dependencies: { npm: ["sequelize-cli", "umzug", "sequelize"] }, needsProof: true },
    { files, dependencies: { npm: ["sequelize-cli", "umzug"] }, needsCode: true },
    { dependencies: { npm: ["umzug"] }, name: /^\d{4}\.\d{2}\.\d{2}T/ },
  ],
  code: {
    words: /\b(?:queryInterface|(?:get)?QueryInterface)\b/,
    calls:
      /\.\s*(?:sequelize\b|(?:(?:add|change|remove|rename)Column|(?:create|drop|rename|describe)Table|(?:add|remove)(?:Index|Constraint)|bulk(?:Insert|Update|Delete)|showAllTables|tableExists)\()/,
    folder: {
      files,
      pattern: /\bmigrations-path["']\s{0,20}:\s{0,20}(?:[\w.]{1,40}\()?\s{0,40}([^()}]{1,200})/,
    },
    rank: 2,
  },
  database: {
    call: /\bnew\s+Sequelize\s*\([^]{0,1000}?\bdialect["']?\s*:\s*["'`]([\w-]{2,20})["'`]/,
    codeSettings: [
      {
        files: [
          ...["config/config", "config"].flatMap((name) => [
            `${name}.json`,
            `${name}.js`,
            ...exampleOf(name),
          ]),
          ...endings("config/database", "js", "json"),
        ],
        pattern: /\bdialect["']?[ \t]*:[ \t]*["'`]([\w-]{2,20})["'`]/,
      },
      {
        // What the package `config` reads; variables come before the default.
        files: endings("config/default", "js", "cjs", "ts", "json"),
        pattern:
          /\bdialect["']?\s{0,20}:\s{0,20}(?:process\.env\.\w{1,60}\s{0,40}(?:\|\||\?\?)\s{0,40}){0,5}["'`]([\w-]{2,20})["'`]/,
      },
    ],
  },
  shapes: ["code", "pairs", "timestamps", "numbered"],
  order: "text",
  anyName: true,
  wraps: "none",
  sends: "statement",
  rawCall: (sql, _language, handle = "queryInterface.sequelize", options = "") =>
    `await ${handle}.query(${sql}${options === "" ? "" : `, ${options}`});`,
  keyCall: ({ columns, call }) => {
    const [, types = "Sequelize"] =
      /\b(\w+)\.(?:BIGINT|BOOLEAN|DATE|INTEGER|STRING|TEXT|UUID)\b/.exec(call) ?? [];
    return columns === undefined
      ? `\`id: { type: ${types}.BIGINT, primaryKey: true, autoIncrement: true }\``
      : `\`primaryKey: true\` for ${columns.join(" and ")}`;
  },
  pools: true,
  poolTimeout: "set lock_timeout in the options of the connection: `dialectOptions: { lock_timeout: 2000 }`",
  adaptedCode: (fs, root) =>
    handsLockTimeout(fs, root)
      ? {}
      : {
          poolTimeout:
            "set it for the role that migrates, with `ALTER ROLE … SET lock_timeout = '2s'`, or run the migrations with `PGOPTIONS=\"-c lock_timeout=2s\"` (pg 8.3 and later): Sequelize before 6.26 drops lock_timeout from dialectOptions. Then state lockTimeout in the configuration",
        },
  handsTransaction:
    "open a transaction around all calls, `await queryInterface.sequelize.transaction(async (transaction) => { … })`, and hand it to each of them: `{ transaction }` among the options, which come last",
  codeFile: (file) => {
    const { parameter, type } = file.given === undefined ? usual : givenOf(file.given);
    return upAndDown({
      parameter,
      type,
      head: ({ language }) =>
        language === "typescript"
          ? [`import type { ${/\w+(?=\W*$)/.exec(type)?.[0] ?? type} } from "sequelize";`]
          : [],
    })(file);
  },
  keepsParameter: true,
  sendsDivided: sendsLoaded,
  declared: {
    where: "the model",
    key: () => "DataTypes.BIGINT",
    reference: "DataTypes.BIGINT",
    // Its MySQL driver gives numbers as long as they are exact.
    wide: { postgres: inStrings },
    renamed: (column) => `field: "${column}"`,
  },
  sendsDelimiter: {},
  duplicates: "fine",
  late: { what: "sequelize runs it after the newer ones", runs: true },
  trackingTables: ["SequelizeMeta"],
  tracking: {
    table: { postgres: '"SequelizeMeta"', mysql: "SequelizeMeta" },
    key: "name",
    keyOf: fileName,
    order: "name",
  },
  commands: {
    server: "what `config/config.json` says",
    apply: () => "npx sequelize-cli db:migrate",
    applyTo: ({ migration }) => `npx sequelize-cli db:migrate --to ${fileName(migration)}`,
    undo: ({ migration }) => `npx sequelize-cli db:migrate:undo --name ${fileName(migration)}`,
    status: () => "npx sequelize-cli db:migrate:status",
  },
};
