import { joinShapes, type Shape } from "../codecs/columns/shape.ts";
import { misfitOf, shapeOf } from "../codecs/columns/shape-of.ts";
import { misfitError } from "../codecs/refusals.ts";
import type { ItemFailure } from "../protocol/messages.ts";
import { type Saver, UnsendableResult } from "./host.ts";

/** Saves only what has a place in columns, as the encoder would refuse the rest. */
export class ColumnSaver implements Saver {
  readonly isAsked = true;
  readonly #saver: Saver;
  #shape: Shape = { kind: "nothing" };

  constructor(saver: Saver) {
    this.#saver = saver;
  }

  get posted(): Saver["posted"] {
    return this.#saver.posted;
  }

  begin(chunk: { readonly id: number; readonly start: number }): void {
    this.#saver.begin(chunk);
  }

  rest(): void {
    this.#saver.rest();
  }

  /** @throws UnsendableResult for a result of another shape than those before it */
  keep(index: number, value: unknown): unknown {
    const own = shapeOf(value);
    const joined = own.kind === "misfit" ? own : joinShapes(this.#shape, own);
    if (joined.kind === "misfit") {
      throw new UnsendableResult(index, misfitError(misfitOf(value, this.#shape) ?? joined));
    }
    this.#shape = joined;
    return this.#saver.keep(index, value);
  }

  failed(index: number, failure: ItemFailure): void {
    this.#saver.failed(index, failure);
  }
}
