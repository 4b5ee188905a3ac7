/** `npm run sarif`: is what `--format sarif` writes valid, and will GitHub's code scanning take it? */
import { spawnSync } from "node:child_process";
import { accessSync, chmodSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { createReport, formats, lintProject, plainColors, rules, type Report } from "../../src/index.ts";
import { hostileReport } from "../../tests/report/hostile.ts";

/** Notes that stay, and why. Every other message fails this script. */
const accepted: Readonly<Record<string, string>> = {
  SARIF2002: "messages quote the statement: there is no text to take out of them",
  SARIF2003: "versionControlProvenance: the upload to GitHub says which commit it is about",
  SARIF2006: "asks the network for every address",
  SARIF2009: "ids of rules are names; they are never reused",
  SARIF2012: "rules are those of the results: a log without results has none",
  SARIF2011: "context of snippets: GitHub shows the file itself",
};

interface Log {
  readonly runs: readonly {
    readonly results?: readonly {
      readonly ruleId?: string;
      readonly ruleIndex?: number;
      readonly level?: string;
      readonly message: {
        readonly id?: string;
        readonly text?: string;
        readonly arguments?: readonly string[];
      };
    }[];
    readonly tool: {
      readonly driver: {
        readonly rules?: readonly {
          readonly id: string;
          readonly messageStrings?: Readonly<Record<string, { readonly text: string }>>;
        }[];
      };
    };
  }[];
}

/** `error GH1001: runs[0]…`, one for each message of the validator. */
function messagesOf({ runs }: Log): readonly { rule: string; level: string; text: string }[] {
  return runs.flatMap(({ results = [], tool }) =>
    results.map(({ ruleId, ruleIndex = -1, level = "warning", message }) => {
      const described = tool.driver.rules ?? [];
      const rule = ruleId ?? described[ruleIndex]?.id ?? "?";
      const template = described.find(({ id }) => id === rule)?.messageStrings?.[message.id ?? ""]?.text;
      const text =
        message.text ??
        (template ?? "").replace(/\{(\d+)\}/g, (_, i: string) => message.arguments?.[Number(i)] ?? "");
      return { rule, level, text };
    }),
  );
}

const require = createRequire(import.meta.url);
const packageOf = require.resolve(`@microsoft/sarif-multitool-${process.platform}`, {
  paths: [dirname(require.resolve("@microsoft/sarif-multitool"))],
});
const program = require(packageOf) as string;
try {
  accessSync(program, constants.X_OK);
} catch {
  // npm may have been told not to run the script that does this.
  chmodSync(program, 0o755);
}

const folder = mkdtempSync(join(tmpdir(), "ddlint-sarif-"));

function validated(name: string, log: string): ReturnType<typeof messagesOf> {
  const input = join(folder, `${name}.sarif`);
  const output = join(folder, `${name}.report.sarif`);
  writeFileSync(input, log);
  const kinds = ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"];
  const { error, stdout } = spawnSync(
    program,
    ["validate", input, ...kinds, "--output", output, "--log", "ForceOverwrite"],
    // Without it, it wants a library for languages that containers don't have.
    { env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1" }, encoding: "utf8" },
  );
  if (error) throw error;
  // Its exit status is 0 whatever it finds, and also where it does nothing: only its own log tells.
  try {
    return messagesOf(JSON.parse(readFileSync(output, "utf8")) as Log);
  } catch {
    throw new Error(`the validator wrote no log:\n${stdout}`);
  }
}

const root = join(import.meta.dirname, "../..");
const hostile = await hostileReport();
const reports: Readonly<Record<string, Report>> = {
  demo: createReport(await lintProject({ cwd: root, paths: ["fixtures/demo"] }), {
    rules,
    showSuppressed: true,
  }),
  hostile,
  "no findings": { ...hostile, findings: [], suppressed: [] },
  "a bug": { ...hostile, errors: [{ ruleId: "drop-column", file: "a.sql", message: "x is undefined" }] },
};

const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);
const schema = join(dirname(program), "sarif-2.1.0.json");
const matches = ajv.compile(JSON.parse(readFileSync(schema, "utf8")) as object);

let failed = false;
const write = await formats.sarif();
for (const [name, report] of Object.entries(reports)) {
  const log = write(report, { colors: plainColors });
  const valid = matches(JSON.parse(log));
  const messages = validated(name, log);
  const counts = new Map<string, number>();
  for (const { rule } of messages) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const bad = messages.filter(({ rule, level }) => level !== "note" || accepted[rule] === undefined);
  failed ||= !valid || bad.length > 0;
  const size = `${report.findings.length} findings, ${Math.round(log.length / 1000)} kB`;
  console.log(`${name} (${size}): ${valid ? "valid" : "not valid"}; ${bad.length} errors or warnings`);
  for (const { rule, level, text } of bad) console.log(`  ${level} ${rule}: ${text}`);
  if (!valid) console.log(matches.errors);
  for (const [rule, count] of counts)
    if (accepted[rule] !== undefined) console.log(`  accepted: ${rule} ${count} times: ${accepted[rule]}`);
}

// A log that GitHub would refuse must be found, or the silence above says nothing.
const withoutPlaces = (key: string, value: unknown): unknown => (key === "locations" ? [] : value);
const broken = JSON.stringify(JSON.parse(write(hostile, { colors: plainColors })), withoutPlaces);
const control = validated("control", broken);
if (!control.some(({ rule, level }) => rule.startsWith("GH") && level === "error")) {
  console.log("the control failed: results without a place are not reported", control.slice(0, 3));
  failed = true;
}
rmSync(folder, { recursive: true });
process.exitCode = failed ? 1 : 0;
