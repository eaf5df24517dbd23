import type { SharedView } from "../protocol/shared-view.ts";
import { bytesOf, codeOf, DTYPES, dtypeOfCode } from "./dtype.ts";
import { ArrayDamagedError, ArrayTooLargeError, memoryLimit } from "./errors.ts";
import { sizeOf, spanOf, stridesOf } from "./shape.ts";

/** "SWATHARR" in ASCII. */
const MAGIC = 0x5357415448415252n;
const VERSION = 1;
/** Elements begin on a cache line: V8 copies shared memory byte by byte where it is not aligned. */
const ALIGNMENT = 64;
/** Bytes of a header before the lengths and strides of its axes. */
const FIXED_BYTES = 32;
/** Axes that an array may have, as in NumPy. */
export const MAX_AXES = 32;

/** Where the fields lie; numbers are little-endian, elements in the machine's own order. */
const AT = { magic: 0, version: 8, dtype: 12, axes: 16, reserved: 20, data: 24 } as const;

/**
 * Makes a buffer for an array whose elements lie one after the other, all 0, and writes what it
 * is into its head.
 *
 * @throws ArrayTooLargeError if there is not so much memory
 */
export function makeBuffer({ dtype, shape }: Pick<SharedView, "dtype" | "shape">): SharedView {
  const byteOffset = dataOffset(shape.length);
  const bytes = byteOffset + sizeOf(shape) * bytesOf(dtype);
  const strides = stridesOf(shape);
  const buffer = allocate(bytes, { dtype, shape });
  const head = new DataView(buffer, 0, byteOffset);
  head.setBigUint64(AT.magic, MAGIC);
  head.setUint32(AT.version, VERSION, true);
  head.setUint32(AT.dtype, codeOf(dtype), true);
  head.setUint32(AT.axes, shape.length, true);
  head.setBigUint64(AT.data, BigInt(byteOffset), true);
  [...shape, ...strides].forEach((n, i) => {
    head.setBigUint64(FIXED_BYTES + 8 * i, BigInt(n), true);
  });
  return { buffer, dtype, shape, strides, byteOffset };
}

/**
 * Reads what an array is from the head of its buffer. All of it is checked: elements never lie
 * outside of the buffer.
 *
 * @throws ArrayDamagedError if the buffer is no array, or not whole
 */
export function readBuffer(buffer: SharedArrayBuffer): SharedView {
  const refuse = (what: string): never => {
    throw new ArrayDamagedError(buffer.byteLength, what);
  };
  if (buffer.byteLength < FIXED_BYTES) refuse("it is too short for an array's head");
  const head = new DataView(buffer);
  if (head.getBigUint64(AT.magic) !== MAGIC) refuse("it does not begin with an array's head");
  const version = head.getUint32(AT.version, true);
  if (version !== VERSION) refuse(`its layout is version ${version}, this is version ${VERSION}`);
  const code = head.getUint32(AT.dtype, true);
  const dtype = dtypeOfCode(code) ?? refuse(`its dtype ${code} is not known`);
  if (!DTYPES.includes(dtype)) refuse(`Node ${process.versions.node} has no array for ${dtype}`);
  const axes = head.getUint32(AT.axes, true);
  if (axes < 1 || axes > MAX_AXES) refuse(`it says that it has ${axes} axes`);
  if (buffer.byteLength < FIXED_BYTES + 16 * axes) refuse("it is too short for an array's head");
  const numbers = Array.from({ length: 2 * axes }, (_, i) =>
    Number(head.getBigUint64(FIXED_BYTES + 8 * i, true)),
  );
  const shape = numbers.slice(0, axes);
  const strides = numbers.slice(axes);
  const byteOffset = Number(head.getBigUint64(AT.data, true));
  const view = { buffer, dtype, shape, strides, byteOffset };
  const fault = faultOf(view);
  if (fault !== undefined) refuse(fault);
  return view;
}

/** What is wrong with a view, if anything: its elements must lie within its buffer. */
export function faultOf(view: SharedView): string | undefined {
  const { buffer, dtype, shape, strides, byteOffset } = view;
  const numbers = [...shape, ...strides, byteOffset];
  if (!numbers.every((n) => Number.isSafeInteger(n) && n >= 0)) return "its lengths are no lengths";
  if (strides.length !== shape.length) return "it has more lengths than strides, or fewer";
  if (strides.at(-1) !== 1) return "its last axis is not contiguous";
  if (byteOffset % bytesOf(dtype) !== 0) return "its elements are not aligned";
  const end = byteOffset + spanOf(shape, strides) * bytesOf(dtype);
  if (!Number.isSafeInteger(end) || end > buffer.byteLength) {
    return `its elements would end at byte ${end}, outside of it`;
  }
  return undefined;
}

/** Where the elements of an array of so many axes begin. */
export function dataOffset(axes: number): number {
  return Math.ceil((FIXED_BYTES + 16 * axes) / ALIGNMENT) * ALIGNMENT;
}

/**
 * Shared memory, all 0. More than the machine has is refused: the system may well promise it, and
 * end the program when it is used.
 *
 * @throws ArrayTooLargeError
 */
export function allocate(
  bytes: number,
  kind: Pick<SharedView, "dtype" | "shape">,
): SharedArrayBuffer {
  if (bytes > memoryLimit()) throw new ArrayTooLargeError(bytes, kind);
  try {
    return new SharedArrayBuffer(bytes);
  } catch (cause) {
    throw new ArrayTooLargeError(bytes, kind, { cause });
  }
}
