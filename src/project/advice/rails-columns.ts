/** `ADD COLUMN` of advice as the migration's own `add_column`, with another default or NOT NULL. */
import type { CodeAdvice, UnitCall } from "../../model/tool.ts";

/** What a type of Rails is in SQL, as it begins. */
const types: Readonly<Record<string, RegExp>> = {
  string: /^(?:character varying|varchar)\b/i,
  text: /^(?:text|mediumtext|longtext)\b/i,
  integer: /^int(?:eger)?\b/i,
  bigint: /^bigint\b/i,
  boolean: /^(?:boolean|tinyint\(1\))/i,
  date: /^date\b/i,
  datetime: /^(?:timestamp|datetime)\b/i,
  decimal: /^(?:numeric|decimal)\b/i,
  float: /^(?:double precision|float)\b/i,
  uuid: /^uuid\b/i,
  json: /^json\b/i,
  jsonb: /^jsonb\b/i,
};

/** Options that a column keeps, whatever its default and NOT NULL are. */
const kept = /^(?:null|default|limit|precision|scale|array)$/;

const adds = /^ALTER TABLE ["`]?(\w+)["`]? ADD (?:COLUMN )?["`]?(\w+)["`]? ([^,;]*?)(?:;|$)/;
const givesDefault = /\bDEFAULT (''|'[\w .:<>-]*'|-?\d+(?:\.\d+)?|true|false)(?= NOT NULL\b|$)/i;

interface Column {
  readonly call: UnitCall;
  /** Options that go, and those that take their place. */
  readonly without: readonly string[];
  readonly more: readonly string[];
}

/** MySQL has numbers for true and false. */
const truth = (value: string): string => value.toLowerCase().replace("true", "1").replace("false", "0");

/** The default of the call, as SQL; undefined: it isn't plain. The advice may give the column another one. */
function defaultOf({ text }: UnitCall): string | undefined {
  const [, word, , quoted] =
    /\bdefault(?::|["']?\s*=>)\s*(?:(true|false|-?\d+(?:\.\d+)?)|(["'])([^"'\\#]*)\2)\s*(?:[,)}]|$)/.exec(
      text,
    ) ?? [];
  return word ?? (quoted === undefined ? undefined : `'${quoted}'`);
}

/** Undefined: the migration has no such call, or its options say more than that. */
export function addedColumn(sql: string, { unit }: Pick<CodeAdvice, "unit">): Column | undefined {
  const [, table, column, definition = ""] = adds.exec(sql) ?? [];
  if (table === undefined) return undefined;
  const call = unit.calls.find(
    ({ name, texts }) => name === "add_column" && texts.get("0") === table && texts.get("1") === column,
  );
  if (call === undefined || !call.holds.every((one) => kept.test(one)) || /[#\n]|\bdo\b/.test(call.text))
    return undefined;
  if (![...call.texts.values()].every((text) => call.text.includes(text))) return undefined;
  if (types[call.texts.get("2") ?? ""]?.test(definition) !== true) return undefined;
  const isRequired = /\bNOT NULL\b/i.test(definition);
  const hasDefault = /\bDEFAULT\b/i.test(definition);
  const others = definition.replace(/\s*\bNOT NULL\b/i, "").replace(givesDefault, "");
  if (
    /\b(?:DEFAULT|NULL|REFERENCES|UNIQUE|PRIMARY|CHECK|COLLATE|COMMENT|GENERATED|AFTER|FIRST)\b/i.test(others)
  )
    return undefined;
  const [, given] = givesDefault.exec(definition) ?? [];
  const own = defaultOf(call);
  // A default that isn't plain is the call's own.
  const isOwn = own === undefined || (given !== undefined && truth(own) === truth(given));
  const isKept = hasDefault && call.holds.includes("default") && isOwn;
  const value = isKept ? undefined : given;
  if (hasDefault && !isKept && value === undefined) return undefined;
  return {
    call,
    without: isKept ? ["null"] : ["null", "default"],
    more: [
      ...(value === undefined
        ? []
        : [`default: ${value.startsWith("'") ? `"${value.slice(1, -1)}"` : value}`]),
      ...(isRequired ? ["null: false"] : []),
    ],
  };
}
