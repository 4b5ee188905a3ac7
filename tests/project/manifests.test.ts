import { expect, test } from "vitest";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { depends, readManifest, type Manifest } from "../../src/project/manifests.ts";

test.each<[file: string, kind: Manifest, name: string, comment: string, text: string]>([
  ["Gemfile", "ruby", "rails", '# gem "rails"\n', 'gem "rails"\n'],
  ["Gemfile", "ruby", "rails", '=begin\ngem "rails"\n=end\n', 'gem "a#{b}" # c\ngem "rails"\n'],
  ["requirements.txt", "pypi", "alembic", "flask # with alembic\n", "git+https://x/y#egg=alembic\n"],
  ["pyproject.toml", "pypi", "alembic", '# "alembic",\n', '"alembic",\n'],
  ["Pipfile", "pypi", "alembic", '#alembic = "*"\n', 'alembic = "*"\n'],
  ["pom.xml", "jvm", "flyway-core", "<!--\n<id>flyway-core</id>\n-->", "<id>flyway-core</id><!-- -->"],
  [
    "build.gradle",
    "jvm",
    "flyway-core",
    "// flyway-core\n/* flyway-core",
    'maven { url = "https://x" }; "db/**/*.sql"; "a:flyway-core:9"',
  ],
  [
    "go.mod",
    "go",
    "a.com/b",
    "// require a.com/b v1\nrequire a.com/b v2 // indirect\n",
    "require a.com/b v1\n",
  ],
  ["Cargo.toml", "cargo", "sqlx", '#sqlx = "0.7"\n# sqlx = "0.7"\n', 'sqlx = "0.7" # here\n'],
  ["pubspec.yaml", "dart", "sqflite", "# sqflite: ^2\n", "  sqflite: ^2 # here\n"],
  ["Package.swift", "swift", "GRDB.swift", "// GRDB.swift\n", 'url: "https://x/GRDB.swift.git"'],
  ["a.csproj", "dotnet", "Evolve", '<!-- <P Include="Evolve" /> -->', '<P Include="Evolve" />'],
])("%s: what a comment says isn't a dependency (%s, %s)", (file, kind, name, comment, text) => {
  const says = (written: string): boolean => {
    const fs = memoryFileSystem({ [file]: written });
    return depends(readManifest(fs, file) ?? "", kind, name);
  };
  expect(says(comment)).toBe(false);
  expect(says(comment.replace(/\/\* .*/, "") + text)).toBe(true);
});
