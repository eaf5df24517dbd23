import type { Writable } from "node:stream";
import { now } from "../../protocol/clock.ts";

/** So many bytes may be on their way to the program's own streams before a task has to wait. */
const MAX_UNWRITTEN = 1024 * 1024;
/** The longest that one write waits: a program that itself waits for its task must not hang. */
const MAX_WAIT_MS = 1_000;

/**
 * Takes over this thread's stdout and stderr: each write leaves the thread before it returns,
 * so that neither a long synchronous loop nor the thread's end can lose it. Node's own way
 * keeps writes until the event loop turns.
 *
 * @param send hands bytes on, in memory of their own; absent, they are dropped
 */
export function captureOutput(
  send: ((to: "stdout" | "stderr", bytes: Uint8Array<ArrayBuffer>) => void) | undefined,
): void {
  for (const to of ["stdout", "stderr"] as const) {
    const stream = process[to] as unknown as Pick<Writable, "_write" | "_writev">;
    stream._write = (chunk: string | Uint8Array, encoding, done) => {
      send?.(to, bytesOf(chunk, encoding));
      done();
    };
    // One chunk after the other, also after `uncork`.
    Object.defineProperty(stream, "_writev", { value: null });
  }
}

/** Counts bytes up that the program has still to write, and waits while they are too many. */
export function waitForRoom(unwritten: Int32Array, bytes: number): void {
  let waiting = Atomics.add(unwritten, 0, bytes) + bytes;
  if (waiting <= MAX_UNWRITTEN) return;
  const deadline = now() + MAX_WAIT_MS;
  while (waiting > MAX_UNWRITTEN && now() < deadline) {
    Atomics.wait(unwritten, 0, waiting, deadline - now());
    waiting = Atomics.load(unwritten, 0);
  }
}

function bytesOf(chunk: string | Uint8Array, encoding: BufferEncoding): Uint8Array<ArrayBuffer> {
  // Copies: a Buffer shares its memory with others, all of which would be sent.
  return Uint8Array.from(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
}
