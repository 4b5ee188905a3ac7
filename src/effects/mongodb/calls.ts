/** What a call does on a server, by its release. All of it is known from the manual's pages that are named, none measured. */
import type {
  DeleteDocuments,
  DocumentOperation,
  InsertDocuments,
  UpdateDocuments,
} from "../../model/operation.ts";
import type { Blocks } from "../effects.ts";

export interface CallEffects {
  /** `builds an index of users on all members at once`. */
  readonly what: string;
  /** What of the application waits until it ends. */
  readonly blocks: Blocks;
  /** It takes time in proportion to the documents. */
  readonly grows: boolean;
  /** How it gets to the other members. */
  readonly replicated: "one entry" | "an entry for each document" | "on each member" | "not at all";
  /** In a transaction the server refuses it. */
  readonly inTransaction: boolean;
  /** The page of the manual, below https://www.mongodb.com/docs/manual/. */
  readonly page: string;
}

export interface CallContext {
  /** `users`. */
  readonly name: string;
  /** This migration has created the collection: it is empty or nearly so, and nobody else uses it. */
  readonly isNew: boolean;
  /** The project states a server before that release. */
  readonly isOlderThan: (release: string) => boolean;
}

const moment = "an exclusive lock for a moment";

const effects = (
  what: string,
  page: string,
  rest: Partial<Omit<CallEffects, "what" | "page">> = {},
): CallEffects => ({
  what,
  page,
  blocks: "nothing",
  grows: false,
  replicated: "one entry",
  inTransaction: false,
  ...rest,
});

export function callEffects(operation: DocumentOperation, context: CallContext): CallEffects {
  const { name, isNew, isOlderThan } = context;
  switch (operation.kind) {
    case "createCollection":
      return effects(`creates ${name}`, "reference/command/create/", { inTransaction: !isOlderThan("4.4") });
    case "dropCollection":
      return operation.collection === undefined
        ? effects("drops the database: an exclusive lock on it", "reference/command/dropDatabase/")
        : effects(`drops ${name} and its indexes: ${moment}`, "reference/command/drop/");
    case "renameCollection":
      return effects(
        `renames ${name}: ${moment}; ends open cursors and change streams`,
        "reference/command/renameCollection/",
      );
    case "alterCollection":
      return effects(
        `${operation.validator === undefined ? `changes an index of ${name}` : `changes the rules for documents of ${name}, and checks no existing ones`}: ${moment}`,
        "reference/command/collMod/",
      );
    case "createDocumentIndex":
      return built(operation.index.unique, context);
    case "dropDocumentIndex":
      return effects(
        `drops ${operation.name === "*" ? "all indexes" : "an index"} of ${name}: ${moment}`,
        "reference/command/dropIndexes/",
      );
    case "syncIndexes":
      return effects(`drops and builds indexes of ${name}`, "core/index-creation/", { grows: !isNew });
    case "insertDocuments":
      return written("inserts", operation, context);
    case "updateDocuments":
      return written("changes", operation, context);
    case "deleteDocuments":
      return written("deletes", operation, context);
    case "readDocuments":
      return effects(`reads documents of ${name}`, "core/read-isolation-consistency-recency/", {
        replicated: "not at all",
        inTransaction: true,
      });
    case "aggregateInto":
      return operation.stage === "$out"
        ? effects(
            `replaces ${operation.into ?? "a collection"} when it ends, and keeps its indexes`,
            "reference/operator/aggregation/out/",
            { grows: true, replicated: "an entry for each document" },
          )
        : effects(
            `merges documents into ${operation.into ?? "a collection"}, one by one`,
            "reference/operator/aggregation/merge/",
            { grows: true, replicated: "an entry for each document" },
          );
    case "shardCollection":
      return sharded(operation.command, name);
    case "databaseCommand":
      return commandEffects(operation.command, name, isOlderThan);
  }
}

function built(unique: boolean, { name, isNew, isOlderThan }: CallContext): CallEffects {
  const page = "core/index-creation/";
  if (isNew)
    return effects(`builds an index of ${name}, which is new`, page, { inTransaction: !isOlderThan("4.4") });
  // Before 4.2 a build in the foreground locks the database until it ends.
  if (isOlderThan("4.2"))
    return effects(
      `builds an index of ${name}, and locks the database unless it is in the background`,
      page,
      {
        blocks: "reads and writes",
        grows: true,
        replicated: "on each member",
      },
    );
  const members = isOlderThan("4.4") ? "on the primary, then on the other members" : "on all members at once";
  const fails = unique ? "; fails at its end if values aren't unique" : "";
  return effects(
    `builds an index of ${name} ${members}, with an exclusive lock at its start and end${fails}`,
    page,
    {
      grows: true,
      replicated: "on each member",
    },
  );
}

function written(
  verb: string,
  operation: InsertDocuments | UpdateDocuments | DeleteDocuments,
  { name, isNew }: CallContext,
): CallEffects {
  const page = "core/write-operations-atomicity/";
  const { many } = operation;
  if (many && operation.kind !== "insertDocuments" && operation.filter.bounded)
    return effects(`${verb} those documents of ${name} that its filter names`, page, { inTransaction: true });
  return many
    ? effects(`${verb} documents of ${name} one by one, each replicated by itself`, page, {
        grows: !isNew,
        replicated: "an entry for each document",
        inTransaction: true,
      })
    : effects(`${verb} a document of ${name}`, page, { inTransaction: true });
}

const shardPages = {
  shardCollection: "reference/command/shardCollection/",
  reshardCollection: "core/sharding-reshard-a-collection/",
  refineCollectionShardKey: "reference/command/refineCollectionShardKey/",
  unshardCollection: "reference/command/unshardCollection/",
} as const;

function sharded(command: keyof typeof shardPages, name: string): CallEffects {
  const page = shardPages[command];
  switch (command) {
    case "shardCollection":
      return effects(`distributes ${name} over shards; the balancer moves documents afterwards`, page, {
        grows: true,
      });
    case "refineCollectionShardKey":
      return effects(`adds fields to the shard key of ${name}, and moves nothing`, page);
    default:
      return effects(
        `copies all documents of ${name}, and blocks writes for up to two seconds at its end`,
        page,
        {
          grows: true,
          replicated: "an entry for each document",
        },
      );
  }
}

function commandEffects(command: string, name: string, isOlderThan: CallContext["isOlderThan"]): CallEffects {
  switch (command) {
    case "convertToCapped":
      return effects(
        `copies ${name} into a capped collection, with an exclusive lock on the database`,
        "reference/command/convertToCapped/",
        { blocks: "reads and writes", grows: true },
      );
    case "reIndex":
      return effects(
        `builds all indexes of ${name} again, with an exclusive lock`,
        "reference/command/reIndex/",
        { blocks: "reads and writes", grows: true, replicated: "not at all" },
      );
    case "compact":
      return effects(`writes the data of ${name} again on this member`, "reference/command/compact/", {
        blocks: isOlderThan("4.4") ? "reads and writes" : "nothing",
        grows: true,
        replicated: "not at all",
      });
    default:
      return effects(`runs ${command}`, "reference/command/");
  }
}
