import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PYTHON_WITH_RASTERIO } from "./tiff/write/gdal.ts";

export { PYTHON_WITH_RASTERIO, RASTERIO_ABSENT } from "./tiff/write/gdal.ts";

const SCRIPT = fileURLToPath(new URL("rasterio-oracle.py", import.meta.url));

/** Asks `rasterio-oracle.py`: one question, one Python process, one answer for each job. */
export function askOracle<A>(question: string, jobs: readonly object[]): readonly A[] {
  const run = spawnSync(PYTHON_WITH_RASTERIO ?? "python3", [SCRIPT, question], {
    input: JSON.stringify(jobs),
    encoding: "utf8",
    env: { ...process.env, GDAL_PAM_ENABLED: "NO" },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as readonly A[];
}
