import { isOfCatalog } from "../../../sql/postgres/lower/volatility.ts";
import type { Step } from "../../step.ts";

/** They bring neither types nor operators. */
const plain: ReadonlySet<string> = new Set(["pgcrypto", "uuid-ossp", "plpgsql", "pg_stat_statements"]);

/** In letters: longer bodies aren't looked through. */
const longest = 20_000;

/** See `SecurityQuestions.namesAreQualified`. */
export function namesAreQualified({ operation, before }: Step): boolean {
  if (operation.kind !== "createFunction" || operation.body === undefined) return false;
  const { language, uses, body } = operation;
  if (!/^(?:sql|plpgsql)$/.test(language) || body.text.length > longest || /\bexecute\b/i.test(body.text))
    return false;
  if (before.objectsOf("extension").some((name) => !plain.has(name))) return false;
  // Types and rows are named in declarations and casts, which aren't read.
  const own = new Set(
    [...body.text.matchAll(/(?<![.\w"])"?([A-Za-z_]\w*)"?(?!\s*\.)/g)].map(([, word = ""]) =>
      word.toLowerCase(),
    ),
  );
  for (const { name } of before.types()) if (own.has(name)) return false;
  if (/%\s*(?:row)?type\b/i.test(body.text.replaceAll(/[\w"]+\.[\w".]+\s*%\s*(?:row)?type\b/gi, "")))
    return false;
  return (
    uses.relations.every(({ schema }) => schema !== undefined) &&
    uses.functions.every(({ schema, name }) => schema !== undefined || isOfCatalog(name)) &&
    (uses.sequences ?? []).every((name) => name.includes("."))
  );
}
