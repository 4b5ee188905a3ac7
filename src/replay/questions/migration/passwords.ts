/** Passwords that statements on roles, servers and subscriptions give: where they are written, never what they are. */
import type { Script } from "../../../project/migration.ts";
import { segmentsIn } from "../../../text/source-map.ts";
import type { Span } from "../../../text/span.ts";
import { isToBeFilledIn } from "./filled-in.ts";
import type { Place, Step } from "../../step.ts";

export interface WrittenPassword {
  readonly at: Place;
  /** For messages: `role shop`. */
  readonly of: string;
  /** It is the value of this setting: `app.jwt_secret`. */
  readonly setting?: string | undefined;
}

export function writtenPasswords(steps: readonly Step[]): readonly WrittenPassword[] {
  return steps.flatMap(({ operation, script }) => {
    const { kind } = operation;
    if (kind !== "createObject" && kind !== "alterObject" && kind !== "grant") return [];
    const { secret } = operation;
    if (secret === undefined || operation.called === true) return [];
    // Without its quotes and their prefix.
    const [, word = ""] = /^\w{0,2}['"]([^]*)['"]$/.exec(script.text.slice(secret.start, secret.end)) ?? [];
    if (isToBeFilledIn(word)) return [];
    const at = secretAt(script, secret);
    const [object, name] =
      kind === "grant" ? ["role", operation.grantees[0]] : [operation.object, operation.name?.text];
    const [, setting] = kind === "alterObject" ? (/^SET (\S+)$/.exec(operation.options[0] ?? "") ?? []) : [];
    return at === undefined ? [] : [{ at, of: `${object} ${name ?? ""}`, setting }];
  });
}

/**
 * Undefined: only the default of a setting is written. What code puts between quotes is pointed at by itself: the quotes
 * may stand in a function that quotes any text.
 */
export function secretAt({ path, code }: Script, span: Span): Place | undefined {
  if (code === undefined) return { path, span };
  const pieces = segmentsIn(code.map, span);
  if (pieces.some(({ isDefault }) => isDefault === true)) return undefined;
  const { start, end } = span;
  const isQuote = (text: string | undefined): boolean => /['"]$/.test(text ?? "");
  const isApart = pieces.length > 2 && isQuote(pieces[0]?.text) && end - start > 2;
  return { path, span: isApart ? { start: start + 1, end: end - 1 } : span };
}
