import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import * as analysis from "../src/analysis.ts";
import * as cli from "../src/cli.ts";
import * as index from "../src/index.ts";
import * as plugin from "../src/plugin.ts";
import * as worker from "../src/worker.ts";

const DIST = new URL("../dist/", import.meta.url);
const IMPORT =
  /(?:^|[\s;])(?:import|export)\s[^;"']*?from\s*["']([^"']+)["']|(?:^|[\s;])import\s*["']([^"']+)["']/g;

/** What `dist/<entry>` loads when it is imported: its own files, and everything else. */
function graphOf(entry: string): {
  readonly files: readonly string[];
  readonly others: readonly string[];
} {
  const files = new Set<string>();
  const others = new Set<string>();
  const open = [new URL(entry, DIST).href];
  for (let url = open.pop(); url !== undefined; url = open.pop()) {
    if (files.has(url)) continue;
    files.add(url);
    for (const [, from, bare] of readFileSync(new URL(url), "utf8").matchAll(IMPORT)) {
      const specifier = (from ?? bare) as string;
      if (specifier.startsWith(".")) open.push(new URL(specifier, url).href);
      else others.add(specifier);
    }
  }
  const base = fileURLToPath(DIST);
  const name = (url: string) => relative(base, fileURLToPath(url)).replaceAll(sep, "/");
  const names: readonly string[] = Array.from(files, name);
  return { files: names.toSorted(), others: [...others].toSorted() };
}

describe("what the doors offer", () => {
  test("swath", () => {
    expect(Object.keys(index).toSorted()).toMatchInlineSnapshot(`
      [
        "SharedArray",
        "SwathError",
        "createPool",
        "explain",
        "forEach",
        "fromModule",
        "isMain",
        "isSwathError",
        "map",
        "move",
        "range",
        "reduce",
        "share",
        "table",
        "task",
        "toMarkdown",
        "toTrace",
      ]
    `);
  });

  test("swath/plugin", () => {
    expect(Object.keys(plugin).toSorted()).toMatchInlineSnapshot(`
      [
        "AS_SOURCE",
        "InvalidOptionError",
        "JOB_OPTION_NAMES",
        "NotSendableError",
        "SCHEDULES",
        "SwathError",
        "TaskFailedError",
        "assertFunction",
        "assertInteger",
        "assertKnownKeys",
        "assertOneOf",
        "bytesText",
        "countText",
        "defineSource",
        "describeTasks",
        "describeValue",
        "interceptJobs",
        "isSwathError",
        "isWithoutPlace",
        "messageOf",
        "observeJobs",
        "percentText",
        "previewOf",
        "referenceOf",
        "reportText",
        "secondsText",
        "toMarkdown",
        "toTrace",
      ]
    `);
  });

  test("swath/analysis", () => {
    expect(Object.keys(analysis).toSorted()).toMatchInlineSnapshot(`
      [
        "MAX_WORKERS",
        "adviceOf",
        "advised",
        "counsel",
        "recordedRunOf",
        "replay",
        "replayError",
        "verdictOf",
        "whatIf",
      ]
    `);
  });

  test("swath/cli", () => {
    expect(Object.keys(cli).toSorted()).toMatchInlineSnapshot(`
      [
        "addComparisonFlags",
        "addJobFlags",
        "addJournalFlags",
        "addReportFlags",
        "jobOptionsFrom",
        "journalOptionFrom",
        "machineText",
        "median",
        "middleIndex",
        "printResult",
        "printSheet",
        "runForJson",
        "runRounds",
        "runVerb",
        "sheetTarget",
        "speedupOf",
        "tellReport",
        "tellSample",
        "thisMachine",
        "wholeNumber",
        "withInterrupt",
        "withTemporaryFolder",
      ]
    `);
  });

  test("swath/worker", () => {
    expect(Object.keys(worker).toSorted()).toMatchInlineSnapshot(`
      [
        "InvalidOptionError",
        "SharedArray",
        "SwathError",
        "assertFunction",
        "assertInteger",
        "assertKnownKeys",
        "assertOneOf",
        "describeValue",
        "isSwathError",
        "loadTask",
        "messageOf",
        "move",
        "prepareTypeScript",
        "previewOf",
        "publishNew",
        "task",
      ]
    `);
  });
});

describe("in threads of swath's", () => {
  test.each([
    ["index", index],
    ["worker", worker],
  ])("%s offers the same", async (door, offered) => {
    // Here there is nothing that a thread has: it loads the rest at once.
    const url = new URL(`bundle/${door}-in-thread.js`, DIST).href;
    const inThread = (await import(url)) as Record<string, unknown>;
    expect(Object.keys(inThread).toSorted()).toEqual(Object.keys(offered).toSorted());
    expect(Object.values(inThread)).not.toContain(undefined);
  });
});

describe("what the doors load", () => {
  test("cli.js: commander beside Node's own modules", () => {
    const { others } = graphOf("cli.js");
    expect(others.filter((specifier) => !specifier.startsWith("node:"))).toEqual(["commander"]);
  });

  test.each(["index.js", "plugin.js", "worker.js"])(
    "%s: Node's own modules and nothing else",
    (door) => {
      const { files, others } = graphOf(door);
      expect(files.length).toBeGreaterThan(2);
      const known = new Set(builtinModules.map((name) => `node:${name}`));
      expect(others.filter((specifier) => !known.has(specifier))).toEqual([]);
      expect(files.filter((file) => file.startsWith("cli/"))).toEqual([]);
    },
  );

  test.each(["index", "plugin", "worker"])(
    "%s is a handful of files, for every thread loads them with the task's module",
    (door) => {
      expect(graphOf(`bundle/${door}.js`).files.length).toBeLessThanOrEqual(5);
    },
  );

  test("analysis.js: nothing of Node, for pages bundle it", () => {
    expect(graphOf("analysis.js").others).toEqual([]);
  });

  test("the worker's program is made of few files, for every thread loads it before it starts", () => {
    const { files } = graphOf("executors/threads/thread-entry.js");
    expect(files).toMatchInlineSnapshot(`
      [
        "assert.js",
        "codecs/carry.js",
        "codecs/columns/care.js",
        "codecs/columns/layout.js",
        "codecs/columns/loosen.js",
        "codecs/columns/pack-plain.js",
        "codecs/columns/pack-text.js",
        "codecs/columns/pack.js",
        "codecs/columns/packer.js",
        "codecs/columns/shape-of.js",
        "codecs/columns/shape.js",
        "codecs/columns/store.js",
        "codecs/json-exact.js",
        "codecs/move.js",
        "codecs/refusals.js",
        "codecs/results-encoder.js",
        "codecs/transport-choice.js",
        "codecs/unsendable.js",
        "errors.js",
        "executors/beat.js",
        "executors/chunk-results.js",
        "executors/column-saver.js",
        "executors/host.js",
        "executors/item-access.js",
        "executors/item-runner.js",
        "executors/list.js",
        "executors/loaded-job.js",
        "executors/loop.js",
        "executors/running-chunk.js",
        "executors/saving.js",
        "executors/threads/capture-output.js",
        "executors/threads/culprits.js",
        "executors/threads/gc-log.js",
        "executors/threads/result-saver.js",
        "executors/threads/saved-memory.js",
        "executors/threads/send-results.js",
        "executors/threads/standing.js",
        "executors/threads/tallies.js",
        "executors/threads/thread-entry.js",
        "executors/threads/thread-messages.js",
        "executors/threads/watch-uncaught.js",
        "executors/threads/wear.js",
        "executors/tries.js",
        "protocol/clock.js",
        "protocol/errors.js",
        "protocol/failures.js",
        "protocol/literal.js",
        "protocol/messages.js",
        "protocol/plain-copy.js",
        "protocol/reference.js",
        "protocol/shared-view.js",
        "protocol/stacks.js",
        "protocol/thread-usage.js",
        "publish-new.js",
        "shared/array-arguments.js",
        "shared/array-from.js",
        "shared/array-sources.js",
        "shared/dtype.js",
        "shared/errors.js",
        "shared/layout.js",
        "shared/name-messages.js",
        "shared/names.js",
        "shared/nested.js",
        "shared/part.js",
        "shared/result-writer.js",
        "shared/shape.js",
        "shared/share.js",
        "shared/shared-array.js",
        "shared/shared-items.js",
        "shared/typed-view.js",
        "shared/write.js",
        "sources/source.js",
        "table/table-rows.js",
        "task/builtins.js",
        "task/calling-script.js",
        "task/compile.js",
        "task/create-require.js",
        "task/from-module.js",
        "task/home.js",
        "task/is-main.js",
        "task/literal-result.js",
        "task/load.js",
        "task/revive.js",
        "task/source-text.js",
        "task/task.js",
        "task/vite.js",
        "task/worker-mark.js",
        "thread-copy.js",
        "worker.js",
      ]
    `);
    const foreign = /^(cli|report|schedules|driver|sources)\/(?!source\.js$)/;
    expect(files.filter((file) => foreign.test(file))).toEqual([]);
  });
});
