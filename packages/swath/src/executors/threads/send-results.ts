import type { MessagePort, Transferable } from "node:worker_threads";
import { postCarried } from "../../codecs/carry.ts";
import { misfits, unsendables } from "../../codecs/refusals.ts";
import type { EncodedResults } from "../../codecs/results-encoder.ts";
import type { ChunkMessage, ItemFailure } from "../../protocol/messages.ts";

/**
 * Sends the results of a chunk. Those that cannot be sent are left out, if the chunk keeps going;
 * else nothing is sent.
 *
 * @param moves what changes hands with them
 * @param unit items that an index stands for
 * @returns the results that cannot be sent; in a fold, as the first item of their block
 */
export function sendResults(
  port: MessagePort,
  { message, transfer, refused }: EncodedResults,
  moves: readonly Transferable[],
  { start, keepGoing }: ChunkMessage,
  unit: number,
): readonly ItemFailure[] {
  const failure = ({ offset, error }: { readonly offset: number; readonly error: unknown }) => {
    return { itemIndex: (start + offset) * unit, preview: "", attempt: 1, error };
  };
  const failures = misfits(refused).map(failure);
  if (failures.length > 0 && !keepGoing) return failures;
  const all = [...transfer, ...moves];
  try {
    postCarried(port, message, all);
    return failures;
  } catch (cause) {
    const unsendable = unsendables(message, cause).map(failure);
    if (unsendable.length === 0) throw cause;
    if (keepGoing) postCarried(port, message, all);
    return [...failures, ...unsendable];
  }
}
