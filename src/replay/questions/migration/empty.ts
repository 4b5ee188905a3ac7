import { dialectWord } from "../../../model/database-words.ts";
import type { Migration, Script } from "../../../project/migration.ts";
import type { Span } from "../../../text/span.ts";
import type { Step } from "../../step.ts";

const onPurpose =
  /\bno[- ]?op\b|\bdo(?:es)? nothing\b|\bno longer (?:needed|necessary|used|required)\b|\bmigration (?:(?:is|was|has been) )?removed\b|\bintentional|\bdeliberate|\bon purpose\b|\bonly (?:the )?(?:up|down|upgrade|downgrade|rollback) (?:migration )?(?:is )?(?:needed|necessary|required)\b|\bno longer do\b|\bmoved (?:in)?to\b|\bused to (?:be|do|add|hold)\b|\b(?:was|were|has been|have been) (?:later |since )?(?:removed|superseded|replaced)\b|\bleft (?:blank|empty)\b|\bempty (?:script|file|migration|step)\b|\bplaceholder\b|\bdummy\b|\bplease uncomment\b/i;
/** What says where it is done, or why no more. Said of a rollback, it may be about the way up. */
const saysWhy =
  /\bnops?\b|\bno operation\b|\b(?:because|obsolete|redundant|superseded|squashed|folded|reverted|historical(?:ly)?)\b|\balready (?:exist|there|present|done|in|part|cover|add|creat|made|remov|dropp|appli|ran|run|been|handled|includ)|\b(?:done|handled|merged|combined|included|covered|created|added|now) (?:in|into|by|with|elsewhere)\b|\b(?:removed|replaced|disabled|skipped|cleared|emptied|deleted)(?: (?:by|in|as|since|due|for|from|after|on)\b|[,;:])/i;
/** What the file is there for. */
const saysWhatFor =
  /\bddlint-deprecated:|\b(?:template|stub|example|reference|documentation|marker) only\b|\b(?:only|just) (?:a |an |the )?(?:template|stub|example|reference|marker|documentation)\b|\b(?:kept|remains?|stays?|exists?) (?:here )?(?:only |just )?(?:for|to|so|because|as)\b|\bnot (?:meant|intended|supposed) to\b|\b(?:run|done|made|created|applied|executed|provisioned) (?:separately|manually|by hand|elsewhere|at run ?time|per tenant)\b|\bfor (?:reference|documentation)(?: purposes)?(?: only)?\b(?! (?:data|tables?|documents?)\b)|\bfor (?:the )?(?:numbering|ordering|history|record)\b/i;
/** Said of a rollback, it leaves open why. */
const nothingToDo = /\bnothing (?:left )?to (?:do|be done|migrate|change)\b/i;
/** The first migration of a database that was there before. */
const isBaseline =
  /\b(?:record|mark|establish|stamp|represent)\w* (?:the |a |this )?(?:\w+ )?baseline\b|\bbaseline (?:migration|revision)\b/i;
