/** Changes of domains, enums and composite types that what the schema knows of them rules out. */
import type { AlterDomain, Operation } from "../../model/operation.ts";
import type { UserType } from "../../schema/model.ts";
import type { StatementContext } from "./statement-context.ts";

export function refuseTypes(op: Operation, context: StatementContext): void {
  switch (op.kind) {
    case "createType":
      if (new Set(op.labels).size < op.labels.length) context.found.fail("enum labels must be unique");
      return;
    case "alterCompositeType": {
      const found = context.schema.type(op.type);
      if (found.is !== "present" || found.value.form !== "composite" || !found.value.complete) return;
      const isThere = found.value.attributes.some(({ name }) => name === op.attribute.text);
      if (op.change === "add" && isThere)
        context.found.fail(`column "${op.attribute.text}" of relation "${op.type.name}" already exists`);
      if (op.change !== "add" && !isThere && op.attributeIfExists !== true)
        context.found.fail(`column "${op.attribute.text}" of relation "${op.type.name}" does not exist`);
      return;
    }
    case "alterDomain": {
      const found = context.schema.type(op.domain);
      if (found.is === "present") refuseDomain(op, found.value, context);
      return;
    }
    default:
  }
}

function refuseDomain(op: AlterDomain, domain: UserType, context: StatementContext): void {
  const { name } = domain;
  if (domain.form !== "domain" && domain.complete) context.found.fail(`${name} is not a domain`);
  if (op.asConstraint === true) context.needs(17, "NOT");
  if (!domain.complete || domain.form !== "domain") return;
  const isThere = (constraint: string | undefined): boolean =>
    domain.checks.some((check) => check.name === constraint);
  const needsIt =
    op.change === "validate constraint" ||
    op.change === "rename constraint" ||
    (op.change === "drop constraint" && op.constraintIfExists !== true);
  // Since 17 NOT NULL is a constraint with a name, too.
  const isNotNull = domain.notNull && context.server.version >= 17;
  if (needsIt && op.constraint !== undefined && !isThere(op.constraint) && !isNotNull)
    context.found.fail(`constraint "${op.constraint}" of domain "${name}" does not exist`);
  if (op.change === "add constraint" && op.check?.name !== undefined && isThere(op.check.name))
    context.found.fail(`constraint "${op.check.name}" for domain "${name}" already exists`);
}
