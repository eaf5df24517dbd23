import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { seededRandom } from "../../../bench/random.js";
import { killAndResume } from "./fixtures/kill/kill-and-resume.mjs";

const folder = mkdtempSync(join(tmpdir(), "swath-kill-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("killed at 20 random moments and started again: no item lost, none that was journalled run again", async () => {
  const random = seededRandom(20);
  const { problems, kills, resumed } = await killAndResume({ kills: 20, random, folder });
  expect(problems).toEqual([]);
  expect(kills).toBe(20);
  expect(resumed).toBeGreaterThan(0);
}, 120_000);
