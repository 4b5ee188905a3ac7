/** The shape of a configuration, as a zod schema; built from the rules, so that their options are checked too. */
import type { z as Z } from "zod";
import { levels, presetNames } from "../lint/opinions.ts";
import { packPrefix } from "../lint/packs.ts";
import type { AnyOption, Rule, RuleOption } from "../lint/rule.ts";
import { statedServer } from "../project/server/stated-server.ts";
import { dialects, parsers, runners, tools } from "./values.ts";

type Zod = typeof Z;

const aVersion = 'expected a version: 16, "8.0.36", "mariadb 10.11"';

export function configSchema(z: Zod, rules: readonly Rule[]) {
  const level = z.enum(levels as [string, ...string[]]);
  const settings = z
    .strictObject(
      Object.fromEntries(
        rules.flatMap((rule) => {
          const setting = ruleSetting(z, rule, level).describe(rule.docs.summary).optional();
          return [rule.id, ...(rule.formerly ?? [])].map((id) => [id, setting]);
        }),
      ),
    )
    .describe('Severity of each rule, with its options: "off", or ["error", { … }].');
  const words = z.array(z.string().min(1));
  const facts = {
    dialect: z.enum(dialects).optional().describe("The database. Default: detected, or postgres."),
    serverVersion: z
      .union(
        [
          z
            .string()
            .regex(/^[ -~]{0,40}\d[ -~]{0,80}$/, aVersion)
            .refine((text) => statedServer(text) !== undefined, aVersion),
          z.number().positive(),
        ],
        aVersion,
      )
      .optional()
      .describe('Version of the oldest server that the migrations run on: 14, "8.0.36", "mariadb 10.11".'),
    tool: z
      .enum(tools as [string, ...string[]])
      .optional()
      .describe("The tool that runs the migrations. Default: detected."),
    runner: z.enum(runners).optional().describe("How migrations without a known tool are run."),
    startAfter: z
      .string()
      .min(1)
      .optional()
      .describe(
        "The last migration that is already applied: it, older and repeatable ones are read, not reported.",
      ),
    schema: z
      .string()
      .min(1)
      .optional()
      .describe("A snapshot of the schema before the history (pg_dump --schema-only, mysqldump --no-data)."),
    tables: z
      .record(z.string(), z.union([z.enum(["small", "large"]), z.number().nonnegative()]))
      .optional()
      .describe('Sizes of tables, or their number of rows: { "countries": "small", "audit.*": "large" }.'),
    stats: z
      .string()
      .min(1)
      .optional()
      .describe(
        "A file with the table sizes of production, made with the query that `ddlint stats-query` prints.",
      ),
    lockTimeout: z
      .string()
      .regex(/^\d+(\.\d+)?\s*(us|ms|s|min|h|d)?$/, 'expected a time: "2s", "500ms"')
      .optional()
      .describe(
        'The lock_timeout (MySQL, MariaDB: lock_wait_timeout) that is set outside the files: "5s"; without a unit, milliseconds (MySQL, MariaDB: seconds).',
      ),
    sqlMode: z
      .string()
      .regex(/^[A-Za-z_]*(,[A-Za-z_]+)*$/, 'expected modes: "STRICT_TRANS_TABLES,ANSI_QUOTES", or ""')
      .optional()
      .describe("The sql_mode of the sessions, if it isn't the server's default (MySQL, MariaDB)."),
    skipMarker: z
      .string()
      .min(3)
      .optional()
      .describe(
        'A comment that makes your own runner pass a migration over: "-- app: skip". Default: detected in its program.',
      ),
    commitTimes: z
      .boolean()
      .optional()
      .describe(
        "Ask git when migrations were committed whose names have no time: what was committed together counts as deployed together. Default: true.",
      ),
  };
  return z
    .strictObject({
      $schema: z.string().optional().describe("Where editors find the schema of this file."),
      ...facts,
      parser: z
        .enum(parsers)
        .optional()
        .describe(
          "The parser for PostgreSQL. Default: libpg-query; pgsql-ast-parser where WebAssembly isn't available.",
        ),
      migrations: z
        .union([z.string().min(1), words, z.record(z.string().min(1), z.strictObject(facts))])
        .optional()
        .describe(
          "Folders of migrations, relative to this file; each is a history. An object gives each folder its facts: { folder: { … } }.",
        ),
      now: z
        .string()
        .min(1)
        .optional()
        .describe("The current time, as ISO 8601. Default: the computer's clock."),
      presets: z
        .array(z.enum(presetNames as [string, ...string[]]))
        .optional()
        .describe('Sets of rules. Default: ["recommended"].'),
      rules: settings.optional(),
      overrides: z
        .array(
          z.strictObject({
            files: z.union([z.string().min(1), words.min(1)]).describe("Globs, relative to this file."),
            rules: settings,
          }),
        )
        .optional()
        .describe("Other rule settings for some files; later ones win."),
      baseline: z
        .string()
        .min(1)
        .optional()
        .describe("A file of accepted findings, written by `ddlint baseline`."),
      plugins: z
        .record(z.string().regex(packPrefix), z.string().min(1))
        .optional()
        .describe(
          'Rule packs by the prefix of their rules: { "acme": "ddlint-rules-acme" }. Loaded only with --allow-config-code.',
        ),
      noInlineConfig: z.boolean().optional().describe("Suppression comments have no effect."),
    })
    .describe("Configuration of ddlint");
}

