/** Up to which number the history has set sequences: smaller keys that a later INSERT writes collide with none of theirs. */
import { emptyMap, get, remove, set, type PersistentMap } from "../../../schema/persistent.ts";
import { withoutSqlComments } from "../../../text/sql-comments.ts";
import type { Step } from "../../step.ts";
import { statementTokens, type ScriptToken } from "../tokens.ts";

/** By the sequence's name, without its schema. */
export type SetNumbers = PersistentMap<number>;

export const noNumbers: SetNumbers = emptyMap();

/** The name that the server gives to the sequence of a column. */
const usualName = (table: string, column: string): string => `${table}_${column}_seq`;

/** What a step sets; undefined: to what isn't known. */
export function numbersAfter(numbers: SetNumbers, step: Step): SetNumbers {
  let found = numbers;
  for (const [name, number] of setBy(step)) {
    const key = name.toLowerCase();
    if (number !== undefined) found = set(found, key, number);
    else if (get(found, key) !== undefined) found = remove(found, key);
  }
  return found;
}

/** See `SetNumbers`: of the sequence that counts the column of a table. */
export function numberOf(
  numbers: SetNumbers,
  table: string,
  column: { readonly name: string; readonly default?: { readonly text: string } | undefined },
): number | undefined {
  const [, own] = /\bnextval\s*\(\s*'([^']+)'/i.exec(withoutSqlComments(column.default?.text ?? "")) ?? [];
  return get(numbers, plain(own ?? usualName(table, column.name)).toLowerCase());
}

/** `'"shop"."orders_id_seq"'` → `orders_id_seq` */
const plain = (name: string): string => name.replaceAll(/['"]/g, "").replace(/^.*\./, "");

type Setting = readonly [name: string, number: number | undefined];

function setBy(step: Step): readonly Setting[] {
  const { operation } = step;
  switch (operation.kind) {
    case "createSequence":
      return [[operation.sequence.name, numberBehind(statementTokens(step), "start")]];
    case "alterSequence": {
      const tokens = statementTokens(step);
      return tokens.some(({ value }) => value === "restart")
        ? [[operation.sequence.name, numberBehind(tokens, "restart")]]
        : [];
    }
    case "alterIdentity": {
      const name = usualName(operation.table.name, operation.column.text);
      return [[name, numberBehind(statementTokens(step), "restart")]];
    }
    case "createTable":
      return operation.columns.flatMap(({ name, identity, serial }): readonly Setting[] => {
        const isCounted = identity !== undefined || serial;
        const number = identity === undefined ? undefined : numberBehind(statementTokens(step), "start");
        return isCounted ? [[usualName(operation.table.name, name.text), number]] : [];
      });
    case "truncateTable": {
      // Its sequences begin where they did at first.
      if (!operation.restartIdentity) return [];
      const found = step.before.relation(operation.table);
      return found.is === "present"
        ? found.value.columns.map(({ name }) => [usualName(operation.table.name, name), undefined])
        : [];
    }
    case "callFunction":
      return operation.function.name === "setval" ? callsIn(statementTokens(step)) : [];
    case "selectRows":
      return operation.query.functions.some(({ name }) => name === "setval")
        ? callsIn(statementTokens(step))
        : [];
    default:
      return [];
  }
}

/** `START WITH 100`, `RESTART 100` */
function numberBehind(tokens: readonly ScriptToken[], word: string): number | undefined {
  const at = tokens.findIndex(({ value }) => value === word);
  const [next, other] = tokens.slice(at + 1, at + 3);
  const number = next?.value === "with" || next?.value === "=" ? other : next;
  return at >= 0 && number?.kind === "number" ? Number(number.value) : undefined;
}

/** `setval('orders_id_seq', 100)`, `setval(pg_get_serial_sequence('orders', 'id'), 100, false)` */
function callsIn(tokens: readonly ScriptToken[]): readonly Setting[] {
  return tokens.flatMap(({ value }, i): readonly Setting[] => {
    if (value !== "setval" || tokens[i + 1]?.value !== "(") return [];
    const isAsked = tokens[i + 2]?.value === "pg_get_serial_sequence";
    const strings = tokens.slice(i + 2, i + 9).filter(({ kind }) => kind === "string");
    const [first = "", second = ""] = strings.map((one) => plain(one.value));
    const behind = isAsked ? i + 8 : tokens.findIndex((one, at) => at > i && one.value === ",");
    const [comma, number, end] = tokens.slice(behind, behind + 3);
    const isKnown =
      comma?.value === "," && number?.kind === "number" && [",", ")"].includes(end?.value ?? "");
    return [[isAsked ? usualName(first, second) : first, isKnown ? Number(number.value) : undefined]];
  });
}
