#!/usr/bin/env node
// Committed, so that npm can link the command before anything has been built.
import { existsSync } from "node:fs";

const main = new URL("../dist/bundle/main.js", import.meta.url);
if (existsSync(main)) await import(main);
else {
  process.stderr.write("swath: this checkout has not been built yet. Run: npm run build\n");
  process.exitCode = 1;
}
