import { NotSendableError } from "../errors.ts";
import type { ResultMessage } from "../protocol/results.ts";
import type { Misfit } from "./columns/shape.ts";
import type { RefusedResult } from "./results-encoder.ts";
import { isSendable, unsendablePart } from "./unsendable.ts";

/** A result that cannot leave the worker, by its place in the chunk. */
export interface Refused {
  readonly offset: number;
  readonly error: NotSendableError;
}

/** The errors for results that have no place in columns. */
export function misfits(refused: readonly RefusedResult[]): readonly Refused[] {
  return refused.map(({ offset, misfit }) => ({ offset, error: misfitError(misfit) }));
}

/**
 * The error for a result that has no place in columns.
 *
 * @param itemIndex which it is, where whoever hears of it cannot know
 */
export function misfitError({ path, expected, got }: Misfit, itemIndex?: number): NotSendableError {
  const item = itemIndex === undefined ? "" : ` for item ${itemIndex}`;
  const where = `Cannot put what the task returned${item} into columns: \`value${path}\` is ${got}`;
  const why =
    expected === ""
      ? "Columns take numbers, booleans, strings, null, and plain objects and arrays of these"
      : `In the results before it was ${expected}: all must have one shape`;
  const way = 'Return the same shape for each item, or leave out `results: "columns"`';
  return new NotSendableError(`${where}. ${why}. ${way}`, { itemIndex });
}

/**
 * The errors for results that structured clone refuses. In the message they become undefined, so
 * that it can be sent without them.
 */
export function unsendables(message: ResultMessage, cause: unknown): readonly Refused[] {
  const refused: Refused[] = [];
  let offset = 0;
  for (const part of "parts" in message ? message.parts : [listPart(message)]) {
    if (part.kind !== "values") {
      offset += part.count;
      continue;
    }
    const values = part.values as unknown[];
    for (let i = 0; i < values.length; i++, offset++) {
      if (isSendable(values[i])) continue;
      refused.push({ offset, error: unsendable(values[i], cause) });
      values[i] = undefined;
    }
  }
  return refused;
}

function listPart(values: readonly unknown[]) {
  return { kind: "values", values } as const;
}

/** The error for a result that structured clone refuses. */
export function unsendable(value: unknown, cause: unknown): NotSendableError {
  const { path, what } = unsendablePart(value);
  const message = `Cannot send what the task returned: \`${path}\` is ${what}. Return plain data or typed arrays`;
  return new NotSendableError(message, { cause });
}
