import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { attachDebugger, type DebuggerClient } from "./debugger-client.ts";

const PROGRAM = fileURLToPath(new URL("../fixtures/debugged.mjs", import.meta.url));
const LINES = readFileSync(PROGRAM, "utf8").split("\n");
const BREAKPOINT = LINES.findIndex((line) => line.includes("@breakpoint"));

const SMALL_HEAP = "--max-old-space-size=200";

test.each([
  ["that Node waited for", ["--inspect-brk=0"]],
  ["that Node waited for, beside flags that threads do not take", [SMALL_HEAP, "--inspect-brk=0"]],
  ["that the program waited for", ["--inspect=0"]],
  ["that the program let in by itself, as editors' hooks do", []],
])("functions of every kind run beside a debugger %s, whose breakpoints hold", async (_, flags) => {
  expect(await debugged(flags, [])).toEqual({ stdout: "[3,6,3,3]\n", stops: 1 });
});

test("a debugger that asks for the threads gets them", async () => {
  const enabled = [["NodeWorker.enable", { waitForDebuggerOnStart: true }]] as const;
  expect(await debugged(["--inspect-brk=0"], enabled)).toEqual({ stdout: "[3,6,3,3]\n", stops: 1 });
});

type Command = readonly [method: string, params: object];

/** Runs the program under a debugger that goes on wherever it stops. */
async function debugged(flags: readonly string[], commands: readonly Command[]) {
  // Marks of the test runner are not the program's.
  const { VITEST: _, NODE_OPTIONS: __, ...env } = process.env;
  const child = spawn(process.execPath, [...flags, PROGRAM], { env, timeout: 25_000 });
  let stdout = "";
  let stderr = "";
  let stops = 0;
  let client: Promise<DebuggerClient> | undefined;
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
    const [, address] = /^Debugger listening on (ws:\S+)\n/m.exec(stderr) ?? [];
    if (address !== undefined) client ??= attach(address, commands, () => stops++);
    // Node waits for its debugger at the end, too.
    if (/Waiting for the debugger to disconnect/.test(stderr)) void client?.then((c) => c.close());
  });
  await new Promise((resolve) => child.on("close", resolve));
  (await client)?.close();
  return { stdout: stdout || stderr, stops };
}

async function attach(address: string, commands: readonly Command[], stopped: () => void) {
  const client = await attachDebugger(address);
  client.on(({ method, params }) => {
    if (method === "Debugger.paused") {
      if (params?.hitBreakpoints?.length) stopped();
      void client.send("Debugger.resume");
    }
    if (method === "NodeWorker.attachedToWorker") {
      const message = JSON.stringify({ id: 1, method: "Runtime.runIfWaitingForDebugger" });
      void client.send("NodeWorker.sendMessageToWorker", { sessionId: params?.sessionId, message });
    }
  });
  await client.send("Runtime.enable");
  await client.send("Debugger.enable");
  const urlRegex = "debugged\\.mjs$";
  await client.send("Debugger.setBreakpointByUrl", { lineNumber: BREAKPOINT, urlRegex });
  for (const [method, params] of commands) await client.send(method, params);
  // The program may begin to wait only now.
  const going = setInterval(() => void client.send("Runtime.runIfWaitingForDebugger"), 50);
  return { ...client, close: () => (clearInterval(going), client.close()) };
}
