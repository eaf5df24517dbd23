import { QuickLook } from "../png/quick-look.ts";
import type { QuickLookGeometry } from "../png/sample-block.ts";
import type { ClassifiedPart } from "./classifier.ts";

/** The parts of a raster put together. */
export class ClassTotals {
  /** Pixels per class. */
  readonly classes = new Float64Array(256);
  readonly look: QuickLook | undefined;
  nodata = 0;
  /** Name of the kernel that did it. */
  kernel = "";

  /** @param look of the picture to be made; undefined for none */
  constructor(look: QuickLookGeometry | undefined) {
    this.look = look && new QuickLook(look);
  }

  add(part: ClassifiedPart): void {
    for (const [index, count] of part.classes.entries()) {
      this.classes[index] = (this.classes[index] as number) + count;
    }
    this.nodata += part.nodata;
    this.kernel = part.kernel;
    for (const patch of part.patches) this.look?.place(patch);
  }

  /** Highest class that occurs; 0 where none does. */
  get last(): number {
    return Math.max(
      0,
      this.classes.findLastIndex((count) => count > 0),
    );
  }
}
