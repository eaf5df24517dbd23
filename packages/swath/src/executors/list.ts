/** V8 keeps longer lists that are made at once in a slow form. */
const MAX_AT_ONCE = 32 * 1024 * 1024;

/** A list with room for `length` values, to be filled from the front. */
export function listFor<T>(length: number): T[] {
  return length <= MAX_AT_ONCE ? new Array<T>(length) : [];
}
