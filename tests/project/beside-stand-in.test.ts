/** Profiles in which H2 or its like runs the migrations of the server. */
import { expect, test } from "vitest";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { besideStandIn } from "../../src/project/sessions/beside-stand-in.ts";

type Files = Readonly<Record<string, string>>;

const main = "api/src/main/resources";
const root = `${main}/db/migration`;
const server = {
  [`${main}/application-prod.yml`]: "spring:\n  datasource:\n    url: jdbc:postgresql://db/x\n",
};
const h2 = "spring:\n  datasource:\n    url: jdbc:h2:mem:x\n";
const flyway = (more: string): string => `${h2}  flyway:\n    ${more}\n`;
const found = (files: Files) => besideStandIn(memoryFileSystem({ ...server, ...files }), root, "flyway");

test.each<[string, Files, string | undefined]>([
  ["a profile", { [`${main}/application-dev.yml`]: h2 }, `${main}/application-dev.yml`],
  [
    "the settings of tests",
    { "api/src/test/resources/application.properties": "spring.datasource.url=jdbc:h2:mem:x\n" },
    "api/src/test/resources/application.properties",
  ],
  [
    "a document of the settings",
    { [`${main}/application.yml`]: `spring:\n  application:\n    name: x\n---\n${h2}` },
    `${main}/application.yml`,
  ],
  ["the tool is off there", { [`${main}/application-dev.yml`]: flyway("enabled: false") }, undefined],
  [
    "the tool is off in all profiles, but on there",
    {
      [`${main}/application.properties`]: "spring.flyway.enabled=false\n",
      [`${main}/application-dev.yml`]: flyway("baseline-on-migrate: true\n    enabled: true"),
    },
    `${main}/application-dev.yml`,
  ],
  [
    "the tool is off in all profiles",
    {
      [`${main}/application.properties`]: "spring.flyway.enabled=false\n",
      [`${main}/application-dev.yml`]: h2,
    },
    undefined,
  ],
  [
    "it has files of its own there",
    { [`${main}/application-dev.yml`]: flyway("locations: classpath:db/migration/h2") },
    undefined,
  ],
  [
    "it names the same files there",
    { [`${main}/application-dev.yml`]: flyway("locations: classpath:db/migration,classpath:db/dev") },
    `${main}/application-dev.yml`,
  ],
  ["its line is a comment", { [`${main}/application-dev.yml`]: "# url: jdbc:h2:mem:x\n" }, undefined],
  ["no profile has another database", {}, undefined],
])("%s", (_, files, file) => {
  expect(found(files)?.file).toBe(file);
  if (file !== undefined)
    expect(found(files)).toMatchObject({ title: "H2", server: `${main}/application-prod.yml` });
});
