/** What a call is about in the words of the place where it stands. */
import type { CollectionName } from "../../../../model/operation.ts";
import type { Reader } from "../../evaluate.ts";
import type { Flow } from "../../flow.ts";
import type { ChainValue, Link } from "../../value.ts";
import type { Receiver } from "./receiver.ts";

/** A function is handed a collection or a database under a name of its own; and what opens a connection isn't written again. */
export function withNamesOfPlace(
  collection: CollectionName,
  receiver: Receiver,
  link: Link,
  given: ChainValue,
  { file, flow }: { readonly file: Reader; readonly flow: Flow },
): CollectionName {
  if (file.isElsewhere === true) return collection;
  if (flow.renamed !== true && !/\.connect\(/.test(collection.code)) return collection;
  const upTo = ({ at }: Link): string =>
    file.text
      .slice(given.at.start, at.start)
      .replace(/\s*\??\.\s*$/, "")
      .replaceAll(/\s*\n\s*/g, "");
  if (receiver.is === "database") {
    const databaseCode = upTo(link);
    const { name, written } = collection;
    const named = name === undefined ? written : JSON.stringify(name);
    const code = named && `${databaseCode}.collection(${named})`;
    return { ...collection, here: { code, databaseCode } };
  }
  const asked =
    receiver.is === "cursor" ? given.links.find(({ at }) => at.start === receiver.at.start) : link;
  if (asked === undefined) return { ...collection, here: { code: undefined, databaseCode: undefined } };
  const model = collection.ownMethods === true ? ".collection" : "";
  const made = given.links[given.links.indexOf(asked) - 1];
  const isNamed = /^(?:collection|getCollection)$/.test(made?.name ?? "");
  return {
    ...collection,
    here: {
      code: `${upTo(asked)}${model}`,
      databaseCode: isNamed && made !== undefined ? upTo(made) : undefined,
    },
  };
}
