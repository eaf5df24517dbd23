import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { type Ran, shell, swath } from "./run-swath.ts";

const cwd = fileURLToPath(new URL("../fixtures/run/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "swath-run-"));
afterAll(() => rmSync(folder, { recursive: true }));
let paths = 0;
const newPath = () => join(folder, `${paths++}.journal`);

function run(...args: readonly string[]): Promise<Ran> {
  return swath(["run", ...args], { cwd });
}

/** Runs a script and sends the signals once its journal has chunks, or after a while. */
async function interrupted(
  args: readonly string[],
  signals: readonly NodeJS.Signals[],
  { journal, pause = 0 }: { readonly journal?: string; readonly pause?: number } = {},
): Promise<Ran> {
  let child: ChildProcess | undefined;
  const running = swath(["run", ...args], {
    cwd,
    env: { npm_command: "" },
    started: (started) => {
      child = started;
    },
  });
  if (journal === undefined) {
    await expect.poll(() => mayCatch(child?.pid), { timeout: 20_000 }).toBe(true);
    await new Promise((done) => setTimeout(done, 1_500));
  } else await expect.poll(() => chunksIn(journal), { timeout: 20_000 }).toBeGreaterThan(3);
  for (const signal of signals) {
    child?.kill(signal);
    await new Promise((done) => setTimeout(done, pause));
  }
  return running;
}

/** Whether swath listens to signals by now, as far as this system says; to SIGHUP Node does not. */
function mayCatch(pid: number | undefined): boolean {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status)) return process.platform !== "linux";
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(status, "utf8"));
  return (BigInt(`0x${caught?.[1] ?? "0"}`) & 1n) !== 0n;
}

function chunksIn(journal: string): number {
  if (!existsSync(journal)) return 0;
  return readFileSync(journal, "utf8").split('"kind":"chunk"').length - 1;
}

describe.concurrent("swath run", () => {
  test("gives the script its arguments, itself as the program, and its own output", async () => {
    const ran = await run("squares.mjs", "20", "-q", "--workers", "1", "--", "--a", "b c");
    expect(ran).toEqual({ code: 0, stdout: "20 361 --a|b c\n", stderr: "" });
  });

  test("runs CommonJS as a main program", async () => {
    const { code, stdout, stderr } = await run("common.cjs", "-q");
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "0 1 4 9 16\n", stderr: "" });
  });

  test("runs TypeScript", async () => {
    const { code, stdout, stderr } = await run("typed.ts", "-q");
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "0 1 2 3\n", stderr: "" });
  });

  test("sets what the script leaves open, and reports each loop on stderr", async () => {
    const { stderr } = await run(
      "squares.mjs",
      "9",
      "--workers=1",
      "--schedule=dynamic",
      "--chunk=3",
    );
    expect(stderr).toMatch(/^square: 9 items in .* \(1 worker, dynamic, 3 chunks\)$/m);
    const auto = await run(
      "squares.mjs",
      "9",
      "--inline=auto",
      "--report=none,json:-",
      "--progress=none",
    );
    expect(JSON.parse(auto.stderr)).toMatchObject({ executor: "inline", place: { items: 9 } });
    const zero = await run(
      "squares.mjs",
      "9",
      "--workers=0",
      "--report=none,json:-",
      "--progress=none",
    );
    expect(JSON.parse(zero.stderr)).toMatchObject({ schema: "swath.report/1", executor: "inline" });
  });

  test("tells its progress as JSON lines on demand", async () => {
    const flags = ["--workers=1", "--progress=json", "--report=none"];
    const { stderr } = await run("squares.mjs", "500", ...flags);
    const [line = "{}"] = stderr.split("\n");
    expect(JSON.parse(line)).toMatchObject({ schema: "swath.progress/1", total: 500 });
  });

  const failing: readonly (readonly [how: string, text: RegExp])[] = [
    ["job", /Task `odd` failed on item 41 .*no forty-one\n(.*\n)*RangeError: no forty-one/],
    ["throw", /^TypeError: thrown by the script\n(.*\n)*.*\[cause\]: Error: why/],
    ["reject", /^TypeError: rejected by the script\n/],
    ["options", /^swath: Expected `workers` to be an integer from 0 to 1024, got `-1`/],
  ];
  test.each(failing)("a script that fails (%s): exit 1, the error once", async (how, text) => {
    const { code, stderr } = await run("fails.mjs", how, "--report=none", "--progress=none");
    expect(code).toBe(1);
    expect(stderr).toMatch(text);
    expect(stderr).not.toMatch(/Node\.js v|triggerUncaught/);
    const [first = ""] = stderr.split("\n");
    expect(stderr.split(first.replace("swath: ", "")).length).toBe(2);
  });

  const wrong: readonly (readonly [args: readonly string[], text: RegExp])[] = [
    [["nope.mjs"], /<script>` to be the path of a file that exists, got `"nope.mjs"`/],
    [["."], /<script>` to be a file/],
    [[], /missing required argument 'script'/],
    [["squares.mjs", "--nope"], /unknown option '--nope'/],
    [["squares.mjs", "--schedule", "nope"], /Allowed choices are/],
    [["squares.mjs", "--resume"], /`--resume` to be given with --journal/],
    [
      ["squares.mjs", "--resume", "--journal", "/none"],
      /nothing to go on with: leave out --resume/,
    ],
    [["squares.mjs", "--report", "pdf"], /`--report` to be html, json, md or trace/],
    [["squares.mjs", "--report", "json:"], /The path is empty/],
  ];
  test.each(wrong)("%j: exit 2, and nothing runs", async (args, text) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(text);
  });
});

