/** Tables whose rows are short-lived by nature: whoever loses one logs in, or asks for another, again. */
import type { Relation } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";
import { spelt } from "./few-rows.ts";

/** Of DELETE and TRUNCATE: by the name and the columns that the table has now, or at the end of the migration. */
export function isShortLived({ operation, before, scope: { after } }: Step): boolean {
  if (operation.kind !== "deleteRows" && operation.kind !== "truncateTable") return false;
  const { table } = operation;
  return [before, after].some((schema) => {
    const found = schema.relation(before.resolve(table));
    return found.is === "present" && isOfMoments(found.value);
  });
}

/** Some names say it all. Others may be of something else: each row then has a time at which it ends. */
function isOfMoments(relation: Relation): boolean {
  const name = spelt(relation.name);
  if (lasting.test(name)) return false;
  if (ofQueues.test(name)) return hasTime(relation, queued);
  return surely.test(name) || (likely.test(name) && hasTime(relation, expiry));
}

const surely =
  /(?:^|_)(?:password_?resets?(?:_(?:tokens?|codes?|requests?))?|(?:(?:password_)?reset|remember|refresh|login|verification|confirmation|activation|csrf|magic_link|email_verification)_tokens?|(?:login|user|auth|http|web|spring)_sessions?|(?:verification|one_time|otp|login|auth(?:orization)?)_codes?|one_time_passwords?|otps?|nonces?|csrf|magic_links?|(?:login|oauth2?|auth)_(?:flows?|states?|challenges?|requests?)|captchas?|caches?|cache_(?:entr(?:y|ies)|items?|locks?)|(?:jobs?|tasks?|messages?|e?mails?|work)_queues?)$/;
const likely =
  /(?:^|_)(?:tokens?|sessions?|flows?|challenges?|verifications?|confirmations?|resets?|locks?|handshakes?|queues?|blacklist|denylist)$/;
/** Whoever has one of these has it written down somewhere, or comes to it. */
const lasting =
  /(?:^|_)(?:api|personal|bot|device|push|fcm|apns|service|deploy|gift|promo|promotion|coupon|voucher|referral|invite|invitation|backup|recovery|license|licence|webhook|training|game|chat|class|course|study|workout|therapy|coaching)(?:_|$)/;
/** `jobs (queue, payload, attempts, reserved_at, available_at)`: others are places to work at. */
const ofQueues = /^(?:queued_)?jobs?$/;

const hasTime = ({ columns }: Relation, words: RegExp): boolean =>
  columns.some(
    ({ name, type }) =>
      /^(?:timestamp|datetime|date$|bigint|int)/.test(type?.name ?? "") && words.test(spelt(name)),
  );
const expiry =
  /^(?:[a-z]+_)?(?:expir(?:es?|y|ed|ation)(?:_?(?:at|on|in|date|time|timestamp|ts))?|(?:valid|locked)_(?:until|till|to|before)|ttl)$/;
const queued = /^(?:reserved_at|available_at|locked_at|locked_until|run_at|run_after)$/;
