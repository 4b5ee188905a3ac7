/** Who may read and write a view that keeps the old name of a table. */
import type { QualifiedName } from "../model/names.ts";
import { isOnPlatform } from "../replay/questions/security/platform.ts";
import type { Step } from "../replay/step.ts";
import { inWords, type Part } from "./advice.ts";
import { onOneLine } from "./words.ts";

/**
 * Row security applies to the table's readers, so it has to apply to the view's: by `option`, which stands behind the
 * view's name; else `words` say that it doesn't.
 */
export function rowSecurityOfView(
  { before, security, scope }: Step,
  table: QualifiedName,
): { readonly option: string; readonly words: readonly Part[] } {
  const found = before.relation(table);
  // Of a table that isn't known, roles of the web may see all rows.
  const isMeant =
    found.is === "present"
      ? found.value.rowSecurity.enabled || found.value.securityInvoker === true
      : isOnPlatform(scope);
  if (!isMeant) return { option: "", words: [] };
  return security.invokerViews
    ? { option: " WITH (security_invoker = true)", words: [] }
    : {
        option: "",
        words: [
          inWords(
            "the view reads as its owner, without the policies: before 15, put their conditions into its WHERE",
          ),
        ],
      };
}

/** More are words. */
const most = 8;

const comment = /--[^\n]*|\/\*[\s\S]*?\*\//g;
const grant =
  /\bGRANT\s+([A-Z][\w\s,()"]*?)\s+ON\s+(?:(ALL\s+TABLES\s+IN\s+SCHEMA)\s+|TABLE\s+)?([\w."]+(?:\s*,\s*[\w."]+)*)\s+TO\s+([^;'`]+?)\s*(?:;|$)/gi;
const revoke = /\bREVOKE\s[^;]*?\bON\s+(?:TABLE\s+)?([\w."]+)\s+FROM\b/gi;

const body = /\$(\w*)\$[\s\S]*?\$\1\$/g;

/** It stands in a block that asks whether there is the role. */
const isAsked = (text: string, place: number): boolean =>
  [...text.matchAll(body)].some(
    ({ index, 0: block }) =>
      index < place && place < index + block.length && /\bpg_(?:roles|user|authid)\b/i.test(block),
  );

/** A name of a role that the server may have or not. */
const role = /^(?!(?:public|current_user|current_role|session_user)$)(?:"[^"]+"|\w+)$/i;

/** As one of them may be missing, each by itself. */
function whereThere(head: string, to: string): readonly string[] {
  const roles = to.split(/\s*,\s*/);
  if (!roles.every((one) => role.test(one))) return [`${head}${to};`];
  return roles.map((one) => {
    const name = one.startsWith('"') ? one.slice(1, -1) : one.toLowerCase();
    return `DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN ${head}${one}; END IF; END $$;`;
  });
}

/** The GRANTs of the history on the table, which stay with it under its new name, once more for the view of its old one. */
export function grantsOfView(step: Step, table: QualifiedName): readonly Part[] {
  const { scope, script, operation } = step;
  const { migration, history } = scope;
  const texts = [
    ...history.migrations.filter(({ index }) => index < migration.index).map(({ up }) => up.text),
    script.text.slice(0, operation.span.start),
  ].map((text) => (/\bgrant\b/i.test(text) ? text.replaceAll(comment, "") : ""));
  const isTable = (written: string): boolean => {
    const [name, schema] = written.trim().replaceAll('"', "").split(".").toReversed();
    return name === table.name && (schema ?? "public") === (table.schema ?? "public");
  };
  const grants = texts.flatMap((text) =>
    [...text.matchAll(grant)].flatMap(({ index, 1: privileges = "", 2: all, 3: on = "", 4: to = "" }) =>
      (all === undefined
        ? on.split(",").some(isTable)
        : on.split(",").some((one) => one.trim().replaceAll('"', "") === (table.schema ?? "public"))) &&
      !/\bTABLES\b/i.test(on)
        ? isAsked(text, index)
          ? whereThere(`GRANT ${onOneLine(privileges)} ON ${table.text} TO `, onOneLine(to))
          : [`GRANT ${onOneLine(privileges)} ON ${table.text} TO ${onOneLine(to)};`]
        : [],
    ),
  );
  if (grants.length === 0) return [];
  const isRevoked = texts.some((text) => [...text.matchAll(revoke)].some(([, on = ""]) => isTable(on)));
  const own = [...new Set(grants)];
  return isRevoked || own.length > most
    ? [
        inWords(
          `GRANT on the view ${table.text} what the table's roles have: its privileges stay with the table`,
        ),
      ]
    : own;
}
