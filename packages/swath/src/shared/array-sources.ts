import { type DType, type SharedView } from "../protocol/shared-view.ts";
import { defineSource, type Source } from "../sources/source.ts";
import type { TypedArrayOf } from "./dtype.ts";
import { sizeOf } from "./shape.ts";
import { tileCounts } from "./shared-items.ts";

/** The rows of an array of two or more axes. */
export function rowSource<T>(array: SharedView): Source<T> {
  return defineSource({
    name: `SharedArray rows`,
    length: array.shape[0] as number,
    access: { route: "share", how: { kind: "shared", array, tile: undefined } },
  });
}

/** Its tiles, row by row of tiles. */
export function tileSource<T>(array: SharedView, tile: readonly number[]): Source<T> {
  return defineSource({
    name: `SharedArray tiles`,
    length: sizeOf(tileCounts(array.shape, tile)),
    access: { route: "share", how: { kind: "shared", array, tile } },
  });
}

/** Its elements, which make one typed array. */
export function elementSource<D extends DType>(view: TypedArrayOf<D>): Source<unknown> {
  return defineSource({
    name: "SharedArray elements",
    length: view.length,
    access: { route: "share", how: { kind: "view", view: view as ArrayLike<unknown> } },
  });
}
