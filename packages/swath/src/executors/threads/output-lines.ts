import type { Printed } from "./thread-messages.ts";
import type { Stdio } from "./thread-options.ts";

/** A line that grows beyond this many bytes is written in parts. */
const MAX_HELD_BYTES = 64 * 1024;
const NEWLINE = 10;

interface HeldLine {
  readonly parts: Uint8Array[];
  bytes: number;
}

/**
 * Writes what one worker prints, whole lines at a time, so that lines of different workers
 * stay apart.
 */
export class OutputLines {
  readonly #worker: number;
  readonly #mode: Stdio;
  readonly #unwritten: Int32Array;
  readonly #held = { stdout: emptyLine(), stderr: emptyLine() };

  /** @param unwritten one word: bytes on their way, which the worker counts up */
  constructor(worker: number, mode: Stdio, unwritten: Int32Array) {
    this.#worker = worker;
    this.#mode = mode;
    this.#unwritten = unwritten;
  }

  write(printed: Printed): void {
    const to = this.#mode === "stderr" ? "stderr" : printed.to;
    const { bytes } = printed;
    const written = () => this.#credit(bytes.length);
    if (printed.isLog) return void process.stderr.write(this.#marked(printed), written);
    const marks = this.#mode === "marked";
    this.#take(to, bytes, marks ? this.#mark(printed.itemIndex) : undefined, written);
  }

  /** Writes lines that have no end yet. */
  flush(): void {
    for (const to of ["stdout", "stderr"] as const) {
      const held = this.#held[to];
      if (held.bytes > 0) process[to].write(Buffer.concat([...held.parts, Buffer.from("\n")]));
      this.#held[to] = emptyLine();
    }
  }

  #take(
    to: "stdout" | "stderr",
    bytes: Uint8Array,
    mark: Uint8Array | undefined,
    written: () => void,
  ): void {
    const ready: Uint8Array[] = [];
    let start = 0;
    while (start < bytes.length) {
      const held = this.#held[to];
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline + 1;
      if (mark !== undefined && held.bytes === 0) held.parts.push(mark);
      held.parts.push(bytes.subarray(start, end));
      held.bytes += end - start;
      if (newline >= 0 || held.bytes > MAX_HELD_BYTES) {
        ready.push(...held.parts);
        this.#held[to] = emptyLine();
      }
      start = end;
    }
    if (ready.length === 0) written();
    else process[to].write(Buffer.concat(ready), written);
  }

  #marked({ bytes, itemIndex }: Printed): Buffer {
    return Buffer.concat([this.#mark(itemIndex), bytes]);
  }

  #mark(itemIndex: number): Buffer {
    const item = itemIndex < 0 ? "" : `, item ${itemIndex}`;
    return Buffer.from(`[worker ${this.#worker}${item}] `);
  }

  #credit(bytes: number): void {
    Atomics.sub(this.#unwritten, 0, bytes);
    Atomics.notify(this.#unwritten, 0);
  }
}

function emptyLine(): HeldLine {
  return { parts: [], bytes: 0 };
}
