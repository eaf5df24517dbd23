import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { freemem } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("../fixtures/read-shared.mjs", import.meta.url));
/** Large beside what four threads take themselves, so that a single copy shows. */
const MEGABYTES = 400;
const WORKERS = 4;
/** Four isolates with their code, on any Node; a copy of the array would be four times that. */
const MAX_GROWTH_MB = 130;
const canMeasure = existsSync("/proc/self/status") && freemem() > 3e9;

test.skipIf(!canMeasure).each(["captured", "with"])(
  "an array that is %s and read by four workers is in memory once",
  async (how) => {
    const { VITEST: _, NODE_OPTIONS: __, ...env } = process.env;
    const args = [PROGRAM, String(MEGABYTES), String(WORKERS), how];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    const { isRight, grown, bytesOut } = JSON.parse(stdout);
    expect([isRight, bytesOut]).toEqual([true, 0]);
    expect(grown).toBeLessThan(MAX_GROWTH_MB);
  },
);
