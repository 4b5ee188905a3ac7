/** Drivers of SQLite that a program has on a device, in a browser, or with its language. */
import { expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

type Files = Readonly<Record<string, string>>;

const plain = "CREATE TABLE notes (id TEXT PRIMARY KEY NOT NULL, made INTEGER NOT NULL);\n";
const npm = (...names: readonly string[]): Files => ({
  "package.json": JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, "1"])) }),
});
const read = (files: Files, path = "db/migrations/001_a.sql") =>
  discover(memoryFileSystem({ ...files, [path]: plain }), []).map(({ dialect }) => dialect);

test.each<[name: string, files: Files]>([
  ...[
    "expo-sqlite",
    "react-native-sqlite-storage",
    "react-native-quick-sqlite",
    "@op-engineering/op-sqlite",
    "@capacitor-community/sqlite",
    "cordova-sqlite-storage",
    "sql.js",
    "wa-sqlite",
    "@sqlite.org/sqlite-wasm",
    "libsql",
    "@tursodatabase/serverless",
    "node-sqlite3-wasm",
  ].map((name): [string, Files] => [name, npm(name)]),
  ["Flutter's", { "pubspec.yaml": "name: shop\ndependencies:\n  sqflite: ^2.4.0 # on the phone\n" }],
  [
    "Swift's",
    { "Package.swift": '.package(url: "https://github.com/groue/GRDB.swift.git", from: "7.0.0")\n' },
  ],
  [
    "Tauri's plugin",
    { "Cargo.toml": '[dependencies]\ntauri-plugin-sql = { version = "2", features = ["sqlite"] }\n' },
  ],
  ["a crate's feature in a table", { "Cargo.toml": '[dependencies.sqlx]\nfeatures = [\n  "sqlite",\n]\n' }],
  ["a crate", { "Cargo.toml": '[dependencies]\nlibsql = "0.9"\n' }],
  ["a module of Go", { "go.mod": "module shop\n\nrequire zombiezen.com/go/sqlite v1.4.0\n" }],
  [
    "libsql's module of Go",
    { "go.mod": "module shop\n\nrequire github.com/tursodatabase/libsql-client-go v0.1.0\n" },
  ],
  ["Bun's", { ...npm("hono"), "db/client.ts": 'import { Database } from "bun:sqlite";\n' }],
  ["Node.js's", { ...npm("express"), "src/db.js": 'const { DatabaseSync } = require("node:sqlite");\n' }],
  ["Python's", { "requirements.txt": "flask\n", "app/db.py": "import sqlite3\n" }],
])("SQLite by a driver: %s", (_name, files) => {
  expect(read(files)).toEqual(["sqlite"]);
});

test.each<[name: string, dialect: string, files: Files]>([
  ["beside a driver for a server", "mysql", npm("sql.js", "mysql2")],
  ["beside a driver for a server that brings its own", "postgres", npm("expo-sqlite", "pg-promise")],
  ["beside Supabase's client", "postgres", npm("expo-sqlite", "@supabase/supabase-js")],
  [
    "beside Supabase's client in Flutter",
    "postgres",
    { "pubspec.yaml": "dependencies:\n  drift: ^2.0.0\n  supabase_flutter: ^2.0.0\n" },
  ],
  [
    "a crate's feature for a server",
    "mysql",
    { "Cargo.toml": '[dependencies]\nsqlx = { version = "0.8", features = ["mysql"] }\n' },
  ],
  [
    "a cache beside what Python connects to",
    "postgres",
    {
      "requirements.txt": "flask\n",
      "app/db.py": "import psycopg2\n",
      "app/database.py": "import sqlite3\n",
    },
  ],
  [
    "a program that imports a driver for MySQL",
    "mysql",
    { ...npm("hono"), "db/client.ts": 'import mysql from "npm:mysql2@3";\n' },
  ],
])("not SQLite: %s", (_name, dialect, files) => {
  expect(read(files)).toEqual([dialect]);
});

test("what a phone has says nothing of the folder that Supabase reads", () => {
  expect(read(npm("expo-sqlite"), "supabase/migrations/20240101000000_a.sql")).toEqual(["postgres"]);
  expect(read(npm("better-sqlite3"), "supabase/migrations/20240101000000_a.sql")).toEqual(["postgres"]);
});
