import type { DocumentKind } from "../../model/operation.ts";
import { nothing, type Rows } from "./row.ts";

const mongodb = "it is of MongoDB";

/** PostgreSQL has none of these. */
export const documentRows: Rows<DocumentKind> = {
  createCollection: nothing(mongodb),
  dropCollection: nothing(mongodb),
  renameCollection: nothing(mongodb),
  alterCollection: nothing(mongodb),
  createDocumentIndex: nothing(mongodb),
  dropDocumentIndex: nothing(mongodb),
  syncIndexes: nothing(mongodb),
  insertDocuments: nothing(mongodb),
  updateDocuments: nothing(mongodb),
  deleteDocuments: nothing(mongodb),
  readDocuments: nothing(mongodb),
  aggregateInto: nothing(mongodb),
  shardCollection: nothing(mongodb),
  databaseCommand: nothing(mongodb),
};
