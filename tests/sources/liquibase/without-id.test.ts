/** Changesets without an id, by the release of Liquibase: run offline with 3.8, 4.3, 4.4, 4.17, 4.18, 4.19, 4.20 and 5.0. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

async function messagesOf(manifest: string, name: string, text: string) {
  const fs = memoryFileSystem({
    "pom.xml": `<project>${manifest}<dependency><artifactId>liquibase-core</artifactId></dependency></project>`,
    "src/main/resources/application.properties": `spring.datasource.url=jdbc:postgresql://db/x\nspring.liquibase.change-log=classpath:db/${name}\n`,
    [`src/main/resources/db/${name}`]: text,
  });
  const { findings } = await lintProject({ fs });
  return findings
    .filter(({ ruleId }) => ruleId !== "lock-without-timeout")
    .map(({ severity, message, instead }) => `${severity}: ${message}. ${instead ?? ""}`);
}

const core = (version: string): string => `<liquibase.version>${version}</liquibase.version>`;
const boot = (version: string): string =>
  `<parent><artifactId>spring-boot-starter-parent</artifactId><version>${version}</version></parent>`;
const xml = (attributes: string): string =>
  `<databaseChangeLog>\n<changeSet ${attributes}author="ann"><sql>SELECT 1</sql></changeSet>\n</databaseChangeLog>`;
const nameless =
  "databaseChangeLog:\n  - changeSet:\n      author: ann\n      changes:\n        - sql: { sql: SELECT 1 }\n";
const shallow = "databaseChangeLog:\n  - changeSet:\n    id: 1\n    author: ann\n    changes: []\n";

const fails = "error: fails: Liquibase refuses a changeset without an id, and runs no changeset. ";
const mayFail = (since: string): string =>
  `warning: may fail: Liquibase ${since} and later refuse a changeset without an id, and run no changeset. `;
const give = "Give it an id.";
const indent = "Indent its id, author and changes further than changeSet.";

test.each([
  [core("4.3.5"), "log.xml", xml('id="" '), []],
  [boot("2.5.4"), "log.xml", xml('id="" '), []],
  [core("4.18.0"), "log.xml", xml('id="" '), []],
  [core("4.19.0"), "log.xml", xml('id="" '), [fails + give]],
  [boot("3.1.0"), "log.xml", xml('id="" '), [fails + give]],
  ["", "log.xml", xml('id="" '), [mayFail("4.19") + give]],
  [core("3.8.9"), "log.xml", xml(""), [fails + give]],
  [core("4.18.0"), "log.yaml", nameless, []],
  [core("4.20.0"), "log.yaml", nameless, [fails + give]],
  [
    core("4.3.5"),
    "log.yaml",
    shallow,
    [`warning: has no effect: Liquibase finds nothing in this changeSet. ${indent}`],
  ],
  [core("4.4.3"), "log.yaml", shallow, [fails + indent]],
  ["", "log.yaml", shallow, [mayFail("4.4") + indent]],
])("%s %s: %s", async (manifest, name, text, wanted) => {
  expect(await messagesOf(manifest, name, text)).toEqual(wanted);
});
