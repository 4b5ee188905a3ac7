/** What the user sets in the editor, under `ddlint`; what holds for the project stands in `ddlint.jsonc`. */
export interface Settings {
  /** How the strongest lock of each statement is shown. */
  readonly locks: "lens" | "hint" | "off";
  /** Report on files that aren't open as well, to editors that ask for it. */
  readonly wholeWorkspace: boolean;
  /** The user trusts the folder: a configuration that is code may run. */
  readonly allowConfigCode: boolean;
}

export const defaultSettings: Settings = { locks: "lens", wholeWorkspace: true, allowConfigCode: false };

/** What isn't a setting is left out: an editor may send anything. */
export function readSettings(value: unknown, base: Settings = defaultSettings): Settings {
  const given = record(record(value).ddlint ?? value);
  const { locks, wholeWorkspace, allowConfigCode } = given;
  return {
    locks: locks === "lens" || locks === "hint" || locks === "off" ? locks : base.locks,
    wholeWorkspace: typeof wholeWorkspace === "boolean" ? wholeWorkspace : base.wholeWorkspace,
    allowConfigCode: typeof allowConfigCode === "boolean" ? allowConfigCode : base.allowConfigCode,
  };
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
