/** The order of Django's migrations over the apps of a project. */
import { describe, expect, it } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { inGraphOrder, readNode, type DjangoNode } from "../../src/project/layouts/apps-graph.ts";

const node = (app: string, name: string, body = ""): DjangoNode =>
  readNode(
    `${app}/migrations/${name}.py`,
    app,
    `class Migration(migrations.Migration):\n${body}`,
    (setting) => (setting === "AUTH_USER_MODEL" ? "users" : undefined),
  );

const after = (...pairs: readonly (readonly [string, string])[]): string =>
  `    dependencies = [${pairs.map(([app, name]) => `("${app}", "${name}")`).join(", ")}]\n`;

const order = (nodes: readonly DjangoNode[]): readonly string[] =>
  inGraphOrder(nodes).nodes.map(({ app, name }) => `${app}.${name}`);

describe("the order of an app graph", () => {
  it("puts what a migration depends on before it, over apps", () => {
    expect(
      order([
        node("a", "0001_x", after(["b", "0002_x"])),
        node("b", "0001_x"),
        node("b", "0002_x", after(["b", "0001_x"])),
      ]),
    ).toEqual(["b.0001_x", "b.0002_x", "a.0001_x"]);
  });

  it("follows run_before, __first__ and the app of a swappable model", () => {
    expect(
      order([
        node(
          "a",
          "0001_x",
          `    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]\n`,
        ),
        node("c", "0001_x", `    run_before = [("a", "0001_x")]\n`),
        node("d", "0001_x", after(["e", "__first__"])),
        node("e", "0001_x"),
        node("e", "0002_x", after(["e", "0001_x"])),
        node("users", "0001_x"),
      ]),
    ).toEqual(["users.0001_x", "c.0001_x", "a.0001_x", "e.0001_x", "d.0001_x", "e.0002_x"]);
  });

  const replaces = `    replaces = [("a", "0001_x"), ("a", "0002_x")]\n`;

  it("leaves out a squashed migration while all that it replaces is there", () => {
    const { nodes, replaced } = inGraphOrder([
      node("a", "0001_squashed_0002_x", replaces),
      node("a", "0001_x"),
      node("a", "0002_x", after(["a", "0001_x"])),
      node("a", "0003_x", after(["a", "0001_squashed_0002_x"])),
    ]);
    expect(nodes.map(({ name }) => name)).toEqual(["0001_x", "0002_x", "0003_x"]);
    expect(replaced.map(({ name }) => name)).toEqual(["0001_squashed_0002_x"]);
  });

  it("runs the squashed one where something of it is gone", () => {
    expect(
      order([
        node("a", "0001_squashed_0002_x", replaces),
        node("a", "0002_x", after(["a", "0001_x"])),
        node("a", "0003_x", after(["a", "0002_x"])),
      ]),
    ).toEqual(["a.0001_squashed_0002_x", "a.0003_x"]);
  });

  it("names apps with two last migrations, and none after they are merged", () => {
    const two = [
      node("a", "0001_x"),
      node("a", "0002_x", after(["a", "0001_x"])),
      node("a", "0002_y", after(["a", "0001_x"])),
    ];
    expect([...inGraphOrder(two).conflicts.keys()]).toEqual(["a"]);
    const merge = node("a", "0003_merge", after(["a", "0002_x"], ["a", "0002_y"]));
    expect(inGraphOrder([...two, merge]).conflicts.size).toBe(0);
  });

  it("leaves a branch out of the conflicts whose beginning is missing: that file may join it to the rest", () => {
    const cut = [
      node("a", "0001_x"),
      node("a", "0003_x", after(["a", "0002_x"])),
      node("a", "0004_x", after(["a", "0003_x"])),
    ];
    expect([...inGraphOrder(cut).missing.values()]).toEqual(["a.0002_x"]);
    expect(inGraphOrder(cut).conflicts.size).toBe(0);
    const more = [
      ...cut,
      node("a", "0002_y", after(["a", "0001_x"])),
      node("a", "0002_z", after(["a", "0001_x"])),
    ];
    const lasts = inGraphOrder(more).conflicts.get("a") ?? [];
    expect(lasts.map(({ name }) => name)).toEqual(["0002_y", "0002_z"]);
  });

  it("keeps every migration of a ring, and of one whose parent is missing", () => {
    const ring = [node("a", "0001_x", after(["a", "0002_x"])), node("a", "0002_x", after(["a", "0001_x"]))];
    expect([...order(ring)].sort()).toEqual(["a.0001_x", "a.0002_x"]);
    expect(order([node("a", "0005_x", after(["a", "0004_gone"]))])).toEqual(["a.0005_x"]);
  });

  it("reads no dependency in a comment or in another list", () => {
    const text = `    dependencies = [\n        # ("b", "0001_x"),\n        ("c", "0001_x"),  # ("d", "0001_x")\n    ]\n    operations = [("e", "0001_x")]\n`;
    expect(node("a", "0001_x", text).dependencies).toEqual([{ app: "c", name: "0001_x" }]);
  });
});

it("a dependency may be written as a raw string", () => {
  const { dependencies } = readNode(
    "a/migrations/0002_b.py",
    "a",
    `class Migration(migrations.Migration):\n    dependencies = [(r'a', r"0001_initial"), ("b", '0001_initial')]\n`,
    () => undefined,
  );
  expect(dependencies).toEqual([
    { app: "a", name: "0001_initial" },
    { app: "b", name: "0001_initial" },
  ]);
});

