import { describe, it } from "node:test";
import { testRules } from "ddlint/testing";
import pack from "../index.js";

testRules(pack.rules, { fixtures: new URL("../fixtures/", import.meta.url), describe, it });
