import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { COMMANDS } from "../src/commands";
import { initialization, own, SECTION } from "../src/settings";

// `npm test` runs in the extension's directory.
const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const properties: Record<string, { default: unknown }> = manifest.contributes.configuration.properties;

/** The settings as VS Code hands them out when nobody has set any. */
function defaults(): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, { default: value }] of Object.entries(properties)) {
    const [section, name, below] = key.split(".");
    assert.equal(section, SECTION);
    assert.ok(name);
    values[name] = below === undefined ? value : { [below]: value };
  }
  return values;
}

test("the manifest has the commands that the extension registers", () => {
  const named = manifest.contributes.commands.map(({ command }: { command: string }) => command);
  assert.deepEqual(named, COMMANDS.map((name) => `${SECTION}.${name}`));
});

test("the manifest's defaults are those that hold without settings", () => {
  assert.deepEqual(own(defaults()), own({}));
});

test("the manifest's defaults set nothing over a configuration file", () => {
  assert.deepEqual(initialization(defaults()), {
    extendSelect: [],
    ignore: [],
    exclude: [],
    externalSources: false,
    inlayHints: false,
    codeLenses: true,
  });
});

test("what the walk-through offers to run is there", () => {
  const [walk] = manifest.contributes.walkthroughs;
  const links = walk.steps.flatMap(({ description }: { description: string }) =>
    [...description.matchAll(/\(command:([\w.]+)/g)].map(([, command]) => command),
  );
  const own = links.filter((command: string) => command.startsWith(SECTION));
  assert.deepEqual(own, [`${SECTION}.fixAll`, `${SECTION}.trace`]);
  assert.ok(own.every((command: string) => COMMANDS.some((name) => command === `${SECTION}.${name}`)));
});
