/** How scripts reach the server: by what their tool does, or by what is stated of files without one. */
import type { Runner } from "./facts.ts";
import type { ScriptSource } from "./layouts/layout.ts";
import type { RunnerTransaction } from "./migration.ts";
import type { Tool } from "./tool.ts";

const runners: Readonly<Record<Runner, Pick<RunnerTransaction, "wraps" | "sends" | "resets" | "always">>> = {
  psql: { wraps: "none", sends: "statement", resets: "all" },
  "psql-single-transaction": { wraps: "each", sends: "statement", resets: "all" },
  "single-query": { wraps: "none", sends: "text" },
  pipeline: { wraps: "none", sends: "pipeline" },
  "statement-by-statement": { wraps: "none", sends: "statement" },
  transaction: { wraps: "each", sends: "text", always: true },
};

/** What a tool, or for `raw` the stated runner, does around one script. */
export function transactionOf(
  tool: Tool,
  runner: Runner | undefined,
  source: ScriptSource,
): RunnerTransaction {
  // A runner is how files without a tool are run; what a known tool does is known.
  if (tool.sends === "unknown" && runner !== undefined && Object.hasOwn(runners, runner)) {
    return { ...runners[runner], optedOut: false };
  }
  const optedOut = tool.optedOut?.(source) ?? false;
  const asOne = tool.sendsAsOne?.(source) === true;
  const words = source.loaded === true ? { ...tool, ...tool.whereLoaded } : tool;
  return {
    wraps: tool.wraps,
    sends: asOne
      ? "pipeline"
      : ((optedOut ? tool.sendsOptedOut : undefined) ?? tool.sendsDivided?.(source) ?? tool.sends),
    ...(asOne && tool.sectionFile !== undefined ? { sendsBeside: tool.sends } : {}),
    optOut: words.optOut,
    ...(tool.leavesAll === undefined ? {} : { leavesAll: true }),
    ...(tool.optOutText === undefined ? {} : { optOutText: tool.optOutText }),
    ...(tool.wrapsBack === undefined ? {} : { wrapsBack: true }),
    ...(tool.runsAlone === undefined ? {} : { runsAlone: tool.runsAlone }),
    ...(tool.outsideAlone === undefined ? {} : { outsideAlone: true }),
    ...(words.whole === undefined ? {} : { whole: words.whole }),
    ...(tool.inDollarQuotes === undefined ? {} : { inDollarQuotes: tool.inDollarQuotes }),
    ...(tool.wholeScript === undefined ? {} : { wholeScript: true }),
    ...(tool.rawCall === undefined ? {} : { rawCall: tool.rawCall }),
    ...(tool.rawImport === undefined ? {} : { rawImport: tool.rawImport }),
    ...(tool.keyCall === undefined ? {} : { keyCall: tool.keyCall }),
    ...(tool.builderCall === undefined ? {} : { builderCall: tool.builderCall }),
    ...(tool.callWords === undefined ? {} : { callWords: tool.callWords }),
    ...(tool.senderWords === undefined ? {} : { senderWords: tool.senderWords }),
    ...(tool.pools === undefined ? {} : { pools: true }),
    ...(tool.poolTimeout === undefined ? {} : { poolTimeout: tool.poolTimeout }),
    ...(tool.handsTransaction === undefined ? {} : { handsTransaction: tool.handsTransaction }),
    ...(tool.codeFile === undefined ? {} : { codeFile: tool.codeFile }),
    ...(tool.keepsParameter === undefined ? {} : { keepsParameter: true }),
    ...(tool.sectionFile === undefined ? {} : { sectionFile: tool.sectionFile }),
    ...(tool.sectionHead === undefined ? {} : { sectionHead: tool.sectionHead }),
    ...(tool.divider === undefined ? {} : { divider: tool.divider }),
    ...(tool.codeSteps === undefined ? {} : { codeSteps: tool.codeSteps }),
    ...(tool.codeVersion === undefined ? {} : { codeVersion: tool.codeVersion }),
    optedOut,
    ...(tool.wraps !== "none" && tool.optOut === undefined && !optedOut ? { always: true } : {}),
    ...(tool.autoDetect?.(source) === true ? { autoDetect: true } : {}),
    ...(tool.resets === undefined ? {} : { resets: tool.resets }),
    ...(tool.together === undefined ? {} : { together: tool.together }),
    ...(tool.commitsCalls === undefined ? {} : { commitsCalls: true }),
    ...(tool.withoutAutocommit === undefined ? {} : { withoutAutocommit: true }),
    ...(words.sendsDelimiter === undefined
      ? {}
      : { sendsDelimiter: { by: tool.name, ...words.sendsDelimiter } }),
  };
}