function ruleSetting(z: Zod, rule: Rule, level: Z.ZodType): Z.ZodType {
  const options = ruleOptions(z, rule);
  if (options === undefined) return z.union([level, z.tuple([level])]);
  return z.union([level, z.tuple([level]), z.tuple([level, options])]);
}

/** The schema of a rule's options, any of which may be left out; undefined: it has none. */
export function ruleOptions(z: Zod, { options }: Rule): Z.ZodType | undefined {
  if (options === undefined) return undefined;
  const shape = Object.entries(options).map(([name, option]) => [
    name,
    optionSchema(z, option).optional().describe(option.description),
  ]);
  const fields = Object.fromEntries(shape) as Readonly<Record<string, Z.ZodType>>;
  return z.strictObject(fields, "expected an object of options");
}

function optionSchema(z: Zod, option: RuleOption): Z.ZodType {
  const any: AnyOption = option;
  const { default: usual, minimum = -Infinity, maximum = Infinity, enum: values } = any;
  if (typeof usual === "boolean") return z.boolean("expected true or false");
  if (typeof usual === "number") {
    const error = `expected a whole number${withinText("", minimum, maximum)}`;
    return z.int(error).min(minimum, error).max(maximum, error);
  }
  if (typeof usual === "string") return textSchema(z, any);
  const { minItems, maxItems, minLength = 1, pattern } = any;
  const error = `expected a list of texts${withinText(" of them", minItems, maxItems)}`;
  const list = z.array(textSchema(z, { enum: values, minLength, pattern }), error);
  const atLeast = minItems === undefined ? list : list.min(minItems, error);
  return maxItems === undefined ? atLeast : atLeast.max(maxItems, error);
}

function textSchema(
  z: Zod,
  { enum: values, minLength, maxLength, pattern }: Omit<AnyOption, "default" | "description">,
): Z.ZodType {
  if (values !== undefined) return z.enum(values);
  const error = `expected a text${withinText(" characters", minLength, maxLength)}`;
  let text = z.string(error);
  if (minLength !== undefined) text = text.min(minLength, error);
  if (maxLength !== undefined) text = text.max(maxLength, error);
  return pattern === undefined
    ? text
    : text.regex(new RegExp(pattern, "u"), `expected a text that matches ${pattern}`);
}

/** `, at least 1`, `, from 1 to 10 characters`. */
function withinText(unit: string, least = -Infinity, most = Infinity): string {
  const hasLeast = least > -Infinity;
  if (hasLeast && most < Infinity) return `, from ${least} to ${most}${unit}`;
  if (hasLeast)
    return least === 1 && unit === " characters" ? " that isn't empty" : `, at least ${least}${unit}`;
  return most < Infinity ? `, at most ${most}${unit}` : "";
}

/** The schema for editors, as draft 2020-12. */
export function configJsonSchema(z: Zod, rules: readonly Rule[]): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(configSchema(z, rules), { io: "input" });
  const level = z.enum(levels as [string, ...string[]]);
  const setting = { anyOf: z.toJSONSchema(z.union([level, z.tuple([level])])).anyOf };
  const said = new Map([[JSON.stringify(setting.anyOf), "setting"]]);
  return {
    $schema,
    title: "ddlint",
    ...saidOnce(withPackRules(rest), said),
    $defs: { setting, packSetting: packSetting(z, level) },
    allowTrailingCommas: true,
  };
}

/** A level, or a list of it and options, whose names and values only the pack knows. */
const packSetting = (z: Zod, level: Z.ZodType): unknown => ({
  anyOf: z.toJSONSchema(
    z.union([level, z.tuple([level]), z.tuple([level, z.record(z.string(), z.unknown())])]),
  ).anyOf,
});

/** The same where settings may be of rules that rule packs have, of which editors know nothing. */
function withPackRules(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const patternProperties = { "^[a-z0-9-]+/[a-z0-9-]+$": { $ref: "#/$defs/packSetting" } };
  const inside = (value: unknown, key?: string): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((each: unknown) => inside(each));
    const copy = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inside(each, name)]));
    return key === "rules" ? { ...copy, patternProperties } : copy;
  };
  return inside(schema) as Record<string, unknown>;
}

/** The same JSON with references for the unions that `said` names: a setting of every rule is spelled out once. */
function saidOnce<T>(value: T, said: ReadonlyMap<string, string>): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => saidOnce(each, said)) as T;
  const { anyOf, ...others } = value as Readonly<Record<string, unknown>>;
  const name = anyOf === undefined ? undefined : said.get(JSON.stringify(anyOf));
  const parts = Object.entries(name === undefined ? (value as object) : others);
  const copy = Object.fromEntries(parts.map(([key, each]) => [key, saidOnce(each as unknown, said)]));
  return (name === undefined ? copy : { $ref: `#/$defs/${name}`, ...copy }) as T;
}
