import { ThreadWorker } from "poolifier";

export default new ThreadWorker({
  inc: (x) => x + 1,
  incAll: (xs) => xs.map((x) => x + 1),
});
