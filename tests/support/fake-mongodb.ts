/** As much of MongoDB's driver and shell as the tests' migrations and queries use, in memory. */
type Document = Record<string, unknown>;

interface Index {
  name: string;
  key: Record<string, number>;
  unique?: boolean;
  hidden?: boolean;
}

class FakeCollection {
  documents: Document[] = [];
  indexes: Index[] = [];
  validator: Document | undefined;
  readonly #database: FakeDatabase;
  readonly #name: string;

  constructor(database: FakeDatabase, name: string) {
    this.#database = database;
    this.#name = name;
  }

  createIndex(key: Record<string, number>, options: Partial<Index> = {}): void {
    const name = options.name ?? Object.entries(key).flat().join("_");
    this.#database.make(this.#name).indexes.push({ ...options, key, name });
  }
  dropIndex(name: string): void {
    const at = this.indexes.findIndex((index) => index.name === name);
    if (at < 0) throw new Error(`index not found: ${name}`);
    this.indexes.splice(at, 1);
  }
  getIndexes(): readonly Index[] {
    return this.indexes;
  }
  drop(): void {
    this.#database.collections.delete(this.#name);
  }
  rename(to: string): void {
    this.#database.collections.delete(this.#name);
    const moved = this.#database.make(to);
    Object.assign(moved, { documents: this.documents, indexes: this.indexes });
  }
  renameCollection(to: string): void {
    this.rename(to);
  }
  updateMany(filter: Document, { $set = {}, $unset = {}, $rename = {} }: Record<string, Document>): void {
    for (const document of this.documents.filter((one) => fits(one, filter))) {
      for (const [from, to] of Object.entries($rename)) {
        if (from in document) document[String(to)] = document[from];
        Reflect.deleteProperty(document, from);
      }
      Object.assign(document, $set);
      for (const field of Object.keys($unset)) Reflect.deleteProperty(document, field);
    }
  }
  countDocuments(filter: Document): number {
    return this.documents.filter((one) => fits(one, filter)).length;
  }
}

function fits(document: Document, filter: Document): boolean {
  return Object.entries(filter).every(([field, wanted]) => {
    if (typeof wanted !== "object" || wanted === null) return document[field] === wanted;
    const { $exists, $ne } = wanted as { $exists?: boolean; $ne?: unknown };
    if ($exists !== undefined && field in document !== $exists) return false;
    return $ne === undefined || document[field] !== $ne;
  });
}

export class FakeDatabase {
  readonly collections = new Map<string, FakeCollection>();

  make(name: string): FakeCollection {
    const found = this.collections.get(name) ?? new FakeCollection(this, name);
    this.collections.set(name, found);
    return found;
  }
  collection(name: string): FakeCollection {
    return this.collections.get(name) ?? new FakeCollection(this, name);
  }
  getCollection(name: string): FakeCollection {
    return this.collection(name);
  }
  createCollection(name: string): void {
    this.make(name);
  }
  getCollectionNames(): readonly string[] {
    return [...this.collections.keys()];
  }
  getCollectionInfos({ name }: { readonly name: string }): readonly unknown[] {
    const found = this.collections.get(name);
    return found === undefined ? [] : [{ options: { validator: found.validator } }];
  }
  command({
    collMod,
    index,
    validator,
  }: Record<string, never> & {
    readonly collMod: string;
    readonly index?: Index;
    readonly validator?: Document;
  }): void {
    const collection = this.collection(collMod);
    if (validator !== undefined) collection.validator = validator;
    const found = collection.indexes.find(({ name }) => name === index?.name);
    if (found !== undefined && index?.hidden !== undefined) found.hidden = index.hidden;
  }
  runCommand(command: Parameters<FakeDatabase["command"]>[0]): void {
    this.command(command);
  }
}

/** Runs code with `db`. */
export function runWith(db: FakeDatabase, code: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code under test, and nothing of a stranger
  return (new Function("db", code) as (db: FakeDatabase) => unknown)(db);
}
