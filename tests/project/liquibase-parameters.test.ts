/** Values for `${name}` in changelogs that a project's settings give, and not the changelogs. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const settings = "src/main/resources";

async function dropped(files: Readonly<Record<string, string>>, property = ""): Promise<readonly string[]> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "pom.xml": "<project><artifactId>liquibase-core</artifactId></project>",
      "src/main/resources/db/changelog/db.changelog-master.xml": `<databaseChangeLog>
${property}
  <changeSet id="1" author="ann">
    <createTable schemaName="\${area}" tableName="orders"><column name="id" type="bigint"/></createTable>
  </changeSet>
  <changeSet id="2" author="ann">
    <sql>DROP TABLE \${area}.orders</sql>
    <rollback/>
  </changeSet>
</databaseChangeLog>`,
      ...files,
    }),
    facts: { dialect: "postgres" },
  });
  return findings.flatMap(({ ruleId, message }) => (ruleId === "drop-table" ? [message] : []));
}

test.each([
  [
    "application.yml",
    "spring:\n  liquibase:\n    parameters:\n      # of the service\n      area: sales\n    contexts: main\n",
  ],
  ["application.yml", "spring:\n  liquibase:\n    parameters:\n      area: ${AREA:sales}\n"],
  ["application.properties", "spring.liquibase.parameters.area=sales\n"],
  ["application.properties", "quarkus.liquibase.change-log-parameters.area=sales\n"],
  ["liquibase.properties", "parameter.area: sales\n"],
])("%s: %s", async (name, text) => {
  expect(await dropped({ [`${settings}/${name}`]: text })).toEqual([
    "the rows of sales.orders are lost, and the running application that uses it fails",
  ]);
});

test("the plugin for Maven", async () => {
  const pom = `<project><plugin><artifactId>liquibase-maven-plugin</artifactId><configuration><expressionVars>
    <property><name>area</name><value>sales</value></property>
  </expressionVars></configuration></plugin></project>`;
  expect(String(await dropped({ "pom.xml": pom }))).toContain("sales.orders");
});

test("they come before what the changelog defines", async () => {
  const text = "spring.liquibase.parameters.area=sales\n";
  const found = await dropped(
    { [`${settings}/application.properties`]: text },
    '<property name="area" value="audit"/>',
  );
  expect(String(found)).toContain("sales.orders");
});

test.each([
  ["profiles that differ", "spring.liquibase.parameters.area=audit\n"],
  ["what the environment alone knows", "spring.liquibase.parameters.area=${AREA}\n"],
])("%s: the value isn't known", async (_, text) => {
  const found = await dropped({
    [`${settings}/application.properties`]: "spring.liquibase.parameters.area=sales\n",
    [`${settings}/application-prod.properties`]: text,
  });
  expect(String(found)).not.toContain("sales.orders");
});

test("parameters of something else", async () => {
  const text = "spring:\n  liquibase:\n    enabled: true\n  batch:\n    job:\n      names: a\nparameters:\n";
  expect(String(await dropped({ [`${settings}/application.yml`]: text }))).not.toContain("sales.orders");
});
