/** Text as XML takes it. */

/** A comment, in which two hyphens in a row, or one at its end, are an error. */
export const xmlComment = (text: string): string => `<!-- ${text.replaceAll(/-(?=-)/g, "- ")} -->`;

/** The text of an element, which is easier to read in CDATA where it has marks of XML; `]]>` would end that. */
export const xmlText = (text: string): string =>
  /[<&]|\]\]>/.test(text) ? `<![CDATA[${text.replaceAll("]]>", "]]]]><![CDATA[>")}]]>` : text;
