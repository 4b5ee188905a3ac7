/** How Rails makes names of names: its own list of English words. */

type Rule = readonly [RegExp, string];

/** As Rails lists them: the last one that fits counts. */
const plurals: readonly Rule[] = [
  [/$/, "s"],
  [/s$/i, "s"],
  [/^(ax|test)is$/i, "$1es"],
  [/(octop|vir)us$/i, "$1i"],
  [/(octop|vir)i$/i, "$1i"],
  [/(alias|status)$/i, "$1es"],
  [/(bu)s$/i, "$1ses"],
  [/(buffal|tomat)o$/i, "$1oes"],
  [/([ti])um$/i, "$1a"],
  [/([ti])a$/i, "$1a"],
  [/sis$/i, "ses"],
  [/(?:([^f])fe|([lr])f)$/i, "$1$2ves"],
  [/(hive)$/i, "$1s"],
  [/([^aeiouy]|qu)y$/i, "$1ies"],
  [/(x|ch|ss|sh)$/i, "$1es"],
  [/(matr|vert|ind)(?:ix|ex)$/i, "$1ices"],
  [/^(m|l)ouse$/i, "$1ice"],
  [/^(m|l)ice$/i, "$1ice"],
  [/^(ox)$/i, "$1en"],
  [/^(oxen)$/i, "$1"],
  [/(quiz)$/i, "$1zes"],
];

const singulars: readonly Rule[] = [
  [/s$/i, ""],
  [/(ss)$/i, "$1"],
  [/(n)ews$/i, "$1ews"],
  [/([ti])a$/i, "$1um"],
  [/((a)naly|(b)a|(d)iagno|(p)arenthe|(p)rogno|(s)ynop|(t)he)(sis|ses)$/i, "$1sis"],
  [/(^analy)(sis|ses)$/i, "$1sis"],
  [/([^f])ves$/i, "$1fe"],
  [/(hive)s$/i, "$1"],
  [/(tive)s$/i, "$1"],
  [/([lr])ves$/i, "$1f"],
  [/([^aeiouy]|qu)ies$/i, "$1y"],
  [/(s)eries$/i, "$1eries"],
  [/(m)ovies$/i, "$1ovie"],
  [/(x|ch|ss|sh)es$/i, "$1"],
  [/^(m|l)ice$/i, "$1ouse"],
  [/(bus)(es)?$/i, "$1"],
  [/(o)es$/i, "$1"],
  [/(shoe)s$/i, "$1"],
  [/(cris|test)(is|es)$/i, "$1is"],
  [/^(a)x[ie]s$/i, "$1xis"],
  [/(octop|vir)(us|i)$/i, "$1us"],
  [/(alias|status)(es)?$/i, "$1"],
  [/^(ox)en/i, "$1"],
  [/(vert|ind)ices$/i, "$1ex"],
  [/(matr)ices$/i, "$1ix"],
  [/(quiz)zes$/i, "$1"],
  [/(database)s$/i, "$1"],
];

const irregular: readonly (readonly [one: string, many: string])[] = [
  ["person", "people"],
  ["man", "men"],
  ["child", "children"],
  ["sex", "sexes"],
  ["move", "moves"],
  ["zombie", "zombies"],
];

const uncountable = /\b(?:equipment|information|rice|money|species|series|fish|sheep|jeans|police)$/i;

function inflected(word: string, rules: readonly Rule[], to: 0 | 1): string {
  if (word === "" || word.length > 200 || uncountable.test(word)) return word;
  for (const pair of irregular.toReversed()) {
    for (const form of pair) {
      if (!new RegExp(`${form}$`, "i").test(word)) continue;
      const start = word.length - form.length;
      return `${word.slice(0, start + 1)}${pair[to].slice(1)}`;
    }
  }
  const rule = rules.toReversed().find(([pattern]) => pattern.test(word));
  return rule === undefined ? word : word.replace(rule[0], rule[1]);
}

/** `person` → `people` */
export const pluralized = (word: string): string => inflected(word, plurals, 1);

/** `people` → `person` */
export const singularized = (word: string): string => inflected(word, singulars, 0);

/** `Shop::LineItem` → `shop/line_item` */
export const underscored = (name: string): string =>
  name
    .replaceAll("::", "/")
    .replaceAll(/([A-Z\d]+)([A-Z][a-z])/g, "$1_$2")
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();

/** `add_index_to_orders` → `AddIndexToOrders` */
export const camelized = (name: string): string =>
  name
    .split("/")
    .map((part) =>
      part.replaceAll(
        /(?:^|_+)([a-z\d]*)/gi,
        (_, word: string) => word.charAt(0).toUpperCase() + word.slice(1),
      ),
    )
    .join("::");

/** `LineItem` → `line_items` */
export const tableized = (name: string): string => pluralized(underscored(name));

export const humanized = (name: string): string => {
  const words = name.replace(/_id$/, "").replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};
