/** A Ruby with ActiveRecord 7.2 or later and its drivers: the machine's, `$DDLINT_RUBY`, or Debian's, unpacked into a folder of its own. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Ruby {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** The migrations ask for it: an older one knows neither their version nor all of their calls. */
const oldest = "7.2";

/** With ActiveRecord 7.2. */
const suite = "trixie";
const packages = ["ruby", "ruby-activerecord", "ruby-pg", "ruby-mysql2", "libc6"];

export function findRuby(): Ruby {
  const own: Ruby = { program: process.env["DDLINT_RUBY"] ?? "ruby", args: [], env: process.env };
  return works(own) ? own : unpacked();
}

const works = ({ program, args, env }: Ruby): boolean => {
  const asked = `require "active_record"; require "pg"; exit(ActiveRecord.version >= Gem::Version.new("${oldest}"))`;
  return spawnSync(program, [...args, "-e", asked], { env }).status === 0;
};

function unpacked(): Ruby {
  const folder = join(tmpdir(), `ddlint-ruby-${suite}-${String(process.getuid?.() ?? 0)}`);
  const root = join(folder, "root");
  if (!existsSync(root)) {
    mkdirSync(folder, { recursive: true });
    unpack(folder);
  }
  return unpackedIn(root);
}

function unpack(folder: string): void {
  for (const one of ["lists/partial", "cache/archives/partial", "making"])
    mkdirSync(join(folder, one), { recursive: true });
  const keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
  const list = join(folder, "sources.list");
  writeFileSync(list, `deb [signed-by=${keys}] http://deb.debian.org/debian ${suite} main\n`);
  // Nothing counts as installed: all that the programs need comes along.
  writeFileSync(join(folder, "status"), "");
  const options = {
    "Dir::State": folder,
    "Dir::State::status": join(folder, "status"),
    "Dir::State::lists": join(folder, "lists"),
    "Dir::Cache": join(folder, "cache"),
    "Dir::Etc::sourcelist": list,
    "Dir::Etc::sourceparts": "-",
    "APT::Install-Recommends": "false",
    "APT::Sandbox::User": "root",
    "Debug::NoLocking": "true",
  };
  const apt = (...args: readonly string[]): void => {
    const flags = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
    execFileSync("apt-get", [...flags, "-qq", ...args], { stdio: ["ignore", "ignore", "inherit"] });
  };
  apt("update");
  apt("install", "--yes", "--download-only", ...packages);
  const archives = join(folder, "cache/archives");
  for (const file of readdirSync(archives))
    if (file.endsWith(".deb")) execFileSync("dpkg-deb", ["-x", join(archives, file), join(folder, "making")]);
  rmSync(archives, { recursive: true });
  renameSync(join(folder, "making"), join(folder, "root"));
}

/** The unpacked program with its own C library, and where it finds what it requires. */
function unpackedIn(root: string): Ruby {
  const { arch } = process;
  const triple = arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  const libraries = [join(root, "usr/lib", triple), join(root, "lib", triple)].filter(existsSync);
  const loader = libraries
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .find((path) => /\/ld-linux[^/]*\.so\.\d+$/.test(path));
  const version = readdirSync(join(root, "usr/lib/ruby")).find((name) => /^\d+\.\d+\.\d+$/.test(name));
  if (loader === undefined || version === undefined) throw new Error(`${root} has no Ruby: delete it`);
  const ruby = join(root, "usr/lib/ruby");
  const byArch = join(root, "usr/lib", triple, "ruby");
  const rubygems = join(root, "usr/share/rubygems-integration");
  const gemHomes = [join(rubygems, "all"), join(rubygems, version), join(root, "var/lib/gems", version)];
  const integrated = join(root, "usr/lib", triple, "rubygems-integration", version);
  const gems = gemHomes
    .map((home) => join(home, "gems"))
    .filter(existsSync)
    .flatMap((home) => readdirSync(home).map((gem) => join(home, gem, "lib")));
  const found = [
    join(ruby, "vendor_ruby"),
    join(ruby, "vendor_ruby", version),
    join(byArch, "vendor_ruby", version),
    join(ruby, version),
    join(byArch, version),
    ...gems,
  ].filter(existsSync);
  return {
    program: loader,
    args: [
      "--library-path",
      libraries.join(":"),
      join(root, "usr/bin/ruby"),
      "--disable-gems",
      "-W0",
      "-rrubygems",
    ],
    env: {
      ...process.env,
      RUBYLIB: found.join(":"),
      GEM_PATH: [...gemHomes, integrated, join(ruby, "gems", version)].join(":"),
      GEM_HOME: join(root, "gems"),
    },
  };
}
