import { InvalidOptionError } from "../errors.ts";

/**
 * @throws InvalidOptionError if the memory of a buffer, or of a view on one, has been moved away
 */
export function assertAttached(name: string, value: ArrayBufferLike | ArrayBufferView): void {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (!isDetached(buffer)) return;
  const what = "memory that is still here";
  const hint = ". It is detached: its memory was moved to another thread; copy it before";
  throw new InvalidOptionError(name, what, value, hint);
}

/** Views on memory that has been moved away cannot be made. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    return new Uint8Array(buffer).length > 0;
  } catch {
    return true;
  }
}
