/** Asks a throw-away replica set of MongoDB for what ddlint's pages say: `MONGODB_URI=… npm run measure:mongodb`. */
import { isDeepStrictEqual } from "node:util";
import { facts, type Client } from "./facts.ts";

const uri = process.env["MONGODB_URI"];

/** The driver isn't a dependency: whoever has a server installs it. */
async function connect(
  url: string,
): Promise<Client & { connect(): Promise<unknown>; close(): Promise<void> }> {
  const name = "mongodb";
  const { MongoClient } = (await import(name)) as {
    MongoClient: new (at: string) => Client & { connect(): Promise<unknown>; close(): Promise<void> };
  };
  const client = new MongoClient(url);
  await client.connect();
  return client;
}

async function measure(url: string): Promise<boolean> {
  const client = await connect(url);
  try {
    const { version } = await client.db("admin").command({ buildInfo: 1 });
    const release = Number.parseFloat(String(version));
    console.log(`MongoDB ${String(version)}`);
    let isRight = true;
    for (const [i, { says, since, expected, ask }] of facts.entries()) {
      if (release < since) continue;
      const db = client.db(`ddlint_measure_${i}`);
      await db.dropDatabase();
      const found = await ask(db, client);
      await db.dropDatabase();
      const same = isDeepStrictEqual(found, expected);
      isRight &&= same;
      console.log(
        `${same ? "as stated" : "DIFFERS"}: ${says}${same ? "" : `: ${String(found)}, stated ${String(expected)}`}`,
      );
    }
    return isRight;
  } finally {
    await client.close();
  }
}

if (uri === undefined || uri === "") {
  console.log(
    `SKIPPED: ${facts.length} facts about MongoDB's servers are NOT measured: MONGODB_URI isn't set.`,
  );
  console.log("It has to name a replica set that may be written to: databases ddlint_measure_* are dropped.");
} else process.exitCode = (await measure(uri)) ? 0 : 1;
