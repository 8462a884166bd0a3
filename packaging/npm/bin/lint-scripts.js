#!/usr/bin/env node
// Runs the program from the package for this platform, which npm has chosen by its `os`, `cpu` and `libc`.
"use strict";

const { spawnSync } = require("node:child_process");
const os = require("node:os");

const platform = `${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "lint-scripts.exe" : "lint-scripts";

function program() {
  for (const name of [platform, `${platform}-musl`]) {
    try {
      return require.resolve(`@lint-scripts/${name}/${file}`);
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  return undefined;
}

function main() {
  const path = program();
  if (path === undefined) {
    console.error(
      `lint-scripts: error: there is no package @lint-scripts/${platform} here; ` +
        "either there is none for this platform, or npm was told to omit optional dependencies",
    );
    return 2;
  }
  const run = spawnSync(path, process.argv.slice(2), { stdio: "inherit", windowsHide: true });
  if (run.error) {
    console.error(`lint-scripts: error: ${path} cannot be run: ${run.error.message}`);
    return 2;
  }
  // As a shell says it: a number above 128 tells of a signal.
  return run.status ?? 128 + (os.constants.signals[run.signal] ?? 0);
}

process.exitCode = main();
