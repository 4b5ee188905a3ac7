/** Models of Django's own apps, whose migrations aren't in a project: their tables and their keys. */
import { dictionary } from "../../../../text/dictionary.ts";
import type { Place, Value } from "../../value.ts";
import type { Field } from "./fields.ts";
import { emptyOptions, type Model } from "./state.ts";

const nowhere: Place = { path: "", start: 0, end: 0 };

const plain = (value: number | boolean): Value => ({
  is: "plain",
  value,
  printed: String(value),
  at: nowhere,
});

const field = (kind: string | undefined, options: Readonly<Record<string, number | boolean>>): Field => ({
  kind,
  path: `django.db.models.${kind ?? "Field"}`,
  options: new Map(Object.entries(options).map(([name, value]) => [name, plain(value)])),
  at: nowhere,
});

interface Known {
  readonly name: string;
  readonly table?: string;
  readonly key?: readonly [name: string, field: Field];
  readonly fields?: Readonly<Record<string, Field>>;
}

const known: Readonly<Record<string, Known>> = dictionary<Known>({
  "auth.user": { name: "User", fields: { username: field("CharField", { max_length: 150, unique: true }) } },
  "auth.group": { name: "Group", fields: { name: field("CharField", { max_length: 150, unique: true }) } },
  "auth.permission": { name: "Permission" },
  "contenttypes.contenttype": { name: "ContentType", table: "django_content_type" },
  "sessions.session": {
    name: "Session",
    table: "django_session",
    key: ["session_key", field("CharField", { max_length: 40, primary_key: true })],
  },
  "sites.site": { name: "Site", table: "django_site" },
  "admin.logentry": { name: "LogEntry", table: "django_admin_log" },
  "redirects.redirect": { name: "Redirect", table: "django_redirect" },
  "flatpages.flatpage": { name: "FlatPage", table: "django_flatpage" },
});

/** A model that no migration of the project makes; the key of one that isn't Django's own has an unknown type. */
export function externalModel(key: string): Model {
  const dot = key.indexOf(".");
  const app = key.slice(0, dot);
  const one = known[key];
  const [name, pk] = one?.key ?? [
    "id",
    field(one === undefined ? undefined : "AutoField", { primary_key: true }),
  ];
  return {
    app,
    name: one?.name ?? key.slice(dot + 1),
    fields: new Map([[name, pk], ...Object.entries(one?.fields ?? {})]),
    options: { ...emptyOptions, table: one?.table },
    bases: [],
    through: undefined,
  };
}
