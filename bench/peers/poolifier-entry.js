import { ThreadWorker } from "poolifier";

export const worker = new ThreadWorker({
  inc: (x) => x + 1,
  incAll: (xs) => xs.map((x) => x + 1),
});
