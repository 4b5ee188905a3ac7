/** Text search configurations that a statement names in its calls, such as `to_tsvector('english', body)`, and that no server has. */
import type { Span } from "../../../text/span.ts";
import type { Step } from "../../step.ts";
import { tokensIn, type ScriptToken } from "../tokens.ts";

export interface MissingConfiguration {
  readonly name: string;
  readonly span: Span;
  /** In a body that isn't looked at before it runs: the calls fail, and not the statement. */
  readonly isLater: boolean;
}

/** Measured on PostgreSQL 13 (23 of them), 15 (29) and 18 (30): `pg_ts_config`. */
const ofServers: ReadonlySet<string> = new Set(
  (
    "arabic armenian basque catalan danish dutch english estonian finnish french german greek hindi hungarian " +
    "indonesian irish italian lithuanian nepali norwegian portuguese romanian russian serbian simple spanish swedish " +
    "tamil turkish yiddish"
  ).split(" "),
);

/** What brings none; of others it isn't known. */
const withoutAny: ReadonlySet<string> = new Set(
  (
    "plpgsql pgcrypto uuid-ossp pg_trgm unaccent citext hstore btree_gin btree_gist vector ltree cube earthdistance " +
    "intarray tablefunc pg_stat_statements fuzzystrmatch postgis postgis_topology timescaledb pg_cron pgjwt isn seg lo " +
    "postgres_fdw dblink moddatetime"
  ).split(" "),
);

const mentions = /ts(?:vector|query)\s{0,20}\(/i;
const takesName = /^(?:to_tsvector|(?:plainto_|phraseto_|websearch_to_|to_)tsquery)$/;
const farEnough = 20_000;

/** See `NameQuestions.missingTextSearch`. */
export function missingTextSearch(step: Step): readonly MissingConfiguration[] {
  const { statement, operation, script, before, inBody, scope } = step;
  const { start, end } = statement.span;
  const isFunction = operation.kind === "createFunction";
  // Once for each statement.
  if (
    operation.called === true ||
    (statement.operations[0] ?? operation) !== operation ||
    end - start > farEnough
  )
    return [];
  const text = script.text.slice(start, end);
  if (!mentions.test(text) || /pg_ts_config/i.test(text)) return [];
  const { after } = scope;
  // Whether a history begins with an empty database shows at the end of its first migration.
  if (!after.closed || before.hasAny("text search configuration")) return [];
  if (after.hasAny("text search configuration") && isFunction) return [];
  if (before.objectsOf("extension").some((name) => !withoutAny.has(name))) return [];
  const isLater = isFunction && !inBody && !/^sql$/i.test(operation.language);
  return tokensIn(step, statement.span)
    .flatMap((token): readonly MissingConfiguration[] => {
      const [, tag] =
        token.kind === "string" ? (opening.exec(script.text.slice(token.start, token.end)) ?? []) : [];
      if (tag === undefined) return [];
      const body = { start: token.start + tag.length, end: token.end - tag.length };
      return isFunction || inBody ? named(tokensIn(step, body), isLater) : [];
    })
    .concat(named(tokensIn(step, statement.span), false));
}

const opening = /^(\$\w{0,63}\$)/;

function named(tokens: readonly ScriptToken[], isLater: boolean): readonly MissingConfiguration[] {
  return tokens.flatMap(({ kind, value }, at): readonly MissingConfiguration[] => {
    if (kind === "string" || !takesName.test(value) || tokens[at + 1]?.value !== "(") return [];
    const [given, ...behind] = tokens.slice(at + 2, at + 6);
    if (given?.kind !== "string") return [];
    const isCast = behind[0]?.value === "::" && behind[1]?.value === "regconfig";
    if (behind[isCast ? 2 : 0]?.value !== ",") return [];
    const name = given.value.toLowerCase();
    // A schema's own, and one in quotation marks, the history may make in other words.
    if (!/^[a-z_]\w{0,62}$/.test(name) || ofServers.has(name)) return [];
    return [{ name, span: { start: given.start, end: given.end }, isLater }];
  });
}
