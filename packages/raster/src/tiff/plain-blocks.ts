import type { Block } from "./block.ts";
import { aligned, type BlockFile } from "./block-file.ts";
import type { BlockQueue } from "./block-queue.ts";
import { HOST_ORDER, swapBytes } from "./byte-order.ts";
import type { TiffImage } from "./image.ts";

/** How uncompressed blocks are read and shown. */
export interface PlainVisit {
  /** Most bytes read at once, unless a block alone is larger. */
  readonly pieceBytes: number;
  /** Whether neighbouring tiles that lie behind each other are visited as one. */
  readonly joinTiles: boolean;
}

/**
 * Visit uncompressed blocks: neighbours are read at once into the arena and visited where
 * they lie. Strips that adjoin in the file are visited as one block, tiles on demand.
 *
 * The arena holds a piece of the file, then a slot for blocks that cannot be used in place,
 * those at odd distances from the first of their piece.
 */
export function visitPlain(
  file: BlockFile,
  queue: BlockQueue,
  { pieceBytes, joinTiles }: PlainVisit,
  visit: (block: Block) => void,
): void {
  const joins = file.image.layout === "strips" ? always : joinTiles ? isWholeNeighbour : never;
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
    visitRun(file, queue, { first: at, end, slot, joins }, visit);
    at = end;
  }
}

/** Blocks that were read at once, by position in the queue. */
interface Run {
  readonly first: number;
  readonly end: number;
  /** Where in the arena a block is put that cannot be used in place. */
  readonly slot: number;
  readonly joins: Joins;
}

function visitRun(
  file: BlockFile,
  queue: BlockQueue,
  { first, end, slot, joins }: Run,
  visit: (block: Block) => void,
): void {
  const { image, sizes } = file;
  const swaps = image.byteOrder !== HOST_ORDER && sizes.bytesEach > 1;
  const from = queue.offset(first);
  for (let at = first; at < end; ) {
    const start = at;
    const index = queue.index(at);
    const offset = queue.offset(at);
    let bytes = queue.bytes(at);
    at++;
    while (
      at < end &&
      adjoins(queue, at, index, offset + bytes) &&
      joins(image, index, at - start)
    ) {
      bytes += queue.bytes(at++);
    }
    let place = file.start + offset - from;
    if (place % sizes.bytesEach !== 0) {
      // Several blocks in one are moved down to an aligned place, one alone to the slot.
      const target = bytes > sizes.blockBytes ? file.start : slot;
      file.arenaBytes().copyWithin(target, place, place + bytes);
      place = target;
    }
    if (swaps) swapInPlace(file, place, bytes);
    const tiles = image.layout === "tiles" ? at - start : 1;
    visit(
      tiles > 1
        ? file.tiles(index, place, tiles)
        : file.block(index, place, bytes / sizes.rowBytes),
    );
  }
}

/** Whether the block at `at` follows in image and file. */
function adjoins(queue: BlockQueue, at: number, firstIndex: number, stop: number): boolean {
  return (
    queue.offset(at) === stop &&
    queue.index(at) > firstIndex &&
    queue.index(at) === queue.index(at - 1) + 1
  );
}

/** Whether a block may be shown together with the `count` blocks before it, from `first` on. */
type Joins = (image: TiffImage, first: number, count: number) => boolean;

const never: Joins = () => false;

const always: Joins = () => true;

/** Whole tiles of one row of tiles: neither it nor the first is cut off by the image's edge. */
function isWholeNeighbour(image: TiffImage, first: number, count: number): boolean {
  const { width, height, blockWidth, blockHeight, blocksAcross } = image;
  const across = (first % blocksAcross) + count;
  const down = Math.floor(first / blocksAcross);
  return (across + 1) * blockWidth <= width && (down + 1) * blockHeight <= height;
}

function swapInPlace(file: BlockFile, place: number, bytes: number): void {
  const began = performance.now();
  swapBytes(new Uint8Array(file.arena.buffer, place, bytes), file.sizes.bytesEach);
  file.decodeMicros += (performance.now() - began) * 1000;
}
