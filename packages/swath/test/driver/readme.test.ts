import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { guidedSchedule } from "../../src/schedules/guided.ts";
import { Script } from "./script.ts";

const README = readFileSync(new URL("../../src/driver/README.md", import.meta.url), "utf8");

/** Rows of the table under a heading, without its head. */
function rowsUnder(heading: string): readonly (readonly [string, string])[] {
  const [, section = ""] = README.split(`## ${heading}`);
  return section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) => line.split("|").map((cell) => cell.trim()) as [string, string, string])
    .map(([, event, commands]) => [event, commands.replaceAll("`", "")] as const);
}

test("the worked run of driver/README.md is what the driver does", () => {
  const schedule = guidedSchedule({ itemCount: 10, workers: 2 });
  const script = new Script({ schedule, itemCount: 10 });
  const rows = rowsUnder("One worked run");
  expect(rows.length).toBeGreaterThan(5);
  for (const [events, commands] of rows) {
    const told = script.tellAll(...events.split(", "));
    expect(`${events}: ${told.join(", ") || "–"}`).toBe(`${events}: ${commands}`);
  }
  expect(script.driver.isOver).toBe(true);
});