const noWayBack =
  /\birreversibl|\bone[- ]way\b|\bno need (?:to|for|of)\b|\b(?:to (?:avoid|prevent)|in order (?:not )?to|so that)\b|\bno (?:[a-z]+ )?(?:(?:way )?(?:down|back)|rollback|revert|undo)(?: (?:script|migration|file|step))? ?(?:due to|because|since|as|[-:;,])|\bnot (?:available|possible|reversible|supported|needed|necessary|required)\b|\b(?:can(?:no|')t|nothing to) (?:be )?(?:undo|undone|revert|reverse|roll|restore|recover|go back)|\bno (?:use|point|sense|reason) (?:to|in|of) (?:go(?:ing)? back|undo|revert|revers|roll|restor|recover)|\bcan(?:no|')t (?:be )?(?:drop|remov|delet|chang|add)\w* [^.;\n]{0,60}\b(?:because|as|since)\b|\bnothing to (?:be )?do(?:ne)?(?: because | as | since | ?[-:;,] ?)[a-z]/i;

/** See `MigrationScope.emptyOnPurpose`. */
export function emptyUpOnPurpose({ up }: Migration, comments: readonly Span[]): boolean {
  const file = up.path.slice(up.path.lastIndexOf("/") + 1);
  const words = [...up.path.split("/").slice(0, -1), ...file.split(".")];
  // Beside it stands the same migration for another database.
  if (words.some((word) => dialectWord(word) !== undefined)) return true;
  if (file.split(/[._-]+/).some((word) => word.toLowerCase() === "baseline")) return true;
  const texts = comments.map(({ start, end }) => up.text.slice(start, Math.min(end, start + 2000)));
  return (
    texts
      .map(unbroken)
      .some((comment) =>
        [onPurpose, saysWhy, saysWhatFor, nothingToDo, isBaseline].some((one) => one.test(comment)),
      ) || isInAnotherLanguage(texts)
  );
}

const letters = /(?=\P{ASCII})\p{Letter}/u;
const smallWords =
  /(?<![\p{Letter}\d_])(?:para|por|pour|avec|les|des|une|los|las|una|del|que|não|dos|nas|und|oder|nicht|für|der|die|das|wird|werden|mit|voor|het|niet|een|per|della|sono|dla|nie|jest|için|ve)(?![\p{Letter}\d_])/giu;
/** Statements that were commented out. */
const sql =
  /(?:^|[;\n])[\s\-#/*]*(?:create|alter|insert|update|delete|drop|truncate|select|with|grant|revoke|rename|set|begin|commit|do|call)\s/i;

/**
 * Somebody has written a sentence that isn't English: what it says can't be read, and what no template writes is a reason.
 * Beside statements that were commented out, it takes more than a title of each.
 */
function isInAnotherLanguage(comments: readonly string[]): boolean {
  const prose = comments.filter((one) => !sql.test(one));
  const text = prose.join(" ");
  const words = text.match(/[\p{Letter}]{2,}/gu) ?? [];
  const own = new Set(Array.from(text.matchAll(smallWords), ([word]) => word.toLowerCase()));
  const fewest = prose.length < comments.length ? fewestBesideSql : fewestWords;
  return words.length >= fewest && own.size + words.filter((one) => letters.test(one)).length > 1;
}

/** A title is shorter. */
const fewestWords = 6;
const fewestBesideSql = 20;

/** All that a comment says: that the rollback does nothing, and not why. */
const saysOnlyThat = /^\W*(?:(?:this |it )?(?:is )?(?:a |an )?no[- ]?op|do(?:es)? nothing)\W*$/i;

/**
 * The same of an empty rollback, which has nothing but comments: one gives the reason. A renamed column or table needs one:
 * the release before doesn't find it, and the next upgrade fails.
 */
export function saysWhyEmpty(down: Script | undefined, steps: readonly Step[]): boolean {
  if (down === undefined) return false;
  const { code, part } = down;
  const written = code === undefined ? [part] : code.comments;
  const source = code?.source ?? down.text;
  const text = written.map(({ start, end }) => source.slice(start, Math.min(end, start + 5000))).join("\n");
  if (saysOnlyThat.test(text) && steps.some(renames)) return false;
  return (
    [text, unbroken(text)].some((one) => onPurpose.test(one) || noWayBack.test(one)) ||
    (code !== undefined && isInAnotherLanguage([text]))
  );
}

const renames = ({ operation, skipped }: Step): boolean =>
  (operation.kind === "renameColumn" || operation.kind === "renameTable") &&
  operation.conditional !== true &&
  !skipped;

/** A sentence goes on in the next line of a comment. */
const unbroken = (comment: string): string =>
  comment.replaceAll(/[ \t]*\r?\n[ \t]*(?:\*+(?!\/)|--+|#+)?[ \t]*/g, " ");
