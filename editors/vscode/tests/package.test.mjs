// What is in the package, with a program and without.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import yauzl from "yauzl";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const media = manifest.contributes.walkthroughs[0].steps.map((step) => step.media.markdown);
const platform = `${process.platform}-${process.arch}`;

/** The files of a package made with these options: by name, mode and text. */
async function made(...options) {
  const out = mkdtempSync(join(tmpdir(), "lint-scripts-vsix-"));
  try {
    execFileSync(process.execPath, ["package.mjs", "--out", out, ...options], { stdio: ["ignore", "ignore", "inherit"] });
    const [name, ...more] = readdirSync(out);
    assert.deepEqual(more, []);
    return { name, files: await unpacked(join(out, name)) };
  } finally {
    rmSync(out, { recursive: true });
  }
}

async function unpacked(file) {
  const files = new Map();
  const zip = await yauzl.openPromise(file, { lazyEntries: true });
  for await (const entry of zip.eachEntry()) {
    const chunks = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      chunks.push(chunk);
    }
    files.set(entry.fileName, { mode: entry.externalFileAttributes >>> 16, text: Buffer.concat(chunks).toString() });
  }
  return files;
}

const always = [
  "[Content_Types].xml",
  "extension.vsixmanifest",
  "extension/LICENSE.txt",
  "extension/THIRD-PARTY.txt",
  "extension/dist/extension.js",
  "extension/package.json",
  "extension/readme.md",
  ...media.map((path) => `extension/${path}`),
].sort();

test("without a program the package is for every platform, and holds this and no more", async () => {
  const { name, files } = await made();
  assert.equal(name, `lint-scripts-${manifest.version}.vsix`);
  assert.deepEqual([...files.keys()].sort(), always);
  const description = files.get("extension.vsixmanifest").text;
  assert.match(description, new RegExp(`Id="lint-scripts" Version="${manifest.version}"`));
  assert.doesNotMatch(description, /TargetPlatform/);
  const third = files.get("extension/THIRD-PARTY.txt").text;
  assert.match(third, /^vscode-languageclient [\d.]+, MIT$/m);
  assert.match(third, /Permission is hereby granted/);
  assert.match(files.get("extension/LICENSE.txt").text, /MIT License[^]*Apache License/);
});

test("with a program it holds that, to be run, and is for this platform", async () => {
  const { name, files } = await made("--program", "build.mjs");
  assert.equal(name, `lint-scripts-${platform}-${manifest.version}.vsix`);
  const bundled = process.platform === "win32" ? "extension/bin/lint-scripts.exe" : "extension/bin/lint-scripts";
  assert.deepEqual([...files.keys()].sort(), [...always, bundled].sort());
  assert.equal(files.get(bundled).mode & 0o111, 0o111);
  assert.equal(files.get(bundled).text, readFileSync("build.mjs", "utf8"));
  assert.match(files.get("extension.vsixmanifest").text, new RegExp(`TargetPlatform="${platform}"`));
});
