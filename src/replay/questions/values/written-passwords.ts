/** Passwords and keys that INSERT and UPDATE write as literals: known by the column, as nothing in the text says it. */
import type { InsertRows, UpdateRows } from "../../../model/operation.ts";
import type { Step } from "../../step.ts";
import { hashOfPassword, isTyped, type Secret } from "../migration/secrets.ts";
import { isToBeFilledIn } from "../migration/filled-in.ts";
import { statementTokens, type ScriptToken } from "../tokens.ts";
import { assigned, namedRows } from "./written-rows.ts";

const mostRows = 100;

const passwordColumn = /^(?:[a-z]+_?)?(?:passwo?rd|passwort|passwd|pwd|contrasena|senha)$/;

const keyColumn =
  /^(?:[a-z]+_){0,2}(?:(?:api|access|secret|private|signing|encryption)_?key|(?:client|webhook|api|app|shared|jwt)_?secret|(?:access|api|auth|bearer|refresh)_?token)$/;

/** As a program makes them: letters and digits, or a mark in front. Words alone are an example. */
const issued = /^(?=\S{12,}$)(?=[^\d]*\d)(?=.*[a-z])[\w+/=.:-]+$/i;
const ofTrials =
  /^(?:test|demo|sample|dev|local|fake|mock|dummy|example|my|your|https?:)|localhost|-test-|_test_/i;

/** No password fits: an application writes such a text where an account has none, or where a hash is to come. */
const none =
  /^(?:[!*x.?-]+|n\/a|none|null|unset|unused|disabled|locked|invalid|ldap|sso|oauth.*|external.*|no[-_ ].*|not[-_ ].*)$|hash|placeholder|dummy|example|todo|change.?(?:me|it)|replace|[${}<>%[\]]/i;

/** Spring Security writes how a password is kept in front of it; `noop`: as it is. */
const prefix = /^\{noop\}/;

/**
 * MD5, SHA-1, SHA-256, what PBKDF2 makes of any length, in hexadecimal digits; such digits behind their salt; ASP.NET's, in
 * base64. Nobody types these as a password.
 */
const digest =
  /^(?:(?:[0-9a-f]{2}){16,128}|(?:\d{1,7}[:$])?(?:[0-9a-f]{2}){4,64}[:$](?:[0-9a-f]{2}){16,128}|AQAAAA[0-9A-Za-z+/]{50,110}={0,2})$/i;

/** Functions of pgcrypto and of the servers themselves that make a hash of their first argument. */
const hashing = /^(?:crypt|digest|md5|sha|sha1|sha2|sha256|sha512|password)$/;

export function passwordsOfAccounts(step: Step): readonly Secret[] {
  const { operation } = step;
  if (operation.kind !== "insertRows" && operation.kind !== "updateRows") return [];
  if (operation.called === true) return [];
  const names = columnsOf(operation, step);
  if (!names.some((name) => passwordColumn.test(name) || keyColumn.test(name))) return [];
  const tokens = statementTokens(step);
  const rows = operation.kind === "updateRows" ? [assigned(tokens)] : namedRows(tokens, names, mostRows);
  return rows.flatMap((row) =>
    [...row].flatMap(
      ([name, value]) =>
        (passwordColumn.test(name)
          ? passwordIn(value)
          : keyColumn.test(name)
            ? keyIn(name, value)
            : undefined) ?? [],
    ),
  );
}

function columnsOf({ kind, columns, table }: InsertRows | UpdateRows, { before }: Step): readonly string[] {
  if (kind === "updateRows" || columns.length > 0) return columns.map(({ text }) => text.toLowerCase());
  const found = before.relation(table);
  return found.is === "present" && found.value.complete ? found.value.columns.map(({ name }) => name) : [];
}

function passwordIn(value: readonly ScriptToken[]): Secret | undefined {
  const at = value.findIndex(({ kind }) => kind === "string");
  const token = value[at];
  if (token === undefined) return undefined;
  // A literal, maybe with a cast, or what a function makes of it.
  const isHashed = value[at - 1]?.value === "(" && hashing.test(value[at - 2]?.value ?? "");
  const isAlone = at === 0 && (value.length === 1 || value[1]?.value === "::");
  if (!isHashed && !isAlone) return undefined;
  const text = token.value.replace(prefix, "");
  const span = { start: token.start, end: token.end };
  if (digest.test(text) && !isHashed)
    return isTyped(text) ? undefined : { what: hashOfPassword, span, ofAccount: true };
  // Hashes of other kinds, `$…` and `{bcrypt}…`, are known by their shape.
  if (text.length < 4 || /^[${]/.test(text) || none.test(text) || isToBeFilledIn(text)) return undefined;
  return { what: "a password of an account", span, ofAccount: true };
}

/** What is there to be handed out isn't a secret: it is stored as its hash, or encrypted. */
function keyIn(column: string, value: readonly ScriptToken[]): Secret | undefined {
  const [token] = value;
  if (token?.kind !== "string" || (value.length > 1 && value[1]?.value !== "::")) return undefined;
  const text = token.value;
  if (!issued.test(text) || digest.test(text) || ofTrials.test(text) || isTyped(text)) return undefined;
  if (none.test(text) || isToBeFilledIn(text)) return undefined;
  return { what: `the value of ${column}`, span: { start: token.start, end: token.end }, ofAccount: true };
}
