/** The part of `WebAssembly.Memory` that is used. */
export interface WasmMemory {
  /** Another object after {@link grow}. */
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** An exported function of numbers only. */
export type WasmCall = (...values: readonly number[]) => void;

/** The part of JavaScript's WebAssembly interface that is used; Node's types have none. */
declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number; maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { env: { memory: WasmMemory } },
  ) => { readonly exports: Readonly<Record<string, WasmCall>> };
  validate(bytes: Uint8Array): boolean;
};

/** Pages of 64 KiB of the largest 32-bit memory: 4 GiB. */
export const MAX_PAGES = 65_536;
export const PAGE_BYTES = 65_536;

export function createMemory(bytes: number): WasmMemory {
  const initial = Math.ceil(bytes / PAGE_BYTES);
  return new WebAssembly.Memory({ initial, maximum: MAX_PAGES });
}

/** Compiles a module that imports `env.memory`, and gives its exported functions. */
export function instantiate(
  bytes: Uint8Array,
  memory: WasmMemory,
): Readonly<Record<string, WasmCall>> {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
}

/** A module whose only function makes a vector and drops it. */
const SIMD_PROBE: readonly number[] = [
  [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  [0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  [0x03, 0x02, 0x01, 0x00],
  [0x0a, 0x09, 0x01, 0x07, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x1a, 0x0b],
].flat();

/** Whether WebAssembly with 128-bit vectors can run here. */
export function hasSimd(): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(Uint8Array.from(SIMD_PROBE));
}
