import { expect, test } from "vitest";
import { migrateMongo } from "../../src/project/tools/migrate-mongo.ts";

const of = (dependencies: Record<string, string>): number | undefined =>
  migrateMongo.driverIn?.("api/migrations", (path) =>
    path === "api/package.json" ? JSON.stringify({ dependencies }) : undefined,
  );

test("the driver that package.json states, or that Mongoose or an early migrate-mongo brings", () => {
  expect(of({ mongodb: "^4.4.1" })).toBe(4);
  expect(of({ mongodb: "~3.6" })).toBe(3);
  expect(of({ mongodb: "6.x" })).toBe(6);
  expect(of({ mongodb: "^4.4.1 || ^5.0.0" })).toBe(5);
  expect(of({ mongodb: "^4.1.0", "migrate-mongo": "^7.2.1" })).toBe(3);
  expect(of({ "migrate-mongo": "^8.2.2", mongoose: "^5.9.15" })).toBe(4);
  expect(of({ "migrate-mongo": "^11.0.0", mongoose: "^5.9.15" })).toBe(3);
  expect(of({ "ts-migrate-mongoose": "^4.0.0", mongoose: "^8.16.1" })).toBe(6);
});

test("a range that takes any later release, and a package.json without it, state none", () => {
  for (const mongodb of [">=3.6", "*", "latest", "github:mongodb/node-mongodb-native", "^4.1 || >=6"])
    expect(of({ mongodb }), mongodb).toBeUndefined();
  expect(of({ express: "^4.0.0" })).toBeUndefined();
  expect(of({ mongoose: "^99.0.0" })).toBeUndefined();
});
