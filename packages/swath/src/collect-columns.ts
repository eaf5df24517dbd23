import { Columns } from "./codecs/columns/columns.ts";
import { Packer } from "./codecs/columns/packer.ts";
import { joinShapes, type Shape } from "./codecs/columns/shape.ts";
import { misfitOf } from "./codecs/columns/shape-of.ts";
import { misfitError } from "./codecs/refusals.ts";
import { readerOf } from "./codecs/results-decoder.ts";
import type { Part } from "./driver/collector.ts";
import type { Packed, Rows } from "./protocol/results.ts";

/**
 * The results of all parts in columns.
 *
 * @throws NotSendableError if a result has another shape than those before it
 */
export async function collectColumns<R>(parts: AsyncIterable<Part>): Promise<Columns<R>> {
  const all: Packed[] = [];
  let shape: Shape = { kind: "nothing" };
  for await (const { start, values, failed } of parts) {
    // The job goes on to its end, which is an error.
    if (failed.length > 0) continue;
    let at = start;
    for (const packed of packedOf(values, start)) {
      const { shape: own, maker } = readerOf(packed);
      const joined = joinShapes(shape, own);
      if (joined.kind === "misfit") {
        const misfit = misfitOf(maker.row(packed.columns, 0), shape) ?? joined;
        throw misfitError(misfit, at);
      }
      shape = joined;
      all.push(packed);
      at += packed.count;
    }
  }
  return new Columns(shape, all);
}

/** Results of a journal are values: they are packed here. */
function packedOf(values: Rows, start: number): readonly Packed[] {
  const packed = values.parts?.filter((part) => part.kind === "columns");
  if (packed !== undefined && packed.length === values.parts?.length) return packed;
  const rows = values.slice();
  const made: Packed[] = [];
  const packer = new Packer("columns");
  const refusal = packer.add(rows, 0, rows.length, made);
  if (refusal !== undefined) throw misfitError(refusal.misfit, start + refusal.index);
  packer.seal(made);
  return made;
}
