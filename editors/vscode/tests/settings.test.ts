import assert from "node:assert/strict";
import { test } from "node:test";

import { rulesFound, type Told } from "../src/rules";
import { initialization, own, wantsRestart } from "../src/settings";

const DEFAULTS = { enable: true, path: undefined, importStrategy: "fromEnvironment", args: [] };

test("without settings the defaults hold", () => {
  assert.deepEqual(own({}), DEFAULTS);
  assert.deepEqual(own({ path: null, args: null, importStrategy: "x" }), DEFAULTS);
});

test("the extension's own settings are read", () => {
  const set = { enable: false, path: "/x", importStrategy: "useBundled", args: ["--verbose", 3] };
  assert.deepEqual(own(set), { ...set, args: ["--verbose"] });
});

test("the server hears what is set, and nothing that is the extension's", () => {
  const values = { enable: true, path: "/x", args: [], importStrategy: "useBundled", trace: { server: "off" } };
  assert.deepEqual(initialization(values), {});
  assert.deepEqual(initialization({ ...values, preset: "strict", shell: null, ignore: [], inlayHints: false }), {
    preset: "strict",
    ignore: [],
    inlayHints: false,
  });
});

test("a mistake is left for the server to tell", () => {
  assert.deepEqual(initialization({ ignroe: ["x"] }), { ignroe: ["x"] });
});

test("only a change of what is the extension's starts the server anew", () => {
  const before = own({ preset: "strict" });
  assert.equal(wantsRestart(before, own({ preset: "ci", ignore: ["x"] })), false);
  assert.equal(wantsRestart(before, own({ path: "/x" })), true);
  assert.equal(wantsRestart(before, own({ args: ["-v"] })), true);
  assert.equal(wantsRestart(before, own({ enable: false })), true);
});

function told(line: number, code: Told["code"], source = "lint-scripts"): Told {
  return { source, code, range: { start: { line }, end: { line: line + 1 } } };
}

test("rules to explain: those at the cursor first, each once, ours only", () => {
  const all = [told(0, "a"), told(5, { value: "b" }), told(9, "a"), told(6, "c", "shellcheck"), told(7, 3)];
  assert.deepEqual(rulesFound(all, 6), ["b", "a"]);
  assert.deepEqual(rulesFound(all, undefined), ["a", "b"]);
  assert.deepEqual(rulesFound([], 1), []);
});
