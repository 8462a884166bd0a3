import assert from "node:assert/strict";
import { test } from "node:test";

import { lookup, type World } from "../src/lookup";

/** A machine on which these programs are. */
function machine(programs: string[], more: Partial<World> = {}): World {
  return {
    platform: "linux",
    home: "/home/me",
    path: "/usr/local/bin:/usr/bin",
    extension: "/ext",
    folder: "/work",
    isProgram: (file) => programs.includes(file),
    ...more,
  };
}

const environment = { path: undefined, importStrategy: "fromEnvironment" } as const;
const bundled = { path: undefined, importStrategy: "useBundled" } as const;

test("the strategy says which of two programs is taken", () => {
  const both = machine(["/usr/bin/lint-scripts", "/ext/bin/lint-scripts"]);
  assert.deepEqual(lookup(environment, both), { program: "/usr/bin/lint-scripts", from: "PATH" });
  assert.deepEqual(lookup(bundled, both), { program: "/ext/bin/lint-scripts", from: "bundled" });
});

test("where the one is missing, the other is taken", () => {
  assert.deepEqual(lookup(bundled, machine(["/usr/bin/lint-scripts"])), { program: "/usr/bin/lint-scripts", from: "PATH" });
  assert.deepEqual(lookup(environment, machine(["/ext/bin/lint-scripts"])), {
    program: "/ext/bin/lint-scripts",
    from: "bundled",
  });
});

test("the first directory of PATH that has it counts", () => {
  const both = machine(["/usr/bin/lint-scripts", "/usr/local/bin/lint-scripts"]);
  assert.deepEqual(lookup(environment, both), { program: "/usr/local/bin/lint-scripts", from: "PATH" });
});

test("empty and relative entries of PATH are passed over", () => {
  const open = machine(["lint-scripts", "bin/lint-scripts", "./lint-scripts"], { path: ":bin:.:" });
  assert.ok("missing" in lookup(environment, open));
});

test("a program that is named is taken, or told to be missing; never another one", () => {
  const named = (path: string, world: World) => lookup({ ...environment, path }, world);
  const world = machine(["/usr/bin/lint-scripts", "/home/me/x", "/work/tools/x", "/opt/x"]);
  assert.deepEqual(named("/opt/x", world), { program: "/opt/x", from: "path" });
  assert.deepEqual(named("~/x", world), { program: "/home/me/x", from: "path" });
  assert.deepEqual(named("${workspaceFolder}/tools/x", world), { program: "/work/tools/x", from: "path" });
  assert.deepEqual(named("tools/x", world), { program: "/work/tools/x", from: "path" });
  const missing = named("/opt/y", world);
  assert.ok("missing" in missing && missing.missing.includes("/opt/y is no program"));
  const nowhere = named("tools/x", machine([], { folder: undefined }));
  assert.ok("missing" in nowhere && nowhere.missing.includes("no folder is open"));
});

test("a folder with a dollar sign in its name is filled in as it is", () => {
  const world = machine(["/a$&b/x"], { folder: "/a$&b" });
  assert.deepEqual(lookup({ ...environment, path: "${workspaceFolder}/x" }, world), { program: "/a$&b/x", from: "path" });
});

test("on Windows it has Windows' name and paths", () => {
  const world = machine(["C:\\bin\\lint-scripts.exe"], { platform: "win32", path: "C:\\Windows;C:\\bin", extension: "C:\\ext" });
  assert.deepEqual(lookup(bundled, world), { program: "C:\\bin\\lint-scripts.exe", from: "PATH" });
});

test("an empty path names nothing", () => {
  assert.deepEqual(lookup({ ...environment, path: " " }, machine(["/usr/bin/lint-scripts"])), {
    program: "/usr/bin/lint-scripts",
    from: "PATH",
  });
});

test("what is said when there is none names the remedy", () => {
  const none = lookup(environment, machine([]));
  assert.ok("missing" in none && none.missing.includes("lintScripts.path") && none.missing.includes("PATH"));
});
