/** XML is read back by a reader that accepts nothing but what its writer may write. */
import { expect, it } from "vitest";
import { xmlText, element } from "../../src/report/xml.ts";
import { commandsIn, dangerous } from "../support/runner.ts";
import { hostileReport, write } from "./hostile.ts";

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
  text: string;
}

const tag = /<(\/?)([a-z-]+)((?: [a-z]+="[^<"]*")*)(\/?)>|([^<]+)/gy;
const allowed = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const reference = /&(?!(?:amp|lt|gt|quot|#\d+);)/;

function read(xml: string): Node {
  const start = '<?xml version="1.0" encoding="UTF-8"?>\n';
  expect(xml.startsWith(start)).toBe(true);
  expect(xml).toMatch(allowed);
  expect(xml).not.toMatch(reference);
  const root: Node = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  tag.lastIndex = start.length;
  let end = tag.lastIndex;
  for (let match = tag.exec(xml); match; match = tag.exec(xml)) {
    end = tag.lastIndex;
    const [, closing, name = "", pairs = "", empty, text] = match;
    const top = open.at(-1) ?? root;
    if (text !== undefined) top.text += text;
    else if (closing === "/") expect(open.pop()?.name).toBe(name);
    else {
      const attributes = Object.fromEntries(
        [...pairs.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, k = "", v = ""]) => [k, v] as const),
      );
      const node: Node = { name, attributes, children: [], text: "" };
      top.children.push(node);
      if (empty !== "/") open.push(node);
    }
  }
  expect(end).toBe(xml.length);
  expect(open).toEqual([root]);
  return root.children[0] ?? root;
}

/** What the schemas in use say, in our words: attributes that must be there, and children in their order. */
const schemas: Readonly<
  Record<"junit" | "checkstyle", Readonly<Record<string, [attributes: string, children: RegExp]>>>
> = {
  junit: {
    testsuites: ["", /^(?:testsuite )*$/],
    testsuite: [
      "name package id timestamp hostname tests failures errors skipped time",
      /^properties (?:testcase )*system-out system-err $/,
    ],
    properties: ["", /^$/],
    testcase: ["name classname time", /^(?:(?:failure|skipped) )?$/],
    failure: ["message type", /^$/],
    skipped: ["message", /^$/],
    "system-out": ["", /^$/],
    "system-err": ["", /^$/],
  },
  checkstyle: {
    checkstyle: ["version", /^(?:file )*$/],
    file: ["name", /^(?:error )*$/],
    error: ["line column severity message source", /^$/],
  },
};

function check(node: Node, schema: (typeof schemas)["junit"]): void {
  const [attributes, children] = schema[node.name] ?? ["not in the schema", /^$/];
  expect(Object.keys(node.attributes).join(" ")).toBe(attributes);
  expect(node.children.map(({ name }) => `${name} `).join("")).toMatch(children);
  for (const child of node.children) check(child, schema);
}

const report = await hostileReport();

it.each(["junit", "checkstyle"] as const)("%s is as its readers want it", async (name) => {
  for (const findings of [report.findings, []])
    check(read(await write(name, { ...report, findings })), schemas[name]);
});

it("junit counts its tests", async () => {
  for (const { attributes, children } of read(await write("junit", report)).children) {
    const tests = children.filter(({ name }) => name === "testcase").map((test) => test.children[0]?.name);
    const count = (name: string): string => String(tests.filter((one) => one === name).length);
    expect(attributes).toMatchObject({
      tests: String(tests.length),
      failures: count("failure"),
      skipped: count("skipped"),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/) as string,
    });
  }
});

/** As a reader hands it on. */
const valueOf = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

it("shows what XML can't hold, and keeps all else", () => {
  const every = String.fromCharCode(...Array.from({ length: 0x10000 }, (_, i) => i));
  const written = xmlText(element("a", { b: every }, every));
  expect(dangerous(written)).toEqual([]);
  const shown = every.replace(
    /[\0-\x08\x0b\f\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu,
    (c) =>
      `\\${c < " " ? "x" : "u"}${c
        .charCodeAt(0)
        .toString(16)
        .padStart(c < " " ? 2 : 4, "0")}`,
  );
  const { attributes, text } = read(written);
  expect(valueOf(text)).toBe(shown);
  expect(valueOf(attributes["b"] ?? "")).toBe(shown);
  expect(attributes["b"]).not.toMatch(/[\t\n\r]/);
  expect(read(xmlText(element("a", {}, "\u{1F600}\ud83d."))).text).toBe("\u{1F600}\\ud83d.");
});

it("starts no command in a log, and reads the same", () => {
  const text = "x\n::error::y\n \t::notice a=b::\n##[error]z ##vso[task]";
  const written = xmlText(element("a", { b: text }, text));
  expect(commandsIn(written)).toEqual([]);
  expect(valueOf(read(written).text)).toBe(text);
  expect(valueOf(read(written).attributes["b"] ?? "")).toBe(text);
});
