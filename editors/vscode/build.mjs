// Bundles the extension into dist/extension.js; with --tests, also the tests into dist/tests.
import { readdir, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const options = { bundle: true, platform: "node", format: "cjs", target: "node18", external: ["vscode"], logLevel: "warning" };

const { metafile } = await build({
  ...options,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  minify: true,
  metafile: true,
});
// package.mjs reads from it whose licences go into the package.
await writeFile("dist/meta.json", JSON.stringify(metafile));
if (process.argv.includes("--tests")) {
  const tests = (await readdir("tests")).filter((name) => name.endsWith(".test.ts"));
  await build({
    ...options,
    entryPoints: tests.map((name) => `tests/${name}`),
    outdir: "dist/tests",
    outExtension: { ".js": ".cjs" },
  });
}
