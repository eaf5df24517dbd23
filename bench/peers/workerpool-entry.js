import workerpool from "workerpool";

workerpool.worker({
  inc: (x) => x + 1,
  incAll: (xs) => xs.map((x) => x + 1),
});
