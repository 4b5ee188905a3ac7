import { join } from "node:path";
import { pip } from "../install.ts";
import { script, type Step, type Tool } from "../tool.ts";

const versions = { django: "5.2.19", "psycopg2-binary": "2.9.13" };
const stem = ({ version, name }: Step): string => `${`${version}`.padStart(4, "0")}_${name}`;

const withTexts = (name: string, texts: (sql: readonly string[]) => readonly string[]): Tool => ({
  name,
  versions: { django: versions.django },
  install: (home) => {
    pip(home, versions);
  },
  files: (step, optOut = "", previous) => ({
    [`app/migrations/${stem(step)}.py`]: [
      "from django.db import migrations",
      "class Migration(migrations.Migration):",
      ...(optOut === "" ? [] : [`    ${optOut}`]),
      `    dependencies = [${previous === undefined ? "" : `("app", "${stem(previous)}")`}]`,
      "    operations = [",
      ...texts(step.sql).map((text) => `        migrations.RunSQL(${JSON.stringify(text)}),`),
      "    ]\n",
    ].join("\n"),
  }),
  optOuts: { attribute: "atomic = False", "attribute that says true": "atomic = True" },
  settings: ({ host, port, database }) => ({
    "app/__init__.py": "",
    "app/migrations/__init__.py": "",
    "settings.py": `INSTALLED_APPS = ["app"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "${database}", "USER": "postgres", "HOST": "${host}", "PORT": ${port}}}
`,
  }),
  apply: ({ home }) => ({
    program: join(home, "bin/python"),
    args: ["-m", "django", "migrate", "--settings=settings"],
  }),
  history: "SELECT name FROM django_migrations WHERE app = 'app' ORDER BY id",
});

export const tools: readonly Tool[] = [
  withTexts("django", (sql) => sql),
  withTexts("django.one-text", (sql) => [script(sql)]),
];
