import { map, range } from "swath";
import * as tasks from "./bound-tasks.js";
import { copyScaling } from "./copy-threads.js";
const copy = { from: new Float64Array(new SharedArrayBuffer(256e6)), to: new Float64Array(new SharedArrayBuffer(256e6)) };
copy.from.fill(1); copy.to.fill(1);
for (let k = 0; k < 3; k++) {
  const before = await copyScaling(copy);
  const job = map(range(4800), tasks.copies, { workers: 2, with: copy, report: { calibrate: true } });
  await job;
  const r = await job.report;
  const after = await copyScaling(copy);
  const s = r.spans;
  const n = s.begin.length;
  const rows = [];
  for (let i = 0; i < n; i++) {
    const b = s.begin[i], e = b + s.duration[i];
    let over = 0;
    for (let j = 0; j < n; j++) if (s.worker[j] !== s.worker[i]) over += Math.max(0, Math.min(e, s.begin[j] + s.duration[j]) - Math.max(b, s.begin[j]));
    rows.push({ b, us: (1e6 * s.run[i]) / (s.end[i] - s.start[i]), n: s.end[i] - s.start[i], share: over / s.duration[i], w: s.worker[i], run: s.run[i] });
  }
  const mean = (f) => { const l = rows.filter(f); return (1e6 * l.reduce((a, x) => a + x.run, 0)) / l.reduce((a, x) => a + x.n, 0); };
  const alone = mean((x) => x.share < 0.02 && x.b > 0.1 * r.wall && x.b < 0.95 * r.wall), beside = mean((x) => x.share > 0.98);
  console.log(`wall ${r.wall.toFixed(2)} cs ${r.computeScaling?.value.toFixed(2)} (${r.computeScaling?.low.toFixed(2)}-${r.computeScaling?.high.toFixed(2)}) by hand ${before.toFixed(2)} ${after.toFixed(2)} all alone/beside ${(alone / beside).toFixed(2)} ${r.bound.kind}`);
  if (process.argv[2]) for (const x of rows) console.log(`${(1e3 * x.b).toFixed(0).padStart(5)} w${x.w} n${x.n} ${x.us.toFixed(0)}us ${x.share < 0.02 ? "ALONE" : x.share > 0.98 ? "" : x.share.toFixed(2)}`);
}
process.exit();
