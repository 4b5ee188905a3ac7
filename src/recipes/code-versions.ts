/** The versions that a tool sorts new migrations in code by. */
import type { Step } from "../replay/step.ts";

/** A version as a number, and back; both in the order of the tool. */
interface Form {
  readonly read: (digits: string) => number | undefined;
  readonly write: (value: number) => string;
}

const milliseconds: Form = { read: Number, write: (value) => String(value).padStart(13, "0") };

/** `20240719065834`, in UTC, as seconds since 1970. */
const seconds: Form = {
  read(digits) {
    const text = digits.replace(/^(....)(..)(..)(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6Z");
    const time = Date.parse(text);
    return Number.isNaN(time) ? undefined : time / 1000;
  },
  write: (value) => new Date(value * 1000).toISOString().replaceAll(/\D/g, "").slice(0, 14),
};

const formOf = (digits: string): Form => (digits.length === 14 ? seconds : milliseconds);

/**
 * A version directly behind the script's, and before the history's next if there is room for it; none that the history
 * has. `at`: of how many files of the advice; `apart`: what keeps it from other advice for the file.
 */
export function versionAfter(
  script: Step["script"],
  history: Step["scope"]["history"],
  at: number,
  apart: number,
): string {
  const digits = versionOf(script);
  const form = digits === undefined ? undefined : formOf(digits);
  const own = digits === undefined ? undefined : form?.read(digits);
  if (form === undefined || own === undefined) return "<a time after this migration's>";
  const used = versionsOf(history, form);
  const next = Math.min(...[...used].filter((value) => value > own));
  let value = own + at + apart + 1 < next ? own + apart : own;
  for (let left = at + 1; left > 0; left -= used.has(value) ? 0 : 1) value++;
  return form.write(value);
}

const versionOf = ({ path, code, transaction }: Step["script"]): string | undefined =>
  code && transaction.codeVersion?.(path.slice(path.lastIndexOf("/") + 1), code.source);

const known = new WeakMap<Step["scope"]["history"], ReadonlyMap<Form, ReadonlySet<number>>>();

/** The versions of a history that have this form. */
function versionsOf(history: Step["scope"]["history"], form: Form): ReadonlySet<number> {
  const before = known.get(history);
  if (before !== undefined) return before.get(form) ?? new Set();
  const found = new Map<Form, Set<number>>([
    [milliseconds, new Set()],
    [seconds, new Set()],
  ]);
  for (const { up } of history.migrations) {
    const digits = versionOf(up);
    const own = digits === undefined ? undefined : formOf(digits);
    const value = digits === undefined ? undefined : own?.read(digits);
    if (own !== undefined && value !== undefined) found.get(own)?.add(value);
  }
  known.set(history, found);
  return found.get(form) ?? new Set();
}
