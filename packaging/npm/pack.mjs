// Packs for npm: `node pack.mjs main MAN_DIRECTORY OUT` the package with the launcher,
// `node pack.mjs PLATFORM PROGRAM OUT` the one that holds the program for a platform. The version is that of Cargo.toml.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const read = (name) => JSON.parse(readFileSync(join(here, name), "utf8"));
const template = read("package.json");
const platforms = read("platforms.json");

function version() {
  const found = readFileSync(join(root, "Cargo.toml"), "utf8").match(/^version = "([^"]+)"$/m);
  if (!found) throw new Error("Cargo.toml states no version");
  return found[1];
}

function main(directory, man) {
  cpSync(join(here, "bin"), join(directory, "bin"), { recursive: true });
  cpSync(man, join(directory, "man"), { recursive: true });
  const names = Object.keys(platforms).map((platform) => [`@lint-scripts/${platform}`, version()]);
  return {
    ...template,
    version: version(),
    man: readdirSync(man).map((page) => `./man/${page}`),
    optionalDependencies: Object.fromEntries(names),
  };
}

function platform(directory, name, program) {
  if (!(name in platforms)) throw new Error(`no such platform: ${name}`);
  const copy = join(directory, basename(program));
  cpSync(program, copy);
  chmodSync(copy, 0o755);
  return {
    name: `@lint-scripts/${name}`,
    version: version(),
    description: `The program of lint-scripts for ${name}`,
    license: template.license,
    ...platforms[name],
    files: [basename(program)],
    preferUnplugged: true,
  };
}

const [kind, source, out] = process.argv.slice(2);
if (out === undefined) throw new Error("usage: node pack.mjs main MAN_DIRECTORY OUT | PLATFORM PROGRAM OUT");
const directory = mkdtempSync(join(tmpdir(), "lint-scripts-npm-"));
try {
  for (const name of ["README.md", "LICENSE-MIT", "LICENSE-APACHE"]) cpSync(join(root, name), join(directory, name));
  const manifest = kind === "main" ? main(directory, source) : platform(directory, kind, source);
  writeFileSync(join(directory, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  mkdirSync(out, { recursive: true });
  execFileSync("npm", ["pack", "--silent", "--pack-destination", resolve(out)], { cwd: directory, stdio: "inherit" });
} finally {
  rmSync(directory, { recursive: true, force: true });
}
