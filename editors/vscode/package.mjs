// Makes the VSIX: node package.mjs [--out DIRECTORY] [--program FILE]
// With a program it is put into the package, which then is for this machine's platform only; without one, it is for all.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { out: { type: "string" }, program: { type: "string" } } });
const out = resolve(values.out ?? join(here, "dist"));
const program = values.program === undefined ? undefined : resolve(values.program);
const stage = join(here, "dist", "stage");

function run(command, args, directory) {
  const { status, error } = spawnSync(command, args, { cwd: directory, stdio: "inherit" });
  if (error !== undefined || status !== 0) {
    throw new Error(`${basename(command)} ${args.join(" ")}: ${error ?? `status ${status}`}`);
  }
}

// The licences of what esbuild has put into the bundle.
function notices() {
  const { inputs } = JSON.parse(readFileSync(join(here, "dist", "meta.json"), "utf8"));
  const owner = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
  const owners = new Set(Object.keys(inputs).flatMap((input) => owner.exec(input)?.[0] ?? []));
  const notice = (directory) => {
    const { name, version, license } = JSON.parse(readFileSync(join(here, directory, "package.json"), "utf8"));
    const file = readdirSync(join(here, directory)).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) {
      throw new Error(`${directory} has no licence`);
    }
    return `${name} ${version}, ${license}\n\n${readFileSync(join(here, directory, file), "utf8").trim()}\n`;
  };
  return [...owners].sort().map(notice).join(`\n${"-".repeat(72)}\n\n`);
}

run(process.execPath, [join(here, "build.mjs")], here);
rmSync(stage, { recursive: true, force: true });
mkdirSync(join(stage, "dist"), { recursive: true });
for (const name of ["package.json", "README.md", "walkthrough", "dist/extension.js"]) {
  cpSync(join(here, name), join(stage, name), { recursive: true });
}
const licences = ["LICENSE-MIT", "LICENSE-APACHE"].map((name) => readFileSync(join(here, "..", "..", name), "utf8"));
writeFileSync(join(stage, "LICENSE.txt"), licences.join("\n"));
writeFileSync(join(stage, "THIRD-PARTY.txt"), notices());
// vsce asks for a list of what to leave out: of what lies here, nothing.
writeFileSync(join(stage, ".vscodeignore"), "");

const { name, version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const target = program === undefined ? undefined : `${process.platform}-${process.arch}`;
if (program !== undefined) {
  const bundled = join(stage, "bin", process.platform === "win32" ? "lint-scripts.exe" : "lint-scripts");
  cpSync(program, bundled);
  chmodSync(bundled, 0o755);
}
const file = join(out, `${[name, target, version].filter((part) => part !== undefined).join("-")}.vsix`);
mkdirSync(out, { recursive: true });
rmSync(file, { force: true });
const vsce = join(here, "node_modules", "@vscode", "vsce", "vsce");
const targets = target === undefined ? [] : ["--target", target];
run(process.execPath, [vsce, "package", "--no-dependencies", "--out", file, ...targets], stage);
if (!existsSync(file)) {
  throw new Error(`${file} was not made`);
}
