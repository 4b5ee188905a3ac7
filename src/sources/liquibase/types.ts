/** Types of Liquibase in each database. */
import type { Target } from "./database.ts";
import { instead, type Value } from "./sql.ts";

/** How a value of the type is written; `asText`: of a type that Liquibase doesn't know, between quotes as it is. */
export type Form = "boolean" | "quoted" | "moment" | "day" | "bare" | "asText";

export interface ColumnType {
  readonly sql: Value;
  readonly form: Form;
  /** The type itself asks for it: `serial`. */
  readonly isSerial: boolean;
  /** Liquibase cuts its words in the middle, and writes a syntax error: what it writes. */
  readonly cut?: string | undefined;
  /** Liquibase sends what is written behind such a type, as NOT NULL. */
  readonly keepsWords: boolean;
}

interface Row {
  readonly postgres: string;
  readonly mysql: string;
  readonly mariadb?: string;
  readonly form?: Form;
  /** Where the words behind the type are kept (run with 3.5 to 5.0). */
  readonly more?: "everywhere" | "inMysql" | "inPostgres" | "nowhere";
  readonly isSerial?: true;
}

/** `()` stands for the parameters. */
const row = (postgres: string, mysql = postgres, more: Partial<Row> = {}): Row => ({
  postgres,
  mysql,
  ...more,
});

const quoted: Partial<Row> = { form: "quoted" };
const alone: Partial<Row> = { more: "nowhere" };
const quotedAlone: Partial<Row> = { ...quoted, ...alone };
const moment: Partial<Row> = { form: "moment" };
const text = (mysql: string): Row => row("TEXT", mysql, quotedAlone);
const bytes = (mysql: string): Row => row("BYTEA", mysql, quotedAlone);
/** What MySQL has instead depends on the release of Liquibase. */
const truth = row("BOOLEAN", "TINYINT", { form: "boolean", more: "inPostgres" });
const integer = row("INTEGER", "INT", { more: "inMysql" });
const bigint = row("BIGINT");
const smallint = row("SMALLINT", "SMALLINT", { more: "inMysql" });
const uuid = row("UUID", "char(36)", { mariadb: "UUID", ...alone });
const datetime = row("TIMESTAMP() WITHOUT TIME ZONE", "datetime()", { ...moment, ...alone });
const time = row("time() WITHOUT TIME ZONE", "time", quotedAlone);
const timetz = { ...time, postgres: "time() WITH TIME ZONE" };
const varchar = row("VARCHAR()", "VARCHAR()", quoted);
const nvarchar = row("VARCHAR()", "NVARCHAR()", { ...quoted, more: "inMysql" });
/** With words behind, REAL is another type. */
const float = row("FLOAT()");
const double = row("DOUBLE PRECISION", "DOUBLE()", { more: "inMysql" });
const numeric = row("numeric()", "numeric()", alone);
const money = row("DECIMAL", "DECIMAL", alone);
const serial = { isSerial: true } as const;

const rows = new Map<string, Row>(
  Object.entries({
    int: integer,
    integer,
    int4: integer,
    serial: { ...integer, ...serial },
    serial4: { ...integer, ...serial },
    bigint,
    int8: bigint,
    bigserial: { ...bigint, ...serial },
    serial8: { ...bigint, ...serial },
    smallint,
    int2: smallint,
    smallserial: { ...smallint, ...serial },
    tinyint: row("SMALLINT", "TINYINT()", { more: "inMysql" }),
    mediumint: row("MEDIUMINT"),
    varchar,
    varchar2: row("VARCHAR()", "VARCHAR()", quoted),
    nvarchar,
    nvarchar2: nvarchar,
    char: row("CHAR()", "CHAR()", quoted),
    nchar: row("NCHAR()", "NCHAR()", quoted),
    text: text("TEXT"),
    tinytext: text("TINYTEXT"),
    mediumtext: text("MEDIUMTEXT"),
    longtext: text("LONGTEXT"),
    clob: text("LONGTEXT"),
    longvarchar: text("LONGTEXT"),
    longnvarchar: text("LONGTEXT"),
    ntext: text("LONGTEXT"),
    nclob: text("LONGTEXT CHARACTER SET utf8"),
    blob: row("OID", "BLOB", alone),
    tinyblob: bytes("TINYBLOB"),
    mediumblob: bytes("MEDIUMBLOB"),
    longblob: bytes("LONGBLOB"),
    bytea: row("BYTEA", "BYTEA", quoted),
    varbinary: bytes("VARBINARY()"),
    binary: bytes("BINARY()"),
    longvarbinary: bytes("LONGBLOB"),
    image: bytes("LONGBLOB"),
    boolean: truth,
    bool: truth,
    bit: row("BIT()", "BIT()", { form: "boolean", ...alone }),
    date: row("date", "date", { form: "day", ...alone }),
    time,
    timetz,
    datetime,
    datetime2: datetime,
    smalldatetime: datetime,
    timestamp: row("TIMESTAMP() WITHOUT TIME ZONE", "timestamp()", moment),
    timestamptz: row("TIMESTAMP() WITH TIME ZONE", "timestamp()", moment),
    double,
    float,
    real: row("REAL()"),
    number: numeric,
    numeric,
    decimal: row("DECIMAL()"),
    currency: money,
    money,
    uuid,
    uniqueidentifier: uuid,
    xml: row("XML", "LONGTEXT", quotedAlone),
  }),
);

