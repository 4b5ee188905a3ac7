/** Folders of migrations of one application of Rails: engines, packages, several databases. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const migration = (name: string): string =>
  `class ${name} < ActiveRecord::Migration[7.1]\n  def change\n    add_column :users, :a, :text\n  end\nend\n`;

const app = {
  "config/application.rb": "module Shop\nend\n",
  "config/database.yml": "production:\n  adapter: postgresql\n",
};

const found = (files: Readonly<Record<string, string>>): readonly string[] =>
  discover(memoryFileSystem({ ...app, ...files }), []).map(
    ({ root, dialect, migrations }) =>
      `${root} ${dialect}: ${migrations.map(({ up }) => up.path.replace(/^.*\/(\d+)_.*$/, "$1")).join(" ")}`,
  );

const split = {
  "db/migrate/20240101000001_first.rb": migration("First"),
  "db/migrate/20240101000003_third.rb": migration("Third"),
  "packs/billing/db/migrate/20240101000002_second.rb": migration("Second"),
};

test("folders that config/application.rb adds are one history, in the order of their versions", () => {
  const together = ["db/migrate postgres: 20240101000001 20240101000002 20240101000003"];
  for (const line of [
    'config.paths["db/migrate"] += Dir["packs/*/db/migrate"]',
    'config.paths["db/migrate"] << Rails.root.join("packs/billing/db/migrate")',
    'config.paths["db/migrate"].concat(Dir.glob(root.join("packs/*/db/migrate")))',
  ])
    expect(found({ ...split, "config/application.rb": `module Shop\n  ${line}\nend\n` })).toEqual(together);
  expect(found(split)).toHaveLength(2);
});

test("an engine that adds its own folder is read with the application's", () => {
  const engine = `module Shop
  class Engine < ::Rails::Engine
    initializer :append_migrations do |app|
      config.paths["db/migrate"].expanded.each { |path| app.config.paths["db/migrate"] << path }
    end
  end
end
`;
  const files = {
    "db/migrate/20240101000001_first.rb": migration("First"),
    "engines/shop/db/migrate/20240101000002_second.rb": migration("Second"),
  };
  expect(found({ ...files, "engines/shop/lib/shop/engine.rb": engine })).toEqual([
    "db/migrate postgres: 20240101000001 20240101000002",
  ]);
  expect(found({ ...files, "engines/shop/lib/shop/engine.rb": "module Shop\nend\n" })).toHaveLength(2);
});

test("the database of the migrations is not that of another folder, also if that comes first", () => {
  const yaml = `default: &default
  adapter: postgresql

production:
  events:
    adapter: clickhouse
    migrations_paths: db/events_migrate
  primary:
    <<: *default
`;
  expect(
    found({
      "config/database.yml": yaml,
      "db/migrate/20240101000001_first.rb": migration("First"),
      "db/events_migrate/20240101000003_third.rb": migration("Third"),
    }),
  ).toEqual(["db/events_migrate clickhouse: 20240101000003", "db/migrate postgres: 20240101000001"]);
});

test("each database of the application has its folders and its adapter", () => {
  const yaml = `default: &default
  adapter: postgresql

production:
  primary:
    <<: *default
    migrations_paths:
      - db/migrate
      - engines/shop/db/migrate
  animals:
    adapter: mysql2
    migrations_paths: db/animals_migrate
`;
  expect(
    found({
      "config/database.yml": yaml,
      "db/migrate/20240101000001_first.rb": migration("First"),
      "engines/shop/db/migrate/20240101000002_second.rb": migration("Second"),
      "db/animals_migrate/20240101000003_third.rb": migration("Third"),
    }),
  ).toEqual([
    "db/animals_migrate mysql: 20240101000003",
    "db/migrate postgres: 20240101000001 20240101000002",
  ]);
});

