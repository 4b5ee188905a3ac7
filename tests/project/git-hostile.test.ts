/**
 * What git would run, fetch or write for a repository that is set up so. Each trap is first shown to be one: git, as
 * people use it, runs the trap's program. DDLINT_GITS names more gits to try it with than that of PATH.
 */
import { cpSync, mkdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { lintProject } from "../../src/index.ts";
import {
  begin,
  copyOf,
  findingsOf,
  gitPrograms,
  lint,
  ownEnvironment,
  pathWith,
  removeSites,
  Site,
} from "../support/git-site.ts";

interface Trap {
  readonly name: string;
  readonly lay: (site: Site) => void;
  /** What people would run for it to spring; any of them is enough. */
  readonly springs: readonly (readonly string[])[];
  /** Where it is sprung, and ddlint is run: the shop's folder, or one of it. */
  readonly folder?: string;
  readonly env?: (site: Site) => Readonly<Record<string, string>>;
  /** The rule that needs it. */
  readonly only?: string;
  /** The answer is exit code 2 and this, instead of findings. */
  readonly refused?: RegExp | ((version: string) => RegExp | undefined);
  /** Why this version has no such trap. */
  readonly absent?: (version: string) => string | undefined;
}

const isBefore = (version: string, wanted: string): boolean =>
  version.localeCompare(wanted, "en", { numeric: true }) < 0;
const attributes = (site: Site, text: string): void => {
  site.write(".gitattributes", text);
  site.git("add", ".gitattributes");
};
const looks = [["status"], ["diff"], ["diff", "main"], ["add", "--all"]];
const bareFound =
  /^ddlint: git found a bare repository in this folder or a parent folder; it may come from a pull request/;

const usesNoBare = (version: string): string | undefined =>
  isBefore(version, "3") ? undefined : "safe.bareRepository is explicit by default";

/** The shop's own repository once more, as files of a folder. */
function bareIn(site: Site, config: string, folder = "svc"): void {
  const svc = join(site.shop, folder);
  cpSync(join(site.shop, ".git"), svc, { recursive: true });
  for (const name of ["migrations", "notes"]) {
    cpSync(join(site.shop, name), join(svc, name), { recursive: true });
  }
  for (const top of [".", folder]) site.write(`${top}/.gitattributes`, "* filter=trap\n");
  site.configure(`[core]\n${config}\n[filter "trap"]\nclean = ${site.trap}\n`, folder);
}

const filter = (name: string, value: string, lines: (site: Site) => string): Trap => ({
  name: `a filter: ${name}`,
  lay: (site) => {
    attributes(site, `* filter=${value}\n`);
    site.configure(`[filter "${value.replaceAll(/["\\]/g, "\\$&")}"]\n${lines(site)}\n`);
  },
  springs: looks,
});
const clean = ({ trap }: Site): string => `clean = ${trap}`;

/** The note before it was moved and edited, by its own name: folders may be missing too. */
const oldText = "refs/tags/old-text";

/** A partial clone of `url`, which lacks an old text. */
const partial = (
  name: string,
  url: (site: Site) => string,
  config: (failing: string) => string = () => "",
): Trap => ({
  name: `a partial clone: ${name}`,
  lay: (site) => {
    site.git("config", "core.repositoryFormatVersion", "1");
    site.git("config", "extensions.partialClone", "origin");
    site.configure(`[remote "origin"]\nurl = ${url(site)}\nfetch = +refs/heads/*:refs/remotes/origin/*\npromisor = true
partialCloneFilter = blob:none\n${config(site.failing)}\n`);
    site.lose(oldText);
  },
  springs: [
    ["cat-file", "-p", "main:notes/old.txt"],
    ["fetch", "origin"],
  ],
});

const fromFolder = (name: string, more: (site: Site) => void = () => undefined): Trap => {
  const clone = partial(
    name,
    ({ shop }) => `file://${shop}`,
    (failing) => `uploadpack = ${failing}`,
  );
  return {
    ...clone,
    lay: (site) => {
      more(site);
      clone.lay(site);
    },
    springs: [["fetch", "origin"]],
  };
};

/** A file as the remote, for which git starts no transport, and a program that it asks for refs afterwards. */
const bundled: Trap = (() => {
  const clone = partial(
    "a bundle",
    ({ folder }) => join(folder, "all.bundle"),
    (failing) => `[core]\nalternateRefsCommand = ${failing}`,
  );
  return {
    ...clone,
    lay: (site) => {
      site.git("bundle", "create", "../all.bundle", "--all");
      site.git("init", "--quiet", "../other");
      site.write(".git/objects/info/alternates", `${join(site.folder, "other/.git/objects")}\n`);
      clone.lay(site);
      // Newer versions would fetch it for ever, one for the other, and come to nothing.
      site.git("update-ref", "-d", oldText);
    },
    springs: [["cat-file", "-p", "main:notes/old.txt"]],
  };
})();

const traps: readonly Trap[] = [
  ...[".", ".."].map((worktree): Trap => ({
    name: `a bare repository: core.bare=false, worktree=${worktree}`,
    lay: (site) => {
      bareIn(site, `bare = false\nworktree = ${worktree}`);
    },
    springs: looks,
    folder: "svc",
    refused: bareFound,
    absent: usesNoBare,
  })),
  {
    name: "a bare repository: core.bare=true",
    lay: (site) => {
      bareIn(site, `bare = true\n[alias]\nother = !${site.trap}`);
    },
    springs: [["other"]],
    folder: "svc",
    refused: bareFound,
    absent: usesNoBare,
  },
  {
    name: "a bare repository: with a line break in its name",
    lay: (site) => {
      bareIn(site, "bare = false\nworktree = .", ".git\nsvc");
    },
    springs: looks,
    folder: ".git\nsvc",
    refused: bareFound,
    absent: usesNoBare,
  },
  filter("clean", "trap", clean),
  filter("required", "trap", (site) => `${clean(site)}\nrequired = true`),
  filter("process", "trap", ({ failing }) => `process = ${failing}`),
  filter(
    "process, required, with clean",
    "trap",
    (site) => `${clean(site)}\nprocess = ${site.failing}\nrequired`,
  ),
  {
    ...filter("while GIT_CONFIG names another file", "trap", clean),
    env: () => ({ GIT_CONFIG: "/dev/null" }),
  },
  filter("dots in its name", "a.b.clean", clean),
  filter("upper case", "TraP", clean),
  filter("quotes and a backslash in its name", 'a"b\\c', clean),
  filter("no letter of ASCII", "été", clean),
  filter("an empty name", "", clean),
  {
    ...filter("an = in its name", "a=b", clean),
    refused: (version) =>
      isBefore(version, "2.31")
        ? /^ddlint: git config failed: unknown option: --config-env=filter\.a=b\./
        : undefined,
  },
  {
    name: "a filter: a name that is no UTF-8",
    lay: (site) => {
      site.configure(Buffer.from(`[filter "\xe9"]\nclean = ${site.trap}\n`, "latin1"));
      site.write(".gitattributes", Buffer.from("* filter=\xe9\n", "latin1"));
    },
    springs: looks,
    refused: /^ddlint: git can't switch off "filter\.é\.clean" of its configuration/,
  },
  {
    name: "a filter: on entries as young as the index",
    lay: (site) => {
      site.git("update-index", "-q", "--refresh");
      site.configure(`[filter "trap"]\n${clean(site)}\n`);
      site.write(".gitattributes", "* filter=trap\n");
      utimesSync(join(site.shop, ".git/index"), 9e8, 9e8);
    },
    springs: [["diff-files", "--name-only"]],
  },
  {
    name: "a hook: post-index-change",
    lay: (site) => {
      site.write(".git/hooks/post-index-change", readFileSync(site.trap), 0o755);
    },
    springs: looks,
  },
  {
    name: "a hook: core.hooksPath",
    lay: (site) => {
      site.configure("[core]\nhooksPath = .hooks");
      for (const hook of ["post-index-change", "reference-transaction"])
        site.write(`.hooks/${hook}`, readFileSync(site.trap), 0o755);
    },
    springs: looks,
  },
  {
    name: "a hook: reference-transaction",
    lay: (site) => {
      site.write(".git/hooks/reference-transaction", readFileSync(site.trap), 0o755);
    },
    springs: [["update-ref", "refs/heads/other", "HEAD"]],
  },
  ...["", "1", "2"].map((version): Trap => ({
    name: `core.fsmonitor, hook version ${version || "not given"}`,
    lay: (site) => {
      site.configure(`[core]\nfsmonitor = ${site.trap}\n${version && `fsmonitorHookVersion = ${version}`}`);
      // Then the index says that it is to be asked.
      site.try(site.shop, ["update-index", "--fsmonitor"]);
    },
    springs: [["status"], ["update-index", "--refresh"]],
  })),
  {
    name: "diff.external",
    lay: (site) => {
      site.configure(`[diff]\nexternal = ${site.trap}`);
    },
    springs: [["diff", "main"]],
  },
  ...["command", "textconv"].map((key): Trap => ({
    name: `a diff driver: ${key}`,
    lay: (site) => {
      site.configure(`[diff "trap"]\n${key} = ${site.trap}\ncacheTextconv = true`);
      attributes(site, "* diff=trap\n");
    },
    springs: [["diff", "main"]],
  })),
  {
    name: "log.showSignature",
    lay: (site) => {
      const unsigned = site.git("cat-file", "commit", "HEAD");
      const signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n bm9uZQ==\n -----END PGP SIGNATURE-----\n";
      site.write(".git/signed", unsigned.replace("\n\n", `\n${signature}\n`));
      site.git("update-ref", "HEAD", site.git("hash-object", "-t", "commit", "-w", ".git/signed"));
      site.configure(`[log]\nshowSignature = true\n[gpg]\nprogram = ${site.trap}`);
    },
    springs: [["log", "-1"]],
  },
  {
    name: "aliases",
    lay: (site) => {
      const names = [
        "other",
        "rev-parse",
        "rev-list",
        "diff-tree",
        "blame",
        "diff-index",
        "ls-files",
        "config",
      ];
      site.configure(`[alias]\n${names.map((name) => `${name} = !${site.trap}`).join("\n")}`);
    },
    springs: [["other"]],
  },
  {
    name: "include.path",
    lay: (site) => {
      site.write("more.config", `[filter "trap"]\nclean = ${site.trap}\n[core]\nfsmonitor = ${site.trap}\n`);
      site.configure("[include]\npath = ../more.config");
      attributes(site, "* filter=trap\n");
    },
    springs: looks,
  },
  {
    name: "a configuration of the work tree's own",
    lay: (site) => {
      site.git("config", "extensions.worktreeConfig", "true");
      site.write(".git/config.worktree", `[filter "trap"]\n${clean(site)}\n`);
      attributes(site, "* filter=trap\n");
    },
    springs: looks,
  },
  {
    name: "a submodule's configuration",
    lay: (site) => {
      const sub = join(site.shop, "sub");
      mkdirSync(sub);
      site.git("init", "--quiet", "sub");
      site.write("sub/a.txt", "a");
      site.write("sub/.gitattributes", "* filter=trap\n");
      site.git("-C", "sub", "add", "--all");
      site.git("-C", "sub", "commit", "--quiet", "--message", "Begin");
      site.git("-c", "advice.addEmbeddedRepo=false", "add", "sub");
      site.write("sub/a.txt", "b");
      site.configure(`[core]\nfsmonitor = ${site.trap}\n[filter "trap"]\n${clean(site)}\n`, "sub/.git");
      site.write("sub/.git/hooks/post-index-change", readFileSync(site.trap), 0o755);
    },
    springs: [["status"], ["diff"]],
  },
  partial(
    "ext::",
    ({ failing }) => `ext::${failing}`,
    () => '[protocol "ext"]\nallow = always',
  ),
  partial(
    "ssh",
    () => "ssh://example.invalid/a.git",
    (failing) => `[core]\nsshCommand = ${failing}`,
  ),
  fromFolder("an old text"),
  bundled,
  partial(
    "a helper",
    ({ failing }) => failing,
    () => "vcs = ext\n[protocol]\nallow = always",
  ),
  partial(
    "a proxy",
    () => "git://example.invalid/a.git",
    (failing) => `[core]\ngitProxy = ${failing}`,
  ),
  {
    ...partial(
      "credentials",
      () => "https://127.0.0.1:1/a.git",
      (failing) => `[credential]\nhelper = ${failing}\n[core]\naskPass = ${failing}`,
    ),
    springs: [["credential", "fill"]],
  },
  {
    ...fromFolder("a text that is needed", (site) => {
      site.write("migrations/001_orders.sql", "SELECT 1;\n");
      site.git("add", "--all");
      site.lose("HEAD:migrations/001_orders.sql");
    }),
    only: "edited-after-apply",
    refused:
      /^ddlint: git hasn't fetched "(?:migrations\/)?001_orders\.sql" as it was in .*, since this clone is partial; "git diff --stat .*" fetches it, or clone without --filter\n$/,
  },
  {
    ...fromFolder("folders that are needed", (site) => {
      site.lose("main^{tree}");
      site.lose("HEAD^{tree}");
    }),
    refused:
      /^ddlint: git hasn't fetched what it needs to compare, since this clone is partial; "git diff --stat/,
  },
  {
    name: "variables",
    lay: () => undefined,
    env: ({ trap }) => ({
      GIT_EXTERNAL_DIFF: trap,
      GIT_SSH: trap,
      GIT_SSH_COMMAND: trap,
      GIT_PROXY_COMMAND: trap,
      GIT_PAGER: trap,
      GIT_EDITOR: trap,
      GIT_ASKPASS: trap,
      SSH_ASKPASS: trap,
    }),
    springs: [["diff", "main"]],
  },
];

/**
 * Each comparison, and from the top of the work tree as from a folder in it both that with the work tree and that with the
 * index: `--since` and `--changed` ask git the same once the commit is known.
 */
const asked = [
  [".", "--since main"],
  [".", "--staged"],
  ["migrations", "--changed"],
  ["migrations", "--staged"],
] as const;

/** A changelog with commits of several weeks, so that git is asked for each of its lines, too. */
function growChangelog(site: Site): void {
  const file = "db/changelog/db.changelog-master.xml";
  const changesets = ["users", "roles", "rights", "groups"].map(
    (table, i) => `<changeSet id="${i}" author="a" dbms="postgresql">
<createTable tableName="${table}"><column name="id" type="bigint"/></createTable>
</changeSet>\n`,
  );
  for (const i of changesets.keys()) {
    const shown = changesets.slice(0, i + 1).join("");
    site.write(file, `<databaseChangeLog>\n${shown}</databaseChangeLog>\n`);
    site.git("add", "--intent-to-add", file);
    const date = `2024-0${i + 1}-01T12:00:00Z`;
    site.git("commit", "--quiet", `--date=${date}`, "--message", "Grow", "--only", "--", file);
  }
}

/** All that drop a column, where nothing is compared. */
const dropping = ["004_drop_note.sql", "005_drop_note.sql"];

const programs = gitPrograms();
afterAll(() => {
  removeSites();
  vi.unstubAllEnvs();
});

describe.each(programs)("git $version", (program) => {
  let made: Site;
  beforeAll(() => {
    vi.unstubAllEnvs();
    for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) vi.stubEnv(name, undefined);
    for (const [name, value] of Object.entries(ownEnvironment)) vi.stubEnv(name, value);
    vi.stubEnv("PATH", pathWith(program));
    made = new Site(program);
    begin(made);
    growChangelog(made);
  });

  it("says when each changeset was committed", async () => {
    const { histories } = await lintProject({ cwd: copyOf(made).shop });
    const times = histories.flatMap(({ migrations }) => migrations.flatMap((one) => one.committedAt ?? []));
    expect(times.map((time) => new Date(time).getUTCMonth())).toEqual([0, 1, 2, 3]);
  });

  // Also where a test fails: with GIT_CONFIG=/dev/null, the `git config` of the next one would replace that device.
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) vi.stubEnv(name, undefined);
    for (const [name, value] of Object.entries(ownEnvironment)) vi.stubEnv(name, value);
    vi.stubEnv("SSH_ASKPASS", undefined);
  });

  it.each(traps)("$name", async ({ lay, springs, folder = ".", env, only, refused, absent }) => {
    const armed = copyOf(made);
    lay(armed);
    const sprung = springs.some((args) => {
      armed.try(join(armed.shop, folder), args, env?.(armed));
      return armed.isSprung;
    });
    const reason = absent?.(program.version);
    if (reason === undefined) expect(sprung, "git itself runs the trap's program").toBe(true);
    else console.warn(`git ${program.version} has no such trap: ${reason}`);

    const site = copyOf(made);
    lay(site);
    for (const [name, value] of Object.entries(env?.(site) ?? {})) vi.stubEnv(name, value);
    // Laying it may have sprung it.
    site.disarm();
    const index = site.read(".git/index");
    const message = typeof refused === "function" ? refused(program.version) : refused;
    for (const [cwd, comparison] of asked) {
      const found = await lint(comparison, join(site.shop, folder, cwd), only);
      expect(site.isSprung, `${comparison} in ${cwd}`).toBe(false);
      expect(site.read(".git/index").equals(index), `the index after ${comparison}`).toBe(true);
      if (message === undefined) expect(found).toMatchObject({ stderr: "", files: findingsOf[comparison] });
      else expect(found).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) as string });
    }
    // Git is asked as well when files were committed; that it can't say it is no mistake.
    const found = await lint(".", join(site.shop, folder));
    expect(site.isSprung, "without a comparison").toBe(false);
    expect(site.read(".git/index").equals(index), "the index without a comparison").toBe(true);
    // One trap takes a table away.
    expect(found).toMatchObject({ stderr: "", files: only === undefined ? dropping : dropping.slice(1) });
  });
});
