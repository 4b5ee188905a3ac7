/** Which rows a policy opens, and to whom, without asking anything about the row. */
import type { Expression } from "../../../model/expression.ts";
import type { Step } from "../../step.ts";
import { plainText, split, withoutBrackets } from "./conditions.ts";
import { isOnPlatform, webRoles } from "./platform.ts";
import { policyOf } from "./policy-of.ts";

/** Roles that anybody may have: PUBLIC, and those of Supabase's web API. */
export const everybody: readonly string[] = ["public", ...webRoles];

/** The table in which Supabase keeps the names of files. */
const files = "storage.objects";

/** In letters: longer conditions aren't taken apart. */
const longest = 2_000;

/** The conditions of an OR, each as the parts of its AND, as they are written. */
function branchesOf(predicate: Expression | undefined): readonly (readonly string[])[] {
  const text = predicate === undefined ? "" : plainText(predicate);
  if (text.trim() === "" || text.length > longest) return [];
  return split(text, "or").map((branch) => split(branch, "and").flatMap((part) => split(part, "and")));
}

const flat = (part: string): string =>
  part.replaceAll(/\bselect\b|\bas\s+\w+|::\s*(?:text|varchar)\b|[\s()]/gi, "");

export const isAlways = (part: string): boolean => /^(?:true|1=1)$/i.test(flat(part));

/** On Supabase: the roles of the web API for which the part holds, if it asks for nothing else. */
function rolesAskedFor(part: string): readonly string[] | undefined {
  const text = flat(part);
  if (/^auth\.uidisnotnull$/i.test(text)) return ["authenticated"];
  const asked =
    /^(?:auth\.role|auth\.jwt->>'role')(?:=|in|=any(?:array)?\[)('\w+'(?:,'\w+')*)\]?$|^('\w+')=auth\.role$/i;
  const [, role, other = ""]: readonly (string | undefined)[] = asked.exec(text) ?? [];
  const roles = role ?? other;
  return roles === "" ? undefined : roles.replaceAll("'", "").split(",");
}

/** The name of the bucket that the part asks for. */
const bucketOf = (part: string): string | undefined =>
  /^(?:objects\.)?bucket_id='([^']*)'$/i.exec(flat(part))?.[1];

interface Opened {
  readonly roles: readonly string[];
  /** Undefined: all of them. */
  readonly bucket: string | undefined;
}

function openedBy(parts: readonly string[], roles: readonly string[]): Opened | undefined {
  let open = roles;
  let bucket: string | undefined;
  for (const part of parts) {
    if (isAlways(part)) continue;
    const asked = rolesAskedFor(part);
    const named = bucketOf(part);
    if (asked !== undefined)
      open = open.includes("public") ? asked : open.filter((one) => asked.includes(one));
    else if (named !== undefined && bucket === undefined) bucket = named;
    else return undefined;
  }
  return open.length === 0 ? undefined : { roles: open, bucket };
}

/** See `SecurityQuestions.opensTo`. */
export const opensTo = (predicate: Expression | undefined, roles: readonly string[]): readonly string[] =>
  branchesOf(predicate).flatMap((parts) => {
    const opened = openedBy(parts, roles);
    return opened?.bucket === undefined ? (opened?.roles ?? []) : [];
  });

export interface OpenFiles {
  readonly roles: readonly string[];
  readonly bucket: string;
}

/** See `SecurityQuestions.opensFiles`. */
export function opensFiles({ operation, after }: Step): OpenFiles | undefined {
  if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return undefined;
  if (`${operation.table.schema ?? ""}.${operation.table.name}` !== files) return undefined;
  const made = policyOf(after, operation.table, operation.name)?.policy;
  const { command, using, withCheck, roles } = made ?? {};
  // What an UPDATE may find is what it can change.
  for (const parts of branchesOf(command === "insert" ? withCheck : using)) {
    const { bucket, roles: all = [] } = openedBy(parts, roles ?? []) ?? {};
    const open = all.filter((role) => everybody.includes(role));
    if (bucket !== undefined && open.length > 0) return { bucket, roles: open };
  }
  return undefined;
}

const whoAsks = /\bauth\.uid\s*\(|\bcurrent_setting\s*\(|\bcurrent_user\b|\bsession_user\b/i;
const noValue = /^(?:\w+\.)*(\w+)\s+is\s+null$/i;

/** See `SecurityQuestions.opensOwnerless`. */
export function opensOwnerless(step: Step): string | undefined {
  const { operation, after, scope } = step;
  if (operation.kind !== "createPolicy" || operation.command !== "insert") return undefined;
  if (!operation.permissive || !operation.roles.includes("public") || !isOnPlatform(scope)) return undefined;
  const branches = branchesOf(operation.withCheck);
  for (const [part = "", ...more] of branches) {
    const name = more.length === 0 ? noValue.exec(part)?.[1]?.toLowerCase() : undefined;
    if (name === undefined) continue;
    const column = after.column(operation.table, name);
    if (column.is === "present" && column.value.notNull === "yes") continue;
    // As whose row it is otherwise.
    const isOwn = (one: string): boolean =>
      whoAsks.test(one) &&
      !/\bfrom\b|[<>!]/i.test(one) &&
      one.split("=").some((side) => isColumn(side, name));
    if (branches.some((parts) => parts.some(isOwn))) return name;
  }
  return undefined;
}

const isColumn = (side: string, name: string): boolean =>
  withoutBrackets(side)
    .replace(/::\w+$/, "")
    .split(".")
    .at(-1)
    ?.replaceAll('"', "")
    .trim()
    .toLowerCase() === name.toLowerCase();

const setting = String.raw`current_setting\s*\(\s*'([^']+)'(?:\s*::\s*text)?\s*,\s*(?:true|'t')\s*\)(?:\s*::\s*text)?`;
const sub = (text: string): string => String.raw`\(?\s*(?:select\s+)?${text}\s*\)?`;
const empty = String.raw`''(?:\s*::\s*text)?`;
const unset: readonly RegExp[] = [
  `${sub(setting)}\\s+is\\s+null`,
  `${sub(setting)}\\s*=\\s*${empty}`,
  `coalesce\\s*\\(\\s*${sub(setting)}\\s*,\\s*${empty}\\s*\\)\\s*=\\s*${empty}`,
  `nullif\\s*\\(\\s*${sub(setting)}\\s*,\\s*${empty}\\s*\\)(?:\\s*::\\s*\\w+)?\\s+is\\s+null`,
].map((one) => new RegExp(`^${one}$`, "i"));

/** See `SecurityQuestions.opensUnset`. */
export function opensUnset(predicate: Expression | undefined): string | undefined {
  for (const parts of branchesOf(predicate)) {
    const names = parts.map((part) =>
      unset.map((one) => one.exec(withoutBrackets(part))?.[1]).find((name) => name !== undefined),
    );
    const [name] = names;
    if (name !== undefined && !names.includes(undefined)) return name;
  }
  return undefined;
}