test("an archive beside db/migrate isn't run, unless a setting names it", () => {
  const files = {
    "db/migrate/20240101000003_third.rb": migration("Third"),
    "db/archived_migrations/20240101000001_first.rb": migration("First"),
  };
  expect(found(files)).toEqual(["db/migrate postgres: 20240101000003"]);
  const named = 'Rails.application.config.paths["db/migrate"] << "db/archived_migrations"\n';
  expect(found({ ...files, "config/initializers/migrations.rb": named })).toEqual([
    "db/migrate postgres: 20240101000001 20240101000003",
  ]);
});

const onSqlite =
  "default: &default\n  adapter: sqlite3\n\nproduction:\n  <<: *default\n  database: db/production.sqlite3\n";

const byUrl =
  "default: &default\n  adapter: mysql2\n\ndevelopment:\n  <<: *default\n\nproduction:\n  url: <%= ENV['DATABASE_URL'] %>\n";

test.each([
  // The only server that has a gem in production.
  [{ "config/database.yml.example": "production:\n  adapter: mysql2\n", Gemfile: 'gem "pg"\n' }, "postgres"],
  [{ "config/database.sample.yml": "production:\n  adapter: mysql2\n", Gemfile: 'gem "rails"\n' }, "mysql"],
  [
    {
      "config/database.yml": "development:\n  adapter: sqlite3\n",
      Gemfile: 'group :development do\n  gem "sqlite3"\nend\ngroup :production do\n  gem "pg"\nend\n',
    },
    "postgres",
  ],
  [
    {
      "config/database.yml.example": "production:\n  adapter: postgresql\n",
      Gemfile: 'gem "pg", group: :test\ngroup :development, :test do\n  gem "mysql2"\nend\n',
    },
    "postgres",
  ],
  [
    {
      "config/database.yml.example": "production:\n  adapter: postgresql\n",
      Gemfile: 'gem "pg"\ngem "mysql2"\n',
    },
    "postgres",
  ],
  // Production has two drivers, and not the one of the generator's block.
  [
    {
      "config/database.yml":
        "test:\n  adapter: postgresql\nstaging:\n  adapter: mysql2\nproduction:\n  adapter: sqlite3\n",
      Gemfile:
        'group :test do\n  gem "sqlite3"\nend\ngroup :staging, :production do\n  gem "mysql2"\n  gem "pg"\nend\n',
    },
    "mysql",
  ],
  [{ "config/database.yml": "production:\n  adapter: mysql2\n", Gemfile: 'gem "pg"\n' }, "mysql"],
  // Production can't load the gem that the settings name.
  [
    {
      "config/database.yml": "production:\n  adapter: mysql2\n",
      Gemfile: 'group :production do\n  gem "pg"\nend\ngroup :development, :test do\n  gem "mysql2"\nend\n',
    },
    "postgres",
  ],
  [
    {
      "config/database.yml": "development:\n  adapter: sqlite3\n",
      Gemfile: '# Use postgresql as the database for Active Record\n# gem "pg"\ngem "sqlite3"\n',
    },
    "sqlite",
  ],
  // Another server's gem was left over: production has SQLite's, and says SQLite.
  [{ "config/database.yml": onSqlite, Gemfile: 'gem "sqlite3"\ngem "pg"\n' }, "sqlite"],
  [
    { "config/database.yml": onSqlite, Gemfile: 'gem "sqlite3", group: :development\ngem "pg"\n' },
    "postgres",
  ],
  [{ "config/database.yml": onSqlite, Gemfile: 'gem "sqlite3"\ngem "pg", group: :production\n' }, "postgres"],
  [
    {
      "config/database.yml": `${onSqlite}  url: <%= ENV["DATABASE_URL"] %>\n`,
      Gemfile: 'gem "sqlite3"\ngem "pg"\n',
    },
    "postgres",
  ],
  [
    {
      "config/database.yml": onSqlite,
      Gemfile: 'gem "sqlite3"\ngem "pg"\n',
      "db/schema.rb": 'ActiveRecord::Schema.define do\n  enable_extension "plpgsql"\nend\n',
    },
    "postgres",
  ],
  // The block of production leaves the adapter to DATABASE_URL.
  [{ "config/database.yml": byUrl, Gemfile: 'gem "mysql2"\ngem "pg", group: :production\n' }, "postgres"],
  [{ "config/database.yml": byUrl, Gemfile: 'gem "mysql2"\ngem "pg"\n' }, "mysql"],
  [
    {
      "config/database.yml": byUrl.replace("production:", "production:\n  <<: *default"),
      Gemfile: 'gem "mysql2"\ngem "pg", group: :production\n',
    },
    "mysql",
  ],
  [{ "config/database.yml": "development:\n  adapter: mysql\nproduction:\n  adapter: pg\n" }, "postgres"],
  [{ Gemfile: "source :rubygems\ngem 'rails', '2.3.2'\ngem 'mysql'\n" }, "mysql"],
  [{ Gemfile: "gem 'rails', '3.2.2'\ngem 'mysql2'\ngem 'sqlite3', :group => :test\n" }, "mysql"],
] as const)("the database by the adapter of production, or by the gem: %j", (files, dialect) => {
  const made = { "db/migrate/20120101000001_make.rb": migration("Make") };
  expect(discover(memoryFileSystem({ ...files, ...made }), []).map((one) => one.dialect)).toEqual([dialect]);
});

