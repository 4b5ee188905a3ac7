/** Texts that stand where a secret goes and ask for it: `your-jwt-secret`, `change-me`, `<password>`, `xxx`, `example`. */

export const isToBeFilledIn = (text: string): boolean =>
  text.length <= longest && (whole.test(text) || words.test(text));

const longest = 80;

const whole =
  /^(?:your(?:[-_ ].*|(?:pass|secret|key|token|jwt|own).*)|x{3,}|\*+|\.{3,}|<.*>|\[.*\]|(?:change|replace)(?:me|it|this))$/i;

/** Among others. */
const words =
  /(?:^|[-_ ])(?:(?:change|replace|fill|put|insert|enter|set)[-_ ](?:me|it|this|in|here|with)|changeme|example|placeholder|dummy|todo|goes[-_ ]here)(?:[-_ ]|$)/i;
