import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { adviceOf } from "../../src/advice/advice.ts";
import { even, madeRecord } from "../advice/made-record.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));

test("the door of replay and advice is a browser's program, and says there what it says here", async () => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: 'export * from "swath/analysis";', resolveDir: HERE },
    bundle: true,
    write: false,
    metafile: true,
    platform: "browser",
    format: "iife",
    globalName: "analysis",
  });
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports);
  expect(imported.filter(({ external }) => external)).toEqual([]);

  const record = madeRecord({
    costs: [...even(50, 0.05), ...even(50, 0.01)],
    chunk: 50,
    schedule: "static",
  });
  // A realm without `process`, `require`, or anything else of Node.
  const browser = createContext({ text: JSON.stringify(record) });
  runInContext((outputFiles[0] as { text: string }).text, browser);
  const told = runInContext("JSON.stringify(analysis.adviceOf(JSON.parse(text)))", browser);
  expect(JSON.parse(told)).toEqual(adviceOf(record));
  expect(adviceOf(record)).toHaveLength(1);
});