test("two files with one class: a copy is to be deleted", () => {
  const advice = (second: string): string | undefined =>
    discover(
      memoryFileSystem({
        ...app,
        "db/migrate/20240101000001_add_a.rb": migration("AddA"),
        "db/migrate/20240101000002_add_a.rb": second,
      }),
      [],
    )[0]?.problems[0]?.instead;
  expect(advice(migration("AddA"))).toBe("both files do the same: delete one that no server has run");
  expect(advice(migration("AddA").replace(":a", ":b"))).toBe("give the class and the file another name");
});

test("files beside db/migrate aren't run, and are named", () => {
  const files = {
    "db/20231231000001_stray.rb": migration("Stray"),
    "db/20231231000002_other.rb": migration("Other"),
    "db/migrate/20240101000001_first.rb": migration("First"),
  };
  const [history, ...others] = discover(memoryFileSystem({ ...app, ...files }), []);
  expect(others).toEqual([]);
  expect(history?.migrations.map(({ up }) => up.path)).toEqual(["db/migrate/20240101000001_first.rb"]);
  expect(history?.evidence).toContain(
    "Rails doesn't run db/20231231000001_stray.rb, db/20231231000002_other.rb: outside of this folder",
  );
});

test.each([
  ["a constant of the file", "AddAParent = ActiveRecord::Migration[6.0]\nclass AddA < AddAParent\n", {}],
  [
    "a class of the project",
    "class AddA < SchemaChange\n",
    { "lib/schema_change.rb": "class SchemaChange < ActiveRecord::Migration[6.0]\nend\n" },
  ],
])("the superclass of a migration is %s", (_, head, others) => {
  const text = `${head}  def change\n    create_table :as, id: :integer\n  end\nend\n`;
  const files = { ...app, ...others, "db/migrate/20240101000001_add_a.rb": text };
  const [history] = discover(memoryFileSystem(files), []);
  expect(history?.tool).toBe("rails");
  expect(history?.migrations.map(({ up }) => up.path)).toEqual(["db/migrate/20240101000001_add_a.rb"]);
});

test("of a copied migration, at which Rails stops, nothing else is reported", async () => {
  const text = migration("AddA").replace(":users", ":things");
  const first =
    "class MakeThings < ActiveRecord::Migration[7.1]\n  def change\n    create_table :things\n  end\nend\n";
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      ...app,
      "db/migrate/20240101000000_make_things.rb": first,
      "db/migrate/20240101000001_add_a.rb": text,
      "db/migrate/20240101000002_add_a.rb": text,
    }),
  });
  const ofCopy = findings.filter(({ file }) => file.endsWith("000002_add_a.rb"));
  expect(ofCopy.map(({ ruleId }) => ruleId)).toEqual(["duplicate-version"]);
});
