/** A database, composed of its parts. */
import type { EffectsDialect } from "../effects/index.ts";
import type { FrontEnd } from "../sql/front-end.ts";

export interface Dialect extends EffectsDialect {
  /** What reads its SQL; `sqlMode`: of the session that sends it, where there is such a thing. */
  readonly frontEnd: (sqlMode: string) => FrontEnd;
}