/** Names of Java's constants that mean something else than the same name alone. */
const javaRows = new Map<string, Row>([
  ["binary", bytes("LONGBLOB")],
  ["varbinary", bytes("LONGBLOB")],
  ["real", float],
]);

export function typeOf(target: Target, given: Value): ColumnType {
  const { isMysql } = target;
  const whole = given.text.trim();
  const java = /^java\.(?:sql\.Types|lang)\.(.*)$/s.exec(whole);
  const own = (java?.[1] ?? whole).replace(/^"([^"]*)"/, "$1");
  const [, open = "", parameters] = /^([^(]*)\(([^)]*)\)/.exec(own) ?? [];
  // Of the words behind, Liquibase keeps those behind the last parenthesis; on MySQL it leaves a TIMESTAMP as it is written.
  const isAsWritten = isMysql && /^timestamp\s*$/i.test(open);
  const end = isAsWritten ? open.length + (parameters?.length ?? 0) + 2 : own.lastIndexOf(")") + 1;
  const rest = parameters === undefined ? own : own.slice(end);
  const words = (parameters === undefined ? rest : `${open} ${rest}`).trim();
  const isVarying = /^character varying/i.test(words);
  const [, first = "", behind = ""] = isVarying
    ? (/^(character varying)(.*)$/is.exec(words) ?? [])
    : (/^(\S*)\s*(.*)$/s.exec(words) ?? []);
  const isText = isVarying || (java !== null && first === "String");
  const name = isText ? "varchar" : first.toLowerCase();
  const row = (java === null ? undefined : javaRows.get(name)) ?? rows.get(name);
  const isOtherFloat = name === "real" && behind !== "";
  const found = isOtherFloat ? float : row === time && /^with\s/i.test(behind) ? timetz : row;
  const values = (parameters ?? "").split(",").flatMap((one) => one.trim() || []);
  const list = values.length === 0 ? "" : `(${values.join(", ")})`;
  const keepsWords = found === undefined || keeps(found, target);
  const made = (text: string, form: Form, isSerial = false): ColumnType => ({
    sql: text === given.text ? given : instead(given, text),
    form,
    isSerial,
    keepsWords,
  });
  if (found === undefined) {
    const known = java === null ? first.toUpperCase() : `JAVA.SQL.TYPES.${first.toUpperCase()}`;
    return made(`${known}${list}${behind === "" ? "" : ` ${behind}`}`, "asText");
  }
  const form = found.form ?? "bare";
  // Run with 4.20 to 4.27 on PostgreSQL: of these, both mean what `autoIncrement` does.
  const identity = isMysql ? null : identityWords.exec(behind);
  if (identity !== null && (found === bigint || found === integer)) {
    const isCut = found === bigint && !target.cutsSerialTypes;
    return {
      ...made(found.postgres, form, true),
      cut: isCut ? `${found.postgres} ${identity[1]?.toLowerCase() ?? ""}` : undefined,
    };
  }
  if (behind !== "" && (name === "timestamp" || (name === "timestamptz" && !isMysql)))
    return made(`TIMESTAMP${list} ${isMysql ? behind : inTwoWords(behind)}`, form);
  // MySQL refuses it.
  if (name === "timestamptz" && (list !== "" || behind !== "") && isMysql)
    return made(`timestamptz${list}${behind === "" ? "" : ` ${behind}`}`, form);
  if (found === datetime && zone.test(behind))
    return made(isMysql ? `datetime${list}` : `TIMESTAMP${list} ${inTwoWords(behind).toUpperCase()}`, form);
  const ofMysql =
    found === truth ? target.truthOfMysql : ((target.isMariadb ? found.mariadb : undefined) ?? found.mysql);
  const chosen = isMysql ? ofMysql : found.postgres;
  const isOracle = name === "varchar2" && !isMysql;
  const shown = chosen.replace("()", isOracle ? list.replace(/ (?:char|byte)\)$/i, ")") : list);
  return made(behind !== "" && keepsWords ? `${shown} ${behind}` : shown, form, found.isSerial === true);
}

function keeps(row: Row, { isMysql, isSince }: Target): boolean {
  // Of DOUBLE, 4.5 and earlier keep nothing, and 4.9 and later the words (run).
  if (row === double && isSince("4.9") === "no") return false;
  return (
    row.more === undefined || row.more === "everywhere" || row.more === (isMysql ? "inMysql" : "inPostgres")
  );
}

const identityWords = /^(generated\s+(?:always|by\s+default)\s+as)\s+identity$/i;

const zone = /^with(?:out)?\s+time\s?zone$/i;

/** `WITHOUT TIME ZONE`, which people write as `without timezone`. */
const inTwoWords = (words: string): string =>
  words.replace(/^(with|without)\s+timezone$/i, (_, word: string) => `${word.toUpperCase()} TIME ZONE`);
