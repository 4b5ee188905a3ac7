/** The statements of a document, for its outline. */
import { SymbolKind, type DocumentSymbol, type SymbolInformation } from "vscode-languageserver/node";
import { printableLine } from "../index.ts";
import type { Place } from "./place.ts";
import { rangeOf } from "./places.ts";

export function symbols(place: Place): DocumentSymbol[] | SymbolInformation[] {
  const { project, file, client, document } = place;
  const statements = project.ask((session) => session.statements(file)) ?? [];
  const all = statements.map((statement): DocumentSymbol => {
    const range = rangeOf(statement);
    const { direction, title } = statement;
    return {
      name: title === "" ? "statement" : printableLine(title),
      ...(direction === "down" && { detail: "rollback" }),
      kind: kindOf(title),
      range,
      selectionRange: range,
    };
  });
  if (client.hierarchicalSymbols) return all;
  return all.map(({ name, kind, range }) => ({ name, kind, location: { uri: document.uri, range } }));
}

const kinds: readonly (readonly [string, SymbolKind])[] = [
  ["TABLE", SymbolKind.Struct],
  ["INDEX", SymbolKind.Key],
  ["VIEW", SymbolKind.Interface],
  ["FUNCTION", SymbolKind.Function],
  ["PROCEDURE", SymbolKind.Function],
  ["TYPE", SymbolKind.Enum],
  ["SCHEMA", SymbolKind.Namespace],
];

/** By what its first words speak of. */
function kindOf(title: string): SymbolKind {
  const words = title.toUpperCase().split(" ").slice(0, 5);
  return kinds.find(([word]) => words.includes(word))?.[1] ?? SymbolKind.Event;
}
