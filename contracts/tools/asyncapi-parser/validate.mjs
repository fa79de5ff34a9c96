// Parses AsyncAPI documents with AsyncAPI's own parser: node validate.mjs <file>...
// Prints every diagnostic; exits 1 when one is an error, when a document cannot be parsed, or when none was named.
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";

const SEVERITIES = ["error", "warning", "info", "hint"];
const files = process.argv.slice(2);
if (files.length === 0) console.error("usage: node validate.mjs <file>...");
let refused = files.length === 0;

for (const file of files) {
  const { document, diagnostics } = await new Parser().parse(await readFile(file, "utf8"), { source: file });
  for (const { severity, code, path, message } of diagnostics) {
    console.log(`${file} ${SEVERITIES[severity]} ${code} at ${["#", ...path].join("/")}: ${message}`);
  }
  const accepted = document !== undefined && diagnostics.every(({ severity }) => severity !== 0);
  refused ||= !accepted;
  const size = accepted ? `: ${document.allChannels().all().length} channels, ${document.allOperations().all().length} operations` : "";
  console.log(`${file} ${accepted ? "accepted" : "refused"}${size}`);
}
process.exit(refused ? 1 : 0);
