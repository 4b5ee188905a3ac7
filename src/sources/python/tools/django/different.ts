/** What Django takes for a change of a field, and which other fields change with it. */
import { flagOf, type Value } from "../../value.ts";
import type { Apps, BoundField } from "./apps.ts";
import { relationKey } from "./state.ts";
import { isSince } from "./vendor.ts";

/** Foreign keys that refer to a field, before and after, with those that refer to these in turn. */
export function relatedFields(
  before: Apps,
  apps: Apps,
  old: BoundField,
  next: BoundField,
  depth = 0,
): readonly (readonly [BoundField, BoundField])[] {
  if (depth > 20) return [];
  const olds = before.relationsTo(old);
  const nexts = apps.relationsTo(next);
  return olds.flatMap(({ from }, i) => {
    const other = nexts[i]?.from;
    return other === undefined
      ? []
      : [[from, other] as const, ...relatedFields(before, apps, from, other, depth + 1)];
  });
}

/** What Django doesn't compare. */
const withoutEffect = new Set(
  "blank choices db_column editable error_messages help_text limit_choices_to on_delete related_name related_query_name validators verbose_name db_comment null_ok".split(
    " ",
  ),
);

/** Options that are what they are without being given. */
const defaults: Readonly<Record<string, string>> = {
  null: "False",
  unique: "False",
  primary_key: "False",
  db_constraint: "True",
  parent_link: "False",
  serialize: "True",
  auto_created: "False",
  preserve_default: "True",
};

/** True if Django takes the two fields for different ones, and drops and makes foreign keys again. */
export function isDifferent(before: Apps, apps: Apps, old: BoundField, next: BoundField): boolean {
  if (old.column !== next.column || old.field.path !== next.field.path) return true;
  return described(before, old, next, apps) !== described(apps, next, old, before);
}

function described(apps: Apps, bound: BoundField, other: BoundField, otherApps: Apps): string {
  const { field, model } = bound;
  const options = [...field.options].flatMap(([name, value]) => {
    if (withoutEffect.has(name)) return [];
    if (name === "db_index" && flagOf(value) === (field.kind === "ForeignKey")) return [];
    const text = name === "to" ? relationText(apps, bound, other, otherApps) : printed(value);
    if (defaults[name] === text || text === "") return [];
    return [`${name}=${text}`];
  });
  return [model.through === undefined ? "" : "through", ...options.sort()].join(",");
}

function relationText(apps: Apps, bound: BoundField, other: BoundField, otherApps: Apps): string {
  const key = relationKey(bound.field.options.get("to"), bound.model, apps.facts.userModel) ?? "";
  if (!isSince(apps.facts.vendor, 5, 0)) return key;
  const [own, that] = [apps.related(bound), otherApps.related(other)];
  const isSame = own !== undefined && that !== undefined && apps.table(own) === otherApps.table(that);
  return isSame ? "" : key;
}

function printed(value: Value): string {
  switch (value.is) {
    case "text":
      return JSON.stringify(value.segments.map(({ text }) => text).join(""));
    case "plain":
      return value.value === null
        ? "None"
        : typeof value.value === "boolean"
          ? value.value
            ? "True"
            : "False"
          : value.printed;
    case "list":
      return `[${value.items.map(printed).join(",")}]`;
    case "record":
      return `{${[...value.fields].map(([name, one]) => `${name}:${printed(one)}`).join(",")}}`;
    case "call":
      return `${value.callee}(${[...value.values.map(printed), ...[...value.keywords].map(([name, one]) => `${name}=${printed(one)}`)].join(",")})`;
    case "name":
    case "class":
      return value.dotted;
    case "function":
      return `${value.at.path}:${value.name}`;
    default:
      return `${value.at.path}:${String(value.at.start)}`;
  }
}
