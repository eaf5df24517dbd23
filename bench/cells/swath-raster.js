// swath on the flagship raster, in one of its modes.
//
//     node swath-raster.js fn|pure|breaks|mapping FILE WORKERS [elev|australia] [OUT]
import { classify } from "@swath/raster";
import { printAnswer } from "./self.js";

const CUTS = { elev: [200, 300, 400, 500], australia: [1, 151, 401] };

const [mode, path, workers, workload = "elev", output] = process.argv.slice(2);
const question = await askIn(mode);
const began = performance.now();
const result = await classify(path, {
  ...question,
  workers: Number(workers),
  ...(output === undefined ? {} : { output }),
});
const seconds = (performance.now() - began) / 1000;
printAnswer({ seconds, counts: countsOf(result.classes), nodata: result.nodata, output });

/** One count per class: for breaks swath names every class, else by number those that occur. */
function countsOf(classes) {
  if (mode === "breaks") return Object.values(classes);
  return Array.from({ length: CUTS[workload].length + 1 }, (_, k) => classes[k] ?? 0);
}

async function askIn(mode) {
  switch (mode) {
    case "fn":
      return { fn: await classifyTask() };
    case "pure":
      return { fn: await classifyTask(), pure: true };
    case "breaks":
      return { breaks: CUTS[workload] };
    case "mapping":
      return { mapping: mappingOf(CUTS[workload]) };
    default:
      throw new RangeError(`Expected fn, pure, breaks or mapping; got ${mode}`);
  }
}

async function classifyTask() {
  return (await import(`./${workload}-task.js`)).classify;
}

/** The cuts in the syntax of `gdal raster reclassify`. */
function mappingOf(cuts) {
  const ends = ["-inf", ...cuts, "inf"];
  const ranges = ends.slice(1).map((end, k) => {
    const open = k === 0 ? "(" : "[";
    return `${open}${ends[k]},${end})=${k}`;
  });
  return [...ranges, "NO_DATA=NO_DATA"].join("; ");
}
