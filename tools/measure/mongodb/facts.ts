/** What ddlint's pages say of MongoDB's servers, as calls that a server answers. */

/** As much of the driver as is asked. */
export interface Db {
  collection(name: string): Collection;
  command(command: object): Promise<Record<string, unknown>>;
  createCollection(name: string, options?: object): Promise<unknown>;
}
interface Collection {
  insertMany(documents: readonly object[], options?: object): Promise<unknown>;
  insertOne(document: object, options?: object): Promise<unknown>;
  updateOne(filter: object, change: object, options?: object): Promise<unknown>;
  updateMany(filter: object, change: object, options?: object): Promise<unknown>;
  findOne(filter: object): Promise<Record<string, unknown> | null>;
  countDocuments(filter: object): Promise<number>;
  createIndex(keys: object, options?: object): Promise<string>;
  dropIndex(name: string, options?: object): Promise<unknown>;
  indexes(): Promise<readonly { readonly name: string }[]>;
  rename(to: string, options?: object): Promise<unknown>;
  aggregate(pipeline: readonly object[]): { toArray(): Promise<unknown> };
}
export interface Session {
  withTransaction(work: () => Promise<unknown>): Promise<unknown>;
  endSession(): Promise<void>;
}
export interface Client {
  db(name: string): Db & { dropDatabase(): Promise<unknown> };
  startSession(): Session;
}

export interface Fact {
  readonly says: string;
  /** The first release that has it. */
  readonly since: number;
  readonly expected: unknown;
  readonly ask: (db: Db, client: Client) => Promise<unknown>;
}

/** The code of its error; undefined: it is accepted. */
async function codeOf(work: Promise<unknown>): Promise<number | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return (error as { readonly code?: number }).code;
  }
}

async function inTransaction(client: Client, work: (session: Session) => Promise<unknown>): Promise<unknown> {
  const session = client.startSession();
  try {
    return await codeOf(session.withTransaction(() => work(session)));
  } finally {
    await session.endSession();
  }
}

const alike = [{ email: "a" }, { email: "a" }];

export const facts: readonly Fact[] = [
  {
    says: "a unique index fails on duplicates",
    since: 4.4,
    expected: 11000,
    ask: async (db) => {
      await db.collection("users").insertMany(alike);
      return codeOf(db.collection("users").createIndex({ email: 1 }, { unique: true }));
    },
  },
  {
    says: "the same keys with another name are refused",
    since: 4.4,
    expected: 85,
    ask: async (db) => {
      await db.collection("users").createIndex({ email: 1 });
      return codeOf(db.collection("users").createIndex({ email: 1 }, { name: "other" }));
    },
  },
  {
    says: "the same name with other keys is refused",
    since: 4.4,
    expected: 86,
    ask: async (db) => {
      await db.collection("users").createIndex({ email: 1 }, { name: "one" });
      return codeOf(db.collection("users").createIndex({ login: 1 }, { name: "one" }));
    },
  },
  {
    says: "`background` is accepted and means nothing",
    since: 4.4,
    expected: undefined,
    ask: (db) => codeOf(db.collection("users").createIndex({ email: 1 }, { background: true })),
  },
  {
    says: "an index can be hidden",
    since: 4.4,
    expected: undefined,
    ask: async (db) => {
      await db.collection("users").createIndex({ email: 1 });
      return codeOf(db.command({ collMod: "users", index: { name: "email_1", hidden: true } }));
    },
  },
  {
    says: "prepareUnique refuses new duplicates",
    since: 6,
    expected: 11000,
    ask: async (db) => {
      await db.collection("users").insertMany(alike);
      await db.collection("users").createIndex({ email: 1 });
      await db.command({ collMod: "users", index: { keyPattern: { email: 1 }, prepareUnique: true } });
      return codeOf(db.collection("users").insertOne({ email: "a" }));
    },
  },
  {
    says: "a validator doesn't check existing documents",
    since: 4.4,
    expected: undefined,
    ask: async (db) => {
      await db.collection("users").insertOne({ age: "x" });
      return codeOf(db.command({ collMod: "users", validator: { age: { $type: "int" } } }));
    },
  },
  {
    says: "a strict validator refuses the update of an old document that doesn't fit",
    since: 4.4,
    expected: 121,
    ask: async (db) => {
      await db.collection("users").insertOne({ age: "x" });
      await db.command({ collMod: "users", validator: { age: { $type: "int" } } });
      return codeOf(db.collection("users").updateOne({ age: "x" }, { $set: { name: "a" } }));
    },
  },
  {
    says: "a moderate one accepts it",
    since: 4.4,
    expected: undefined,
    ask: async (db) => {
      await db.collection("users").insertOne({ age: "x" });
      const validator = { age: { $type: "int" } };
      await db.command({ collMod: "users", validator, validationLevel: "moderate" });
      return codeOf(db.collection("users").updateOne({ age: "x" }, { $set: { name: "a" } }));
    },
  },
  {
    says: "an index isn't dropped in a transaction",
    since: 4.4,
    expected: 263,
    ask: async (db, client) => {
      await db.collection("users").createIndex({ email: 1 });
      return inTransaction(client, (session) => db.collection("users").dropIndex("email_1", { session }));
    },
  },
  {
    says: "a call without the session stays when the transaction is aborted",
    since: 4.4,
    expected: 1,
    ask: async (db, client) => {
      await db.createCollection("users");
      await inTransaction(client, async () => {
        await db.collection("users").insertOne({ name: "a" });
        throw new Error("aborted");
      });
      return db.collection("users").countDocuments({});
    },
  },
  {
    says: "$out replaces the documents and keeps the indexes",
    since: 4.4,
    expected: "1 _id_,a_1",
    ask: async (db) => {
      await db.collection("old").insertMany([{ a: 1 }, { a: 2 }]);
      await db.collection("old").createIndex({ a: 1 });
      await db.collection("new").insertOne({ a: 3 });
      await db
        .collection("new")
        .aggregate([{ $out: "old" }])
        .toArray();
      const names = (await db.collection("old").indexes()).map(({ name }) => name);
      return `${await db.collection("old").countDocuments({})} ${names.sort().join()}`;
    },
  },
  {
    says: "$rename overwrites the field of the new name",
    since: 4.4,
    expected: "a",
    ask: async (db) => {
      await db.collection("users").insertOne({ name: "a", fullName: "b" });
      await db.collection("users").updateMany({}, { $rename: { name: "fullName" } });
      return (await db.collection("users").findOne({}))?.["fullName"];
    },
  },
  {
    says: "a collection isn't renamed to one that exists",
    since: 4.4,
    expected: 48,
    ask: async (db) => {
      await db.createCollection("a");
      await db.createCollection("b");
      return codeOf(db.collection("a").rename("b"));
    },
  },
];
