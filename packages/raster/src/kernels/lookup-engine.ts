import { pixelView } from "../dtype.ts";
import { CODE_COUNT, NODATA_CODE } from "../rules/rules.ts";
import type { ClassTable } from "../rules/table.ts";
import { BufferArena, WasmArena } from "./arena.ts";
import { type Engine, type EnginePart, HEAD_BYTES } from "./kernel.ts";
import { COUNTER_SETS, COUNTERS, lookupModule } from "./lookup-code.ts";
import { outputByte } from "./threshold-tests.ts";
import { instantiate, MAX_PAGES, type WasmCall } from "./wasm-host.ts";

const COUNTERS_OFFSET = 0;
const TABLE_OFFSET = HEAD_BYTES;

/** Looks every pixel up in a table of all values: its time does not depend on the rule. */
export class LookupWasmEngine implements Engine {
  readonly name = "lookup-wasm";
  readonly arena: WasmArena;
  readonly #bytesPerPixel: 1 | 2;
  readonly #entries: LookupEntries;
  readonly #count: WasmCall;
  readonly #classify: WasmCall;
  #counters = new Uint32Array(0);

  /** @param nodataByte what is written for nodata pixels */
  constructor(table: ClassTable, nodataByte: number) {
    this.#bytesPerPixel = table.length === 256 ? 1 : 2;
    this.#entries = new LookupEntries(table, nodataByte);
    this.arena = new WasmArena(TABLE_OFFSET + this.#entries.table.byteLength);
    new Uint16Array(this.arena.buffer, TABLE_OFFSET, table.length).set(this.#entries.table);
    const code = lookupModule(
      {
        bytesPerPixel: this.#bytesPerPixel,
        tableOffset: TABLE_OFFSET,
        countersOffset: COUNTERS_OFFSET,
      },
      MAX_PAGES,
    );
    const exports = instantiate(code, this.arena.memory);
    this.#count = exports["count"] as WasmCall;
    this.#classify = exports["classify"] as WasmCall;
  }

  run(part: EnginePart, tally: Float64Array): void {
    const { byteOffset, width, height, out } = part;
    const stride = part.stride * this.#bytesPerPixel;
    if (out === undefined) this.#count(byteOffset, width, height, stride, 0, 0);
    else this.#classify(byteOffset, width, height, stride, out.byteOffset, out.stride);
    if (this.#counters.buffer !== this.arena.buffer) {
      const length = COUNTERS * COUNTER_SETS;
      this.#counters = new Uint32Array(this.arena.buffer, COUNTERS_OFFSET, length);
    }
    this.#entries.takeCounts(this.#counters, tally);
  }
}

/** The same without WebAssembly. */
export class LookupEngine implements Engine {
  readonly name = "lookup";
  readonly arena = new BufferArena(HEAD_BYTES);
  readonly #dtype: "uint8" | "uint16";
  readonly #entries: LookupEntries;
  readonly #counters = new Uint32Array(COUNTERS * COUNTER_SETS);

  /** @param nodataByte what is written for nodata pixels */
  constructor(table: ClassTable, nodataByte: number) {
    this.#dtype = table.length === 256 ? "uint8" : "uint16";
    this.#entries = new LookupEntries(table, nodataByte);
  }

  run(part: EnginePart, tally: Float64Array): void {
    const { byteOffset, width, height, stride, out } = part;
    const length = (height - 1) * stride + width;
    const pixels = pixelView(this.#dtype, this.arena.buffer, byteOffset, length);
    const { table } = this.#entries;
    for (let y = 0; y < height; y++) {
      const row = pixels.subarray(y * stride, y * stride + width) as Uint8Array | Uint16Array;
      if (out === undefined) countRow(row, table, this.#counters);
      else {
        const classes = new Uint8Array(this.arena.buffer, out.byteOffset + y * out.stride, width);
        classifyRow(row, table, this.#counters, classes);
      }
    }
    this.#entries.takeCounts(this.#counters, tally);
  }
}

/**
 * A table as the kernels want it. An entry's low byte is what is written; codes that are no
 * class have a bit above it, so that they are counted apart from the class of that number.
 */
class LookupEntries {
  readonly table: Uint16Array;
  /** Code and entry of every code that the table uses. */
  readonly #used: readonly (readonly [code: number, entry: number])[];

  constructor(table: ClassTable, nodataByte: number) {
    const entries = Uint16Array.from({ length: CODE_COUNT }, (_, code) => {
      const kind = code < NODATA_CODE ? 0 : code - NODATA_CODE + 1;
      return (kind << 8) | outputByte(code, nodataByte);
    });
    this.table = table.map((code) => entries[code] as number);
    this.#used = [...new Set(table)].map((code) => [code, entries[code] as number]);
  }

  /** Moves what the kernels have counted to the tally. */
  takeCounts(counters: Uint32Array, tally: Float64Array): void {
    for (const [code, entry] of this.#used) {
      let pixels = 0;
      for (let at = entry; at < COUNTERS * COUNTER_SETS; at += COUNTERS) {
        pixels += counters[at] as number;
        counters[at] = 0;
      }
      tally[code] = (tally[code] as number) + pixels;
    }
  }
}

function countRow(pixels: Uint8Array | Uint16Array, table: Uint16Array, counters: Uint32Array) {
  for (let x = 0; x < pixels.length; x++) {
    const entry = table[pixels[x] as number] as number;
    const at = entry + COUNTERS * (x % COUNTER_SETS);
    counters[at] = (counters[at] as number) + 1;
  }
}

function classifyRow(
  pixels: Uint8Array | Uint16Array,
  table: Uint16Array,
  counters: Uint32Array,
  classes: Uint8Array,
): void {
  for (let x = 0; x < pixels.length; x++) {
    const entry = table[pixels[x] as number] as number;
    const at = entry + COUNTERS * (x % COUNTER_SETS);
    classes[x] = entry;
    counters[at] = (counters[at] as number) + 1;
  }
}
