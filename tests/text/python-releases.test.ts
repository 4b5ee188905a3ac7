import { expect, test } from "vitest";

import { mayBeFrom, releaseOf } from "../../src/text/python-releases.ts";

const project = (file: string, text: string) => (path: string) => (path === file ? text : undefined);
const history = { root: "backend/migrations" };

test.each([
  ["requirements.txt", "django==4.2.1\n", "4.2.1"],
  ["backend/requirements.txt", "Django>=4.2\n", "4.2"],
  ["pyproject.toml", '[tool.poetry.dependencies]\ndjango = "^5.1"\n', "5.1"],
  ["pyproject.toml", '[tool.poetry.dependencies]\nDjango = "4.2.7"\n', "4.2.7"],
  ["pyproject.toml", 'django = { version = "4.2.7", extras = ["argon2"] }\n', "4.2.7"],
  ["poetry.lock", '[[package]]\nname = "django"\nversion = "5.0.2"\n', "5.0.2"],
  ["Pipfile", '[packages]\ndjango = "*"\n', undefined],
])("%s that holds %j asks for %s", (file, text, release) => {
  expect(releaseOf(history, project(file, text), "django")).toBe(release);
});

test("a release without a sign is exactly this one", () => {
  const asks = (text: string) => mayBeFrom(history, project("pyproject.toml", text), "sqlalchemy", "2.0.20");
  expect(asks('sqlalchemy = "2.0.6"\n')).toBe(false);
  expect(asks('sqlalchemy = "^2.0.6"\n')).toBe(true);
});