test("the journal of a second loop is refused before the first one runs", async () => {
  const journal = newPath();
  writeFileSync(`${journal}.2`, "left over");
  const { code, stdout, stderr } = await run("two-jobs.mjs", "5", "--journal", journal);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(`${journal}.2`);
});

test.each([1, 30, 200])(
  "a journal cut off after %i bytes of its header: exit 2, delete it",
  async (length) => {
    const journal = newPath();
    const args = ["squares.mjs", "5", "--workers", "1", "-q", "--journal", journal];
    expect(await run(...args)).toMatchObject({ code: 0 });
    writeFileSync(journal, readFileSync(journal).subarray(0, length));
    for (const resume of [[], ["--resume"]]) {
      const { code, stdout, stderr } = await run(...args, ...resume);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(
        /^swath: Expected `--journal` to be .* cut off before anything was noted: delete it/,
      );
    }
  },
);

test("a file that is no journal is not taken for one that was cut off", async () => {
  const journal = newPath();
  writeFileSync(journal, "my notes, in one line");
  const { code, stderr } = await run("squares.mjs", "5", "-q", "--journal", journal, "--resume");
  expect(code).toBe(1);
  expect(stderr).toMatch(/line 1 is not the header of a journal of swath/);
});

test("a journal that cannot be written on: the job fails, and goes on once there is room", async () => {
  const journal = newPath();
  const args = `run squares.mjs 2000 --workers 2 --chunk 1 --schedule dynamic --report none --progress none --journal ${journal}`;
  const full = await shell(`ulimit -f 20; $SWATH ${args}`, { cwd });
  expect(full).toMatchObject({ code: 1, stdout: "" });
  expect(full.stderr).toMatch(/^swath: Cannot write the journal .*: EFBIG/);
  expect(chunksIn(journal)).toBeGreaterThan(50);
  expect(await shell(`$SWATH ${args} --resume`, { cwd })).toMatchObject({
    code: 0,
    stdout: "2000 3996001 \n",
  });
});

