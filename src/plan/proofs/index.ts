/** Queries that show that migrations have been applied: true after them, false before. */
import type { PerFamily } from "../../model/dialect.ts";
import { changed, tableOf } from "../../model/kinds.ts";
import type { MigrationScope } from "../../replay/step.ts";
import type { Schema } from "../../schema/schema.ts";
import { backslashes, literal } from "../checks/check.ts";
import { namesIn, type Names } from "../definitions.ts";
import { factsBetween, type Fact } from "./facts.ts";
import { mysqlProof } from "./mysql.ts";
import { postgresProof } from "./postgres.ts";

export interface Proof {
  /** `column orders.channel is there`. */
  readonly what: string;
  /** A SQL expression: true after the migrations, false before them. */
  readonly condition: string;
}

export interface Proofs {
  readonly proofs: readonly Proof[];
  /** One SELECT with a row for each: `what`, and `ok`. Undefined: there is nothing to ask. */
  readonly sql: string | undefined;
  /** What the migrations change, and no query of these shows. */
  readonly unproved: readonly string[];
}

/** The condition of a fact; undefined: this database has no short one. */
export type ProofOf = (fact: Fact, names: Names) => string | undefined;

const families: PerFamily<ProofOf> = {
  postgres: postgresProof,
  mysql: mysqlProof,
  mongodb: () => undefined,
};

/** `base`: the schema before the first migration. */
export function proofsOf(scopes: readonly MigrationScope[], base: Schema): Proofs {
  const last = scopes.at(-1);
  if (last === undefined) return { proofs: [], sql: undefined, unproved: [] };
  const end = last.after;
  const { facts, unproved } = factsBetween(base, end, scopes[0]?.migration.index ?? 0, madeBy(scopes));
  const names = namesIn(end);
  const proofs: Proof[] = [];
  const missing = [...unproved];
  for (const fact of facts) {
    const condition = families[base.family](fact, names);
    if (condition === undefined) missing.push(inWords(fact, names));
    else proofs.push({ what: inWords(fact, names), condition });
  }
  const sql = proofs
    .map(
      ({ what, condition }) =>
        `SELECT ${literal(what, backslashes[base.family])} AS what, ${condition} AS ok`,
    )
    .join("\nUNION ALL ");
  return {
    proofs,
    sql: proofs.length === 0 ? undefined : sql,
    unproved: [...new Set([...missing, ...besideSchema(scopes)])],
  };
}

/** Columns by the names that they get. */
const madeBy = (scopes: readonly MigrationScope[]): ReadonlySet<string> =>
  new Set(
    scopes.flatMap(({ steps }) =>
      steps.flatMap(({ operation }) => {
        if (operation.kind === "addColumn") return [operation.column.name.text];
        if (operation.kind === "renameColumn") return [operation.to.text];
        return operation.kind === "redefineColumn" ? [operation.definition.name.text] : [];
      }),
    ),
  );

/** What migrations do beside the schema. */
const besideSchema = (scopes: readonly MigrationScope[]): readonly string[] =>
  scopes.flatMap((scope) =>
    scope.applied().flatMap(({ operation, show }) => {
      const table = tableOf(operation);
      switch (changed(operation)) {
        case "rows":
          return table === undefined || scope.isTracking(table) ? [] : [`rows of ${show(table)}`];
        case "description":
          return ["comments, owners or privileges"];
        case "unknown":
          return ["statements that ddlint doesn't understand"];
        default:
          return [];
      }
    }),
  );

function inWords(fact: Fact, { show, spell }: Names): string {
  switch (fact.is) {
    case "relation":
      return `${fact.relation.kind} ${show(fact.relation.key)} is ${thereOr(fact.there)}`;
    case "column":
      return `column ${show(fact.table.key)}.${spell(fact.column.name)} is ${thereOr(fact.there)}`;
    case "type":
      return `${show(fact.table.key)}.${spell(fact.column.name)} is ${fact.column.type?.text ?? ""}`;
    case "not null":
      return `${show(fact.table.key)}.${spell(fact.column.name)} ${fact.there ? "is NOT NULL" : "takes NULL"}`;
    case "default":
      return `${show(fact.table.key)}.${spell(fact.column.name)} has ${fact.there ? "a" : "no"} default`;
    case "default value":
      return `the default of ${show(fact.table.key)}.${spell(fact.column.name)} is ${fact.column.default?.text ?? ""}`;
    case "constraint":
      return `constraint ${spell(fact.constraint.name)} of ${show(fact.table.key)} is ${thereOr(fact.there)}`;
    case "index":
      return `index ${spell(fact.index.name)} of ${show(fact.table.key)} is ${thereOr(fact.there)}`;
    case "trigger":
    case "policy":
      return `${fact.is} ${spell(fact.name)} of ${show(fact.table.key)} is ${thereOr(fact.there)}`;
    case "row security":
      return `row level security of ${show(fact.table.key)} is ${fact.there ? "on" : "off"}`;
    case "type object":
      return `type ${show(`${fact.type.schema}.${fact.type.name}`)} is ${thereOr(fact.there)}`;
    case "label":
      return `label '${fact.label}' of ${show(`${fact.type.schema}.${fact.type.name}`)} is ${thereOr(fact.there)}`;
    case "routine":
      return `function ${show(`${fact.schema}.${fact.name}`)} is ${thereOr(fact.there)}`;
    default:
      return `${fact.is} ${spell(fact.name)} is ${thereOr(fact.there)}`;
  }
}

const thereOr = (there: boolean): string => (there ? "there" : "gone");
