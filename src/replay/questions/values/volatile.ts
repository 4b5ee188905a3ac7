/** Values that differ from one run to the next: the time, chance, and what a function reads from tables. */
import type { DialectFamily } from "../../../model/dialect.ts";
import type { Expression } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Schema } from "../../../schema/schema.ts";
import { tokenize, type Token } from "../../../sql/postgres/lexer.ts";
import type { Span } from "../../../text/span.ts";

/** The clock. */
const clock = words(
  "now transaction_timestamp statement_timestamp clock_timestamp timeofday current_date current_time " +
    "current_timestamp localtime localtimestamp",
);
/** Called without parentheses. */
const keywords = words(
  "current_date current_time current_timestamp localtime localtimestamp current_user session_user current_role " +
    "current_catalog current_schema",
);
const chance = words(
  "random random_normal gen_random_uuid gen_random_bytes uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 " +
    "uuidv4 uuidv7 uuid_generate_v7",
);
/** MySQL's and MariaDB's; UNIX_TIMESTAMP(c) is none. */
const mysqlClock = words(
  "now sysdate current_timestamp localtime localtimestamp current_date curdate current_time curtime utc_date " +
    "utc_time utc_timestamp",
);
const mysqlChance = words("rand uuid uuid_short random_bytes uuid_v4 uuid_v7 sys_guid");
/** Who is connected, and with which settings. */
const session = words(
  "current_setting current_user session_user current_role user current_catalog current_schema current_database " +
    "inet_client_addr pg_backend_pid txid_current pg_current_xact_id has_table_privilege pg_has_role nextval currval",
);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}

const none: ReadonlySet<string> = new Set();
const clocks: Readonly<Record<DialectFamily, ReadonlySet<string>>> = {
  postgres: clock,
  mysql: mysqlClock,
  mongodb: none,
};
const chances: typeof clocks = { postgres: chance, mysql: mysqlChance, mongodb: none };

export const isClock = ({ schema, name }: QualifiedName, family: DialectFamily): boolean =>
  schema === undefined && clocks[family].has(name);
export const isChance = ({ name }: Pick<QualifiedName, "name">, family: DialectFamily): boolean =>
  chances[family].has(name);

/** A part of an expression that gives something else another time. */
export interface MovingPart {
  readonly at: Span;
  /** `now()`, `CURRENT_DATE`. */
  readonly text: string;
  /** Of a function of the history's own: the tables that it reads. */
  readonly reads: readonly QualifiedName[];
}

/** The conditions and computed columns that an operation gives to rows, for good. */
export function lastingExpressions(
  operation: Operation,
): readonly { readonly expression: Expression; readonly generated: boolean }[] {
  const check = (expression: Expression) => ({ expression, generated: false });
  const generated = (expression: Expression) => ({ expression, generated: true });
  switch (operation.kind) {
    case "addCheck":
      return [check(operation.expression)];
    case "createDomain":
      return operation.checks.map((one) => check(one.expression));
    case "alterDomain":
      return operation.check === undefined ? [] : [check(operation.check.expression)];
    case "setExpression":
      return [generated(operation.expression)];
    case "addColumn":
      return operation.column.generated === undefined
        ? []
        : [generated(operation.column.generated.expression)];
    case "createTable":
      return operation.columns.flatMap(({ generated: by }) =>
        by === undefined ? [] : [generated(by.expression)],
      );
    default:
      return [];
  }
}

/** The first moving part; undefined: none is known. What once held and then always holds is none: `born <= now()`. */
export function movingPart(expression: Expression, schema: Schema): MovingPart | undefined {
  for (const name of expression.functions) {
    if (
      name.schema === undefined &&
      (clock.has(name.name) || chance.has(name.name) || session.has(name.name))
    ) {
      if (clock.has(name.name) && staysTrue(expression)) continue;
      return { at: name.span, text: callText(name), reads: [] };
    }
    const routines = schema.routines(name);
    const reads =
      routines.is === "present" ? routines.value.flatMap(({ definition }) => definition.uses.relations) : [];
    if (reads.length > 0) return { at: name.span, text: callText(name), reads };
  }
  return undefined;
}

/** `EXTRACT(YEAR FROM now())` and `date_part('year', now())` only grow, too; the month begins anew. */
const withoutField = (tokens: readonly Token[]): readonly Token[] => {
  const [call, field, from] = tokens.map(({ value }) => value.toLowerCase());
  const grows =
    ((call === "extract" && from === "from") || (call === "date_part" && from === ",")) &&
    /^(?:years?|decades?|century|centuries|millennium|millennia|epoch|julian)$/.test(field ?? "");
  return grows ? tokens.slice(3) : tokens;
};

/** `now()`, `CURRENT_DATE`. */
export const callText = ({ name, text }: QualifiedName): string =>
  keywords.has(name) ? name.toUpperCase() : `${text}()`;

/** Time only goes on: `c <= now()` and `now() > c`, joined by AND and OR, stay true once they are. */
function staysTrue({ text }: Expression): boolean {
  const tokens = tokenize(text).filter(
    ({ kind, value }) => kind !== "comment" && value !== "(" && value !== ")",
  );
  const opaque = /^(?:not|case|symmetric)$/;
  if (tokens.some(({ kind, value }) => kind === "word" && opaque.test(value))) return false;
  const parts: Token[][] = [[]];
  // `c BETWEEN a AND b` is `c >= a AND c <= b`.
  let upper: readonly Token[] = [];
  for (const token of tokens) {
    const word = token.kind === "word" ? token.value : "";
    const part = parts.at(-1) ?? [];
    if (word === "between") {
      upper = [...part, { ...token, kind: "operator", value: "<=" }];
      part.push({ ...token, kind: "operator", value: ">=" });
    } else if (word === "and" || word === "or") {
      parts.push([...upper]);
      upper = [];
    } else part.push(token);
  }
  const tellsTime = ({ kind, value }: Token): boolean => kind === "word" && clock.has(value);
  return parts.every((part) => {
    if (!part.some(tellsTime)) return true;
    const at = part.findIndex(({ kind, value }) => kind === "operator" && /^[<>]=?$/.test(value));
    const [left, right] = [part.slice(0, at), part.slice(at + 1)];
    if (at < 0 || (left.some(tellsTime) && right.some(tellsTime))) return false;
    const later = withoutField(part[at]?.value.startsWith("<") === true ? right : left);
    // `c < now() - interval '1 day'` still only grows; with a column in it nobody knows.
    return later[0] !== undefined && tellsTime(later[0]);
  });
}
