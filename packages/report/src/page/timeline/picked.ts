import { endOf, type Lane } from "../../figures/lanes.ts";

/** A span of a lane, by their indices. */
export interface Picked {
  readonly lane: number;
  readonly span: number;
}

/** The span that took longest, from its begin to its end. */
export function longestSpan(lanes: readonly Lane[]): Picked {
  let best: Picked = { lane: 0, span: 0 };
  let most = -1;
  for (const [index, lane] of lanes.entries()) {
    for (let i = 0; i < lane.begin.length; i++) {
      const length = endOf(lane, i) - (lane.begin[i] as number);
      if (length > most) {
        most = length;
        best = { lane: index, span: i };
      }
    }
  }
  return best;
}
