import { join } from "node:path";
import { maven } from "../install.ts";
import { script, type Tool } from "../tool.ts";

const versions = {
  "org.liquibase:liquibase-core": "5.0.4",
  "info.picocli:picocli": "4.7.7",
  "org.postgresql:postgresql": "42.7.14",
};

const withAttributes = (name: string, attributes: string): Tool => ({
  name,
  versions: {
    "liquibase-core": versions["org.liquibase:liquibase-core"],
    "postgresql (JDBC)": versions["org.postgresql:postgresql"],
  },
  install: (home) => {
    maven(home, versions);
  },
  files: ({ version, name, sql }, optOut = "") => ({
    [`changelog/${version}_${name}.sql`]: `--liquibase formatted sql\n\n--changeset me:${version}${attributes}${optOut}\n${script(sql)}`,
  }),
  optOuts: {
    attribute: " runInTransaction:false",
    "attribute in upper case": " RUNINTRANSACTION:FALSE",
    "attribute with a blank": " runInTransaction: false",
    "attribute in quotes": ' runInTransaction:"false"',
    "attribute on a line of its own": "\n--runInTransaction:false",
  },
  settings: () => ({
    "changelog.yaml": "databaseChangeLog:\n  - includeAll:\n      path: changelog\n",
  }),
  apply: ({ home, host, port, database }) => ({
    program: "java",
    args: [
      ...["-XX:TieredStopAtLevel=1", "-cp", join(home, "lib/*")],
      ...["liquibase.integration.commandline.LiquibaseCommandLine", "--analytics-enabled=false", "update"],
      ...[`--url=jdbc:postgresql://${host}:${port}/${database}`, "--username=postgres"],
      "--changelog-file=changelog.yaml",
    ],
  }),
  says: /(?<=Unexpected error running Liquibase: )[^\n]*(?:\n[ \t]+[^\n]+)*/,
  history: "SELECT id || ' ' || filename FROM databasechangelog ORDER BY orderexecuted",
});

export const tools: readonly Tool[] = [
  withAttributes("liquibase", ""),
  withAttributes("liquibase.unsplit", " splitStatements:false"),
];
