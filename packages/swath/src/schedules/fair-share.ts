/**
 * The size of the next chunk by guided self-scheduling, in items or in cost:
 * `remaining / (2 · workers)`, counted at the time at which the chunk will start. While its
 * worker finishes what is `ahead`, every other worker takes about as much; a chunk cut by what
 * remains *now* would be too large by then, and keep its worker busy when all others are done
 * (7 % of the whole run for 2,000 even items on 8 workers).
 *
 * @returns 0 or less than one item where the others will have finished all by then
 */
export function fairShare(remaining: number, ahead: number, workers: number): number {
  return Math.max(0, remaining - workers * ahead) / (2 * workers);
}
