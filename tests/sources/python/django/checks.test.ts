/** Which CHECKs Django sends depends on its version and on the server's. */
import { beforeAll, expect, test } from "vitest";
import type { DialectName } from "../../../../src/model/dialect.ts";
import { loadPython, openHistory } from "../../../../src/sources/python/index.ts";

beforeAll(loadPython);

const path = "shop/migrations/0001_initial.py";
const text = `from django.db import migrations, models

class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel(name="Item", fields=[("amount", models.PositiveSmallIntegerField())]),
        migrations.AddField("item", "views", models.PositiveIntegerField(default=0)),
        migrations.AlterField("item", "amount", models.IntegerField()),
        migrations.AlterField("item", "amount", models.PositiveIntegerField()),
        migrations.AddConstraint("item", models.CheckConstraint(check=models.Q(amount__lt=100), name="most")),
        migrations.RemoveConstraint("item", "most"),
    ]
`;

/** What is sent, without what has to do with no CHECK. */
function checks(dialect: DialectName, serverVersion: string | undefined, django: string): string[] {
  const readFile = (name: string): string | undefined =>
    name === "requirements.txt" ? `Django==${django}\n` : undefined;
  const listFolder = (): string[] => [];
  const reader = openHistory({
    root: ".",
    tool: "django",
    dialect,
    serverVersion,
    listFolder,
    paths: [path],
  });
  const { migration } = reader.read({ path, text, tool: "django", wraps: true, readFile }, undefined);
  if (migration === undefined) throw new Error("it is no migration");
  return migration.pieces
    .filter(({ part }) => part.end <= migration.up.part.end)
    .flatMap(
      ({ part }) =>
        /(?:CHECK \(.*?\)(?=[ ,)]|$)|DROP CHECK|DROP CONSTRAINT).*/i.exec(
          migration.text.slice(part.start, part.end),
        )?.[0] ?? [],
    );
}

test.each([
  ["mysql", undefined, "3.2"],
  ["mysql", "8.0", "3.2"],
  ["mysql", "8.0.16", "4.2"],
  ["mariadb", "10.2.1", "3.0"],
  ["postgres", "12", "2.2"],
] as const)("%s %s and Django %s: a CHECK for numbers that aren't negative", (dialect, server, django) => {
  const sent = checks(dialect, server, django);
  expect(sent.filter((sql) => sql.includes(">= 0"))).toHaveLength(3);
});

test.each([
  ["mysql", "5.7", "3.2"],
  ["mysql", "8.0.15", "4.1"],
  ["mysql", "8.0.36", "2.2"],
  ["mariadb", "10.1", "3.2"],
] as const)("%s %s and Django %s: the type alone, and the model's own CHECK", (dialect, server, django) => {
  const sent = checks(dialect, server, django);
  expect(sent).toHaveLength(2);
  expect(sent[0]).toMatch(/^CHECK \(`amount` < 100\)/);
  expect(sent[1]).toMatch(/^DROP (?:CHECK|CONSTRAINT)/);
});

test("Django 4.2 and later drop no CHECK that the server hasn't kept", () => {
  expect(checks("mysql", "8.0.15", "4.2")).toHaveLength(1);
});
