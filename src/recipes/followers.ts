/** The migrations that have to wait for what advice puts behind another one. */
import type { CodeAdvice, CodeUnit } from "../model/tool.ts";
import type { Step } from "../replay/step.ts";
import { addTo } from "../text/group.ts";

type Migrations = Step["scope"]["history"]["migrations"];

/**
 * Those that name the migration as one that they follow, where the tool runs them by that: each, as what depends on it
 * without naming what is put behind it may run before that. Otherwise the next one.
 */
export function followersOf(
  { history, migration }: Step["scope"],
  unit: CodeUnit,
): Pick<CodeAdvice, "next" | "isMerged" | "alsoNext"> {
  const { migrations } = history;
  const all =
    history.inGraph === true
      ? (followersIn(migrations).get(keyOf(unit)) ?? [])
      : migrations.slice(migration.index + 1).flatMap(({ up }) => up.code?.unit ?? []);
  const next = all.find(({ app }) => app === unit.app);
  const others = history.inGraph === true ? all.filter((one) => one !== next && one !== unit) : [];
  return {
    next: next?.name,
    isMerged: next?.follows?.includes(",") === true,
    alsoNext: others.map(keyOf),
  };
}

const keyOf = ({ app, name }: Pick<CodeUnit, "app" | "name">): string =>
  app === undefined ? name : `${app}.${name}`;

const found = new WeakMap<Migrations, ReadonlyMap<string, readonly CodeUnit[]>>();

/** By what they follow, in the order of the history. */
function followersIn(migrations: Migrations): ReadonlyMap<string, readonly CodeUnit[]> {
  const known = found.get(migrations);
  if (known !== undefined) return known;
  const followers = new Map<string, CodeUnit[]>();
  for (const { up, follows } of migrations) {
    const unit = up.code?.unit;
    if (unit === undefined) continue;
    for (const key of follows ?? new Set(followedBy(unit))) addTo(followers, key, unit);
  }
  found.set(migrations, followers);
  return followers;
}

/** `[("shop", "0001_initial")]`, or `("1975ea83b712", "27c6a30d7c24")`, where no app has them. */
const followedBy = ({ app, follows = "" }: CodeUnit): readonly string[] =>
  app === undefined
    ? [...follows.matchAll(/(["'])([^"'\n]+)\1/g)].map(([, , name = ""]) => name)
    : [...follows.matchAll(/(["'])(\w+)\1\s*,\s*[rRuU]?(["'])([^"'\n]+)\3/g)].map(
        ([, , of = "", , name = ""]) => keyOf({ app: of, name }),
      );
