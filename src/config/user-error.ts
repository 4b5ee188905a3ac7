import { harmlessLine } from "../text/commands.ts";

export interface UserErrorPlace {
  /** As shown to the user. */
  readonly file?: string | undefined;
  /** From 1. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** What would have been right: `error, warning, note or off`. */
  readonly expected?: string | undefined;
  /** The valid name that was probably meant. */
  readonly nearest?: string | undefined;
  /** How to mend it. */
  readonly hint?: string | undefined;
}

/** A mistake in usage or configuration: one line on what, where and how to mend it; exit code 2. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly place: UserErrorPlace;

  constructor(message: string, place: UserErrorPlace = {}) {
    super(message);
    this.place = place;
  }

  /** `ddlint.jsonc:3:5: unknown rule "drop-colum"; did you mean "drop-column"?` */
  line(): string {
    const { file, line, column, expected, nearest, hint } = this.place;
    const at = file === undefined ? "" : `${[file, line, column].filter((x) => x !== undefined).join(":")}: `;
    const meant = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
    const wanted = expected === undefined ? "" : `${meant ? " Expected" : "; expected"} ${expected}`;
    const mend = hint === undefined ? "" : `${meant && !wanted ? " " : "; "}${hint}`;
    return harmlessLine(`${at}${this.message}${meant}${wanted}${mend}`.trim());
  }
}
