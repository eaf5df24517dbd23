import type { Block } from "./block.ts";
import { aligned, type BlockFile } from "./block-file.ts";
import type { BlockQueue } from "./block-queue.ts";
import { HOST_ORDER, swapBytes } from "./byte-order.ts";

/**
 * Visit uncompressed blocks: neighbours are read at once into the arena and visited where
 * they lie. Strips that adjoin in the file are visited as one block.
 *
 * The arena holds a piece of the file, then a slot for blocks that cannot be used in place,
 * those at odd distances from the first of their piece.
 */
export function visitPlain(
  file: BlockFile,
  queue: BlockQueue,
  pieceBytes: number,
  visit: (block: Block) => void,
): void {
  const slot = file.start + aligned(Math.max(pieceBytes, file.sizes.blockBytes));
  for (let at = 0; at < queue.length; ) {
    if (queue.isSparse(at)) {
      file.visitSparse(queue.index(at), visit);
      at++;
      continue;
    }
    const end = queue.runEnd(at, pieceBytes);
    const from = queue.offset(at);
    file.ensure(slot - file.start + file.sizes.blockBytes);
    const bytes = queue.offset(end - 1) + queue.bytes(end - 1) - from;
    file.read(from, file.arenaBytes(), file.start, bytes);
    visitRun(file, queue, at, end, slot, visit);
    at = end;
  }
}

function visitRun(
  file: BlockFile,
  queue: BlockQueue,
  first: number,
  end: number,
  slot: number,
  visit: (block: Block) => void,
): void {
  const { image, sizes } = file;
  const swaps = image.byteOrder !== HOST_ORDER && sizes.bytesEach > 1;
  const from = queue.offset(first);
  for (let at = first; at < end; ) {
    const index = queue.index(at);
    const offset = queue.offset(at);
    let bytes = queue.bytes(at);
    at++;
    if (image.layout === "strips") {
      while (at < end && adjoins(queue, at, index, offset + bytes)) bytes += queue.bytes(at++);
    }
    let place = file.start + offset - from;
    if (place % sizes.bytesEach !== 0) {
      // Several strips in one block are moved down to an aligned place, one alone to the slot.
      const target = bytes > sizes.blockBytes ? file.start : slot;
      file.arenaBytes().copyWithin(target, place, place + bytes);
      place = target;
    }
    if (swaps) swapInPlace(file, place, bytes);
    visit(file.block(index, place, bytes / sizes.rowBytes));
  }
}

/** Whether the strip at `at` follows in image and file. */
function adjoins(queue: BlockQueue, at: number, firstIndex: number, stop: number): boolean {
  return (
    queue.offset(at) === stop &&
    queue.index(at) > firstIndex &&
    queue.index(at) === queue.index(at - 1) + 1
  );
}

function swapInPlace(file: BlockFile, place: number, bytes: number): void {
  const began = performance.now();
  swapBytes(new Uint8Array(file.arena.buffer, place, bytes), file.sizes.bytesEach);
  file.decodeMicros += (performance.now() - began) * 1000;
}
