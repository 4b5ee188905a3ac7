import { defineRulePack } from "ddlint/rule";
import indexWithoutTenant from "./rules/index-without-tenant.js";
import tableWithoutCreatedAt from "./rules/table-without-created-at.js";

export default defineRulePack({
  name: "ddlint-rules-acme",
  rules: [indexWithoutTenant, tableWithoutCreatedAt],
});