describe("Ctrl-C", () => {
  test("stops gently, tells the command that goes on, and that command does", async () => {
    const journal = newPath();
    const args = ["squares.mjs", "2000", "--journal", journal, "--", "it's"];
    const { code, stdout, stderr } = await interrupted(args, ["SIGINT"], { journal });
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toMatch(/^swath: stopping; what runs has 5 s to end/m);
    expect(stderr).toMatch(/^swath: square was stopped after [\d,]+ of 2,000 items$/m);
    expect(stderr).toContain(
      `swath: to go on, run\n  swath run squares.mjs 2000 --journal ${journal} --resume -- 'it'\\''s'\n`,
    );
    expect(existsSync(`${journal}.lock`)).toBe(false);

    expect(await run(...args)).toMatchObject({ code: 2, stdout: "" });
    const resumed = await run("squares.mjs", "2000", "--journal", journal, "--resume");
    expect(resumed).toMatchObject({ code: 0, stdout: "2000 3996001 \n" });
    expect(resumed.stderr).toMatch(/^square: [\d,]+ items were in the journal /m);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("without a journal, %s: nothing was kept, exit %i", async (signal, expected) => {
    const { code, stdout, stderr } = await interrupted(["squares.mjs", "9000"], [signal]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(stderr).toContain(
      "swath: nothing was kept; to go on next time, run with --journal FILE",
    );
  });

  test("pressed twice ends at once, what was done is kept", async () => {
    const journal = newPath();
    const args = ["squares.mjs", "9000", "--journal", journal];
    const { code } = await interrupted(args, ["SIGINT", "SIGINT"], { journal });
    expect(code).toBe(130);
    expect(existsSync(`${journal}.lock`)).toBe(false);
    expect(chunksIn(journal)).toBeGreaterThan(3);
  });

  test("tells how to go on though the script ends itself when its job rejects", async () => {
    const journal = newPath();
    const args = ["exits.mjs", "--journal", journal];
    const { code, stderr } = await interrupted(args, ["SIGINT"], { journal });
    expect(code).toBe(130);
    expect(stderr).toContain(`swath: to go on, run\n  swath run exits.mjs --journal ${journal}`);
    expect(stderr.split("to go on, run").length).toBe(2);
  });

  test("says nothing of going on when all that ran came to its end", async () => {
    const args = ["last-items.mjs", "--report", "none", "--progress", "none"];
    const { code, stdout, stderr } = await interrupted(args, ["SIGINT"]);
    expect({ code, stdout }).toEqual({ code: 130, stdout: "2\n" });
    expect(stderr).toMatch(/^\nswath: stopping; .*\n$/);
  });

  test("a loop that never ends is cut off, by patience or by a second Ctrl-C", async () => {
    const [patient, impatient] = await Promise.all([
      interrupted(["stuck.mjs"], ["SIGINT"]),
      interrupted(["stuck.mjs"], ["SIGINT", "SIGINT"], { pause: 300 }),
    ]);
    expect([patient.code, impatient.code]).toEqual([130, 130]);
    expect(patient.stderr).toContain("stuck was stopped after 0 of 4 items");
  });

  test("in the second loop: the first is taken from its journal", async () => {
    const journal = newPath();
    const args = ["two-jobs.mjs", "1500", "--journal", journal];
    const { code } = await interrupted(args, ["SIGINT"], { journal: `${journal}.2` });
    expect(code).toBe(130);
    const { stdout, stderr } = await run(...args, "--resume");
    expect(stdout).toBe("first 1500\nsecond 1500\n");
    expect(stderr).toContain(`first: 1,500 items were in the journal ${journal}\n`);
    expect(stderr).toMatch(/^second: [\d,]+ items were in the journal .*\.2$/m);
  });

  test.each([
    ["SIGINT", ["run", "-q", "busy.mjs", "before"]],
    ["SIGTERM", ["run", "-q", "busy.mjs", "before"]],
    ["SIGINT", ["run", "-q", "busy.mjs", "after"]],
    ["SIGINT", ["explain", "busy.mjs", "before"]],
  ] as const)("while no loop runs, %s ends busy code at once: %j", async (signal, args) => {
    const { code, stdout, stderr } = await swath(args, {
      cwd,
      started: (child) => {
        for (const stream of [child.stdout, child.stderr])
          stream?.on("data", (text) => /busy/.test(String(text)) && child.kill(signal));
      },
    });
    expect(code).toBeUndefined();
    expect(stdout + stderr).toBe("busy\n");
  });

  test("a script that ends itself by a signal does so", async () => {
    const { code, stderr } = await run("busy.mjs", "itself", "-q");
    expect({ code, stderr }).toEqual({ code: undefined, stderr: "" });
  });
});
