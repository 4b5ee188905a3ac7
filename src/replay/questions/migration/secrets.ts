/** Keys and passwords in a text, known by their shape. Only what and where is told, never the secret. */
import type { Script } from "../../../project/migration.ts";
import { placeOf } from "../../../text/source-map.ts";
import type { Span } from "../../../text/span.ts";
import { isToBeFilledIn } from "./filled-in.ts";

export interface Secret {
  /** For messages: `an AWS access key`. */
  readonly what: string;
  readonly span: Span;
  /** Of an application's account: how much it may do isn't known. */
  readonly ofAccount?: true | undefined;
  /** A column's default: each account that is made without a password has it. */
  readonly isDefault?: true | undefined;
  /** A comment beside the hash has the password itself. */
  readonly isClear?: true | undefined;
  /** It stands in a comment, such as a statement that is commented out: no account comes of it here. */
  readonly isRemark?: true | undefined;
}

export const hashOfPassword = "the hash of a password";

/** 184 bits in 31 characters: with another last one than these it stands for no hash, but was typed. */
const bcrypt = /\$2[abxy]?\$\d\d\$[./0-9A-Za-z]{52}[.26CGKOSWaeimquy]/;

/** All repetitions are bounded, so that no text takes long. */
const shapes: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["an AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ["a private key", /-----BEGIN (?:[A-Z]{1,12} )?PRIVATE KEY-----/g],
  ["a Stripe key", /\b[sr]k_live_[0-9A-Za-z]{16,100}/g],
  ["a GitHub token", /\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{50,100})/g],
  ["a Slack token", /\bxox[abprs]-[0-9A-Za-z-]{20,100}/g],
  ["a Google API key", /\bAIza[0-9A-Za-z_-]{35}/g],
  ["an OpenAI key", /\bsk-(?:proj-)?[0-9A-Za-z]{40,100}/g],
  ["a token (JWT)", /\beyJ[\w-]{10,300}\.eyJ[\w-]{10,1500}\.[\w-]{20,600}/g],
  [hashOfPassword, new RegExp(`${bcrypt.source}(?![./0-9A-Za-z])`, "g")],
  [
    hashOfPassword,
    /\$argon2(?:id|i|d)\$v=\d{1,3}\$[mtp=\d,]{3,40}\$[+/0-9A-Za-z]{10,100}\$[+/0-9A-Za-z]{20,100}/g,
  ],
  [
    hashOfPassword,
    /\b(?:pbkdf2_sha(?:1|256)|bcrypt_sha256|scrypt)\$\d{1,7}\$[^\s'"$]{1,60}\$[+/=.$0-9A-Za-z]{20,120}/g,
  ],
  ["a password in a URL", /\b[a-z][a-z0-9+]{1,20}:\/\/[^\s:/@'"]{1,60}:([^\s:/@'"]{1,80})@[\w.-]{1,100}/g],
  ["a password in a connection string", /\bpassword\s?=\s?([^\s'"&;]{1,80})/g],
];

/** `password = x` is a connection string's beside what else one has. */
const beside = /\b(?:host|hostaddr|dbname|user|port)\s?=\s?([\w.-]{1,80})/g;

/** What everybody has, or a tool fills in. */
const usual =
  /^(?:pass(?:word|wd)?|pwd?|secret|your.*|my.*|example.*|postgres|user|test|x+|\.+)$|[${}<>%[\]]/i;

const isPlaceholder = (word: string): boolean => usual.test(word) || isToBeFilledIn(word);

/** Supabase gives the anonymous key to every browser; that of a local installation is the same everywhere. */
const publicToken = /"role"\s?:\s?"anon"|"iss"\s?:\s?"supabase-demo"/;

function isPublicToken(token: string): boolean {
  const [, payload = ""] = token.split(".");
  try {
    return publicToken.test(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    // No base64: no token of theirs.
    return false;
  }
}

/** One of the two folders next to the file is for developers or tests. */
export const isInTrialFolder = (path: string): boolean =>
  path
    .split("/")
    .slice(-3, -1)
    .some((folder) => trialFolder.test(folder));

const trialFolder = /^(?:(?:tests?|dev|development|local|demo)(?:[-_]?data)?|testing)$/i;

/**
 * The comment at the beginning says that the file is for developers or tests alone: "seed data for local development",
 * "development only", "never run this in production".
 */
export const saysForTrials = (text: string): boolean =>
  forTrials.test(/^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(text.slice(0, longestHead))?.[0] ?? "");

const longestHead = 2000;
const forTrials =
  /\b(?:data|rows|users|accounts|seeds?|only)\s+for\s+(?:local\s+)?(?:development|dev|testing|tests|demos?)\b|\b(?:development|dev|test|testing|demo)[- ](?:use )?only\b|\b(?:never|not|n't)\b[^.\n]{0,30}\bproduction\b/i;

export function findSecrets(text: string, { start, end }: Span): readonly Secret[] {
  const part = text.slice(start, end);
  return shapes
    .flatMap(([what, pattern]) => {
      const isInRemark = remarksOf(part);
      return [...part.matchAll(pattern)]
        .filter((match) => isSecret(what, match, part))
        .map(({ index, 0: all }) => ({
          what,
          span: { start: start + index, end: start + index + all.length },
          ...(what === hashOfPassword ? { ofAccount: true as const } : {}),
          ...(what === hashOfPassword && isClearBeside(part, index) ? { isClear: true as const } : {}),
          ...(what === hashOfPassword && isInRemark(index) ? { isRemark: true as const } : {}),
          ...(asDefault.test(part.slice(Math.max(0, index - 80), index)) ? { isDefault: true as const } : {}),
        }));
    })
    .sort((a, b) => a.span.start - b.span.start);
}

/** What stands before the text of a default; Spring Security writes how a password is kept in front of it. */
const asDefault = /\bDEFAULT\s{1,40}\(?[EN]?'(?:\{\w{1,20}\})?$/i;

/** A comment to the end of its line, with or without its own end. */
const remark = /(?:--|#|\/[/*]|<!--|^\s{0,40}\*\s)(.{1,300})/g;

/** Liquibase's lines of a rollback run, though they are comments of SQL. */
const remarkLine = /^\s{0,40}(?:--(?!\s{0,40}rollback\b)|#|\/\/)/i;

/** Whether a comment holds what begins at an index. Asked from the first one to the last. */
function remarksOf(text: string): (index: number) => boolean {
  const [lastOpen, lastEnd] = [lastOf(text, "/*"), lastOf(text, "*/")];
  return (index) => {
    const line = text.slice(text.lastIndexOf("\n", index - 1) + 1, index);
    const [open, end] = [lastOpen(index), lastEnd(index)];
    return remarkLine.test(line) || open > end;
  };
}

/** The last place of the word up to an index, which may only grow; -1: there is none. */
function lastOf(text: string, word: string): (index: number) => number {
  let last = -1;
  let next = text.indexOf(word);
  return (index) => {
    while (next >= 0 && next <= index) {
      last = next;
      next = text.indexOf(word, last + 1);
    }
    return last;
  };
}

/** `password: demo` */
const named =
  /\b(?:password|passwort|passwd|pwd|pass|senha|plain(?: ?text)?)\b["']?\s{0,3}(?:is\s|=|:)\s{0,3}["'`]?([^\s"'`,;()]{4,40})/i;

/** `bcrypt('demo')`, `the hash of demo1234`, `demo@example.org / demo1234`. */
const clear = [
  named,
  /\b(?:bcrypt|argon2\w{0,2}|hash)(?:\(|\s(?:of|for)\s)\s{0,2}["'`]([^\s"'`,;()]{4,40})/i,
  /(?:\b(?:bcrypt|argon2\w{0,2}|hash)(?:\(|\s(?:of|for)\s)|[\w.@-]\s\/\s)\s{0,2}(?=\S{0,40}\d)([^\s"'`,;()=]{4,40})/i,
];

/**
 * On the line of the hash at `index`, or on one of the three above; where it says `password: x`, also further up, as
 * long as no line is empty.
 */
function isClearBeside(text: string, index: number): boolean {
  const above = text.slice(Math.max(0, index - 1500), index);
  const [behind = ""] = text.slice(index, index + 300).split("\n", 1);
  const lines = `${above}${behind}`.split("\n");
  const own =
    (above.split(bcrypt).at(-1) ?? "")
      .split(/\n[ \t\r]*\n/)
      .at(-1)
      ?.split("\n") ?? [];
  return [...words(lines.slice(-4), clear), ...words(own, [named])].some(
    (word) => !isPlaceholder(word) && !/hash|password/i.test(word),
  );
}

/** A comment of the code above the call that sends the hash isn't in the SQL. */
export function besideCode({ code, path }: Script, secret: Secret): Secret {
  if (code === undefined || secret.what !== hashOfPassword || secret.isClear === true) return secret;
  const place = placeOf(code.map, secret.span);
  return place?.path === path && isClearBeside(code.source, place.span.start)
    ? { ...secret, isClear: true }
    : secret;
}

/** What comments say behind these. */
const words = (lines: readonly string[], patterns: readonly RegExp[]): readonly string[] =>
  lines
    .flatMap((line) => [...line.matchAll(remark)])
    .flatMap(([, said = ""]) => patterns.flatMap((pattern) => pattern.exec(said)?.[1] ?? []));

/** Chance makes one of these in fewer than one hash of a million. */
const repeats = /(.)\1{5}|(..)\2{3}|(.{3,12})\3{2}|example|placeholder|dummy|fake_?hash/i;

/** Typed by a person, such as `abcdefgh…` or `XXXX…`: no password has this hash. */
export function isTyped(all: string): boolean {
  // Before it stand the salt and numbers.
  const hash = all.slice(all.lastIndexOf("$") + 1);
  if (repeats.test(hash)) return true;
  let run = 1;
  for (let i = 1; i < hash.length && run < 7; i++)
    run = hash.charCodeAt(i) === hash.charCodeAt(i - 1) + 1 ? run + 1 : 1;
  return run >= 7;
}

function isSecret(what: string, { 0: all, 1: password, index }: RegExpExecArray, text: string): boolean {
  if (what === hashOfPassword) return !isTyped(all);
  if (password === undefined) return !(what.includes("JWT") && isPublicToken(all));
  if (isPlaceholder(password)) return false;
  if (!what.includes("connection")) return !/@(?:localhost|127\.|host\b)/.test(all);
  // Within one string of one line, or it is a comparison.
  const [before = ""] = /[^'\r\n]*$/.exec(text.slice(Math.max(0, index - 150), index)) ?? [];
  const [behind = ""] = /^[^'\r\n]*/.exec(text.slice(index, index + all.length + 150)) ?? [];
  const line = text[index - before.length - 1] === "'" ? before + behind : "";
  const others = [...line.matchAll(beside)].map(([, value = ""]) => value);
  return others.length > 0 && !others.some((value) => /^(?:localhost|127\.)/.test(value));
}