it("a migration may be named after a field in any script", () => {
  const [history] = discover(
    memoryFileSystem({
      "manage.py": "import django\n",
      "shop/__init__.py": "",
      "shop/migrations/__init__.py": "",
      "shop/migrations/0001_initial.py": migration(),
      "shop/migrations/0002_équipe.py": migration("", '("shop", "0001_initial")'),
      "shop/migrations/0003_заказ.py": migration("", '("shop", "0002_équipe")'),
    }),
    [],
  );
  expect(history?.migrations).toHaveLength(3);
  expect(history?.problems).toEqual([]);
});

const program = { "manage.py": "import django\n", "shop/__init__.py": "", "shop/migrations/__init__.py": "" };
const migration = (head = "", dependencies = ""): string =>
  `${head}from django.db import migrations\nclass Migration(migrations.Migration):\n    dependencies = [${dependencies}]\n    operations = []\n`;

it("an app may have the name of a folder that is usually passed over", () => {
  const files = {
    ...program,
    "shop/settings.py": 'INSTALLED_APPS = ["shop", "assets"]\n',
    "assets/__init__.py": "",
    "assets/migrations/0001_initial.py": migration(),
    "shop/migrations/0001_initial.py": migration(),
    "static/migrations/0001_initial.py": migration(),
  };
  const [history] = discover(memoryFileSystem(files), []);
  expect(history?.migrations.map(({ name }) => name)).toEqual(["assets.0001_initial", "shop.0001_initial"]);
});

it("the migrations of South are named, and have no place in the graph", () => {
  const ofSouth = "from south.v2 import SchemaMigration\nclass Migration(SchemaMigration):\n    pass\n";
  const [history] = discover(
    memoryFileSystem({
      ...program,
      "shop/migrations/0001_initial.py": ofSouth,
      "shop/migrations/0002_add.py": ofSouth,
    }),
    [],
  );
  expect(history?.problems).toEqual([]);
  expect(history?.notRead).toEqual([
    "shop/migrations/0001_initial.py and 1 more can't be read: South's, before Django 1.7",
  ]);
});

it.each([
  ["mssql", "mssql"],
  ["sql_server.pyodbc", "mssql"],
  ["django.db.backends.oracle", "other"],
  ["django_tenants.postgresql_backend", "postgres"],
])("the database of %s is %s", (engine, dialect) => {
  const [history] = discover(
    memoryFileSystem({
      ...program,
      "shop/settings.py": `DATABASES = {"default": {"ENGINE": "${engine}"}}\n`,
      "shop/migrations/0001_initial.py": migration(),
    }),
    [],
  );
  expect(history?.dialect).toBe(dialect);
});

it("the first migration of the user's app and what it needs run before the administration, on a new database", () => {
  const [history] = discover(
    memoryFileSystem({
      ...program,
      "shop/settings.py":
        'INSTALLED_APPS = ["django.contrib.admin", "shop"]\nAUTH_USER_MODEL = "shop.User"\n',
      "teams/__init__.py": "",
      "teams/migrations/__init__.py": "",
      "teams/migrations/0001_initial.py": migration(),
      "shop/migrations/0001_initial.py": migration("", '("teams", "0001_initial")'),
      "shop/migrations/0002_initial.py": migration("", '("shop", "0001_initial")').replace(
        "    dependencies",
        "    initial = True\n    dependencies",
      ),
      "shop/migrations/0003_note.py": migration("", '("shop", "0002_initial")'),
    }),
    [],
  );
  expect(history?.migrations.map(({ name, beforeBaseline }) => [name, beforeBaseline])).toEqual([
    ["teams.0001_initial", true],
    ["shop.0001_initial", true],
    ["shop.0002_initial", true],
    ["shop.0003_note", undefined],
  ]);
});

it("what one run of makemigrations has written is deployed together", () => {
  const at = (minute: string): string => `# Generated by Django 5.2 on 2026-01-01 10:${minute}\n\n`;
  const [history] = discover(
    memoryFileSystem({
      ...program,
      "teams/__init__.py": "",
      "teams/migrations/__init__.py": "",
      "teams/migrations/0001_initial.py": migration(at("00")),
      "shop/migrations/0001_initial.py": migration(at("00"), '("teams", "0001_initial")'),
      "shop/migrations/0002_note.py": migration(at("30"), '("shop", "0001_initial")'),
    }),
    [],
  );
  const [teams, shop, note] = history?.migrations.map(({ deployment }) => deployment) ?? [];
  expect(teams).toBeDefined();
  expect(shop).toBe(teams);
  expect(note).toBeUndefined();
});

it("is that of all apps beside a manage.py that leaves Django to a module of the project", () => {
  const files = {
    "manage.py": "from shop import manage\n\nmanage()\n",
    "shop/settings.py": 'DATABASES = {"default": {"ENGINE": "django.db.backends.mysql"}}\n',
    "shop/orders/migrations/0001_initial.py": migration("", '("people", "0001_initial")'),
    "shop/people/migrations/0001_initial.py": migration(),
  };
  const histories = discover(memoryFileSystem(files), []);
  expect(
    histories.map(({ root, dialect, migrations }) => [root, dialect, migrations.map(({ name }) => name)]),
  ).toEqual([[".", "mysql", ["people.0001_initial", "orders.0001_initial"]]]);
});
