import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { lintProject } from "../../src/index.ts";

const sql = "CREATE TABLE t (id bigint PRIMARY KEY);\n";
const migration = { "db/migrations/001_a.sql": sql };
const service = (image: string): string => `services:\n  db:\n    image: ${image}\n`;

/** The version, and why. */
const found = (
  files: Readonly<Record<string, string>>,
  facts: Parameters<typeof discover>[2] = {},
): readonly (string | undefined)[] => {
  const [history] = discover(memoryFileSystem({ ...migration, ...files }), [], facts);
  return [history?.serverVersion, ...(history?.serverEvidence ?? [])];
};

describe("the server's version", () => {
  test.each([
    ["postgres:16", "16"],
    ["postgres:16.3-alpine", "16"],
    ['"postgres:15"', "15"],
    ["postgres:9.6", "9.6"],
    ["docker.io/library/postgres:17@sha256:0123", "17"],
    ["registry.example.org:5000/mirror/postgres:14", "14"],
    ["postgis/postgis:16-3.4", "16"],
    ["timescale/timescaledb:2.14.2-pg15", "15"],
    ["timescale/timescaledb-ha:pg16", "16"],
    ["pgvector/pgvector:pg17", "17"],
    ["supabase/postgres:15.1.0.147", "15"],
    ["cimg/postgres:14.0", "14"],
    ["postgres:${PG_VERSION:-13}", "13"],
    ["postgres:latest", undefined],
    ["postgres", undefined],
    ["postgres:${PG_VERSION}", undefined],
    ["prom/postgres-exporter:16", undefined],
  ])("%s", (image, version) => {
    const [got] = found({ "docker-compose.yml": service(image) });
    expect(got).toBe(version);
  });

  test.each([
    ["compose.yaml", service("postgres:16")],
    ["docker-compose.test.yml", service("postgres:16")],
    [".devcontainer/compose.yml", service("postgres:16")],
    [".github/workflows/test.yml", "jobs:\n  t:\n    services:\n      db:\n        image: postgres:16\n"],
    [".gitlab-ci.yml", "services:\n  - image: postgres:16\n"],
    [".tool-versions", "nodejs 22.1.0\npostgres 16.2\n"],
    ["supabase/config.toml", "[api]\nport = 1\n\n[db]\nport = 2\nmajor_version = 16\n"],
  ])("in %s", (path, text) => {
    const [version, because] = found({ [path]: text });
    expect(version).toBe("16");
    expect(because).toContain(path);
  });

  test.each([
    [
      "Makefile",
      "db:\n\tdocker run --name pg -p 5432:5432 -e POSTGRES_PASSWORD=x -d postgres:14-alpine\n",
      "14",
    ],
    ["justfile", "db:\n    podman run -d \\\n      -v data:/var/lib docker.io/library/postgres:15\n", "15"],
    ["scripts/db.sh", 'docker run --rm "postgres:${PG:-16}" | tee log\n', "16"],
    ["package.json", '{"scripts": {"db": "docker run -d postgres:17 && echo up"}}', "17"],
    ["Makefile", "db:\n\t# docker run postgres:14\n\tdocker run -d redis:7 && echo postgres:13\n", undefined],
    ["Makefile", "db:\n\tdocker run -d postgres:$(VERSION)\n", undefined],
  ])("of a container that a command starts, in %s: %s", (path, text, version) => {
    expect(found({ [path]: text })[0]).toBe(version);
    const composed = { [path]: text, "docker-compose.yml": service("postgres:18") };
    expect(found(composed)[0]).toBe("18");
  });

  test("of several the lowest, and the nearest folder's before those further out", () => {
    const two = {
      "docker-compose.yml": service("postgres:16"),
      ".github/workflows/t.yml": service("postgres:9.6"),
    };
    expect(found(two)).toEqual(["9.6", ".github/workflows/t.yml runs postgres:9.6"]);
    expect(found({ ...two, "db/compose.yml": service("postgres:17") })[0]).toBe("17");
  });

  test("what a pipeline runs comes before what samples for one database run", () => {
    const pipeline = { ".github/workflows/t.yml": service("mysql:9.1") };
    const of = (files: Readonly<Record<string, string>>) => found(files, { dialect: "mysql" })[0];
    for (const name of [
      "docker-compose-mysql.yml",
      "docker-compose.quickstart.yml",
      "compose.example.yaml",
    ]) {
      expect(of({ ...pipeline, [name]: service("mysql:5.7") })).toBe("9.1");
      expect(of({ [name]: service("mysql:5.7") })).toBe("5.7");
    }
    expect(of({ ...pipeline, "docker-compose.yml": service("mysql:5.7") })).toBe("5.7");
  });

  test.each([
    ["pg: [14, '15', 16]", "postgres:${{ matrix.pg }}-alpine"],
    ['pg:\n          - "16"\n          - 14', "postgres:${{matrix.pg}}"],
    ["include:\n          - pg: 15\n          - pg: 14 # the oldest", "postgres:${{ matrix.pg }}"],
    ["db:\n          - {image: x}\n        image: [postgres:16, postgres:14]", "${{ matrix.db.image }}"],
  ])("of a matrix %j the lowest", (matrix, image) => {
    const text = `jobs:\n  t:\n    strategy:\n      matrix:\n        ${matrix}\n    services:\n      db:\n        image: ${image}\n`;
    expect(found({ ".github/workflows/t.yml": text })[0]).toBe("14");
  });

  test("of the history's own dialect", () => {
    const both = { "compose.yml": `${service("postgres:16")}  other:\n    image: mysql:8.0.36\n` };
    expect(found(both, { dialect: "mysql" })[0]).toBe("8.0.36");
    expect(found(both, { dialect: "mariadb" })[0]).toBeUndefined();
    expect(found(both, { dialect: "clickhouse" })[0]).toBeUndefined();
  });

  test("a release that isn't written is the latest", () => {
    const of = (...tags: readonly string[]) =>
      found(
        { "compose.yml": tags.map((tag) => `x:\n  image: mysql:${tag}\n`).join("") },
        { dialect: "mysql" },
      )[0];
    expect(of("8.0.20-debian")).toBe("8.0.20");
    expect(of("8.0", "8.0.36")).toBe("8.0.36");
    expect(of("8.4.1", "8.0")).toBe("8.0");
    expect(of("8")).toBeUndefined();
  });

  test("stated wins", () => {
    const files = { "compose.yml": service("postgres:14") };
    expect(found(files, { serverVersion: "17" })).toEqual(["17", "stated in the configuration"]);
  });

  test("a file that names a server which the tool's release refuses is out of date", () => {
    const of = (release: string, image: string): string | undefined => {
      const files = {
        "manage.py": "",
        "requirements.txt": `Django==${release}\nmysqlclient==2.2.7\n`,
        "shop/migrations/__init__.py": "",
        "shop/migrations/0001_initial.py":
          "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    operations = []\n",
        "docker-compose.yml": service(image),
      };
      return discover(memoryFileSystem(files), [], {})[0]?.serverVersion;
    };
    expect(of("5.2.6", "mysql:5.7")).toBeUndefined();
    expect(of("5.2.6", "mysql:8.0")).toBe("8.0");
    expect(of("4.2", "mysql:8.0.5")).toBe("8.0.5");
    expect(of("3.2.25", "mysql:5.7")).toBe("5.7");
  });

  test("a long line costs no time", () => {
    const started = performance.now();
    found({ "compose.yml": `image: ${"${A:-".repeat(50_000)}\n${"image: ".repeat(50_000)}` });
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

test("what is found is what the effects are read for", async () => {
  const findings = async (image: string): Promise<readonly string[]> => {
    const files = {
      "db/migrations/001_a.sql": "CREATE TABLE t (id uuid DEFAULT uuidv7() PRIMARY KEY);\n",
      "compose.yml": service(image),
    };
    const result = await lintProject({ fs: memoryFileSystem(files), facts: {}, opinions: {} });
    return result.findings.map((finding) => finding.ruleId);
  };
  expect(await findings("postgres:16")).toContain("unsupported-by-version");
  expect(await findings("postgres:18")).not.toContain("unsupported-by-version");
  expect(await findings("postgres")).not.toContain("unsupported-by-version");
});
