/** Which server of the MySQL family, as the project states it; the newest where it doesn't. */
import type { MysqlDialect } from "../../../model/dialect.ts";
import { isSince } from "../../../effects/mysql/release.ts";
import { statedRelease, type ReplayFacts } from "../../replay-facts.ts";
import type { Step } from "../../step.ts";

/** The product, from release `since` on and before release `until`. */
export function serverIs(
  { scope: { history } }: Pick<Step, "scope">,
  facts: ReplayFacts,
  product: MysqlDialect,
  since?: string,
  until?: string,
): boolean {
  if (history.dialect !== product) return false;
  const server = { release: statedRelease(facts) ?? [] };
  return (since === undefined || isSince(server, since)) && (until === undefined || !isSince(server, until));
}
