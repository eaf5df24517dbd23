import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { digestOf } from "../../src/journal/canonical.ts";
import { itemsFingerprint } from "../../src/journal/fingerprint.ts";
import type { JournalHeader } from "../../src/journal/header.ts";

/** A folder for a file of tests, removed after them; each call gives a new path in it. */
export function scratchPaths(): () => string {
  const folder = mkdtempSync(join(tmpdir(), "swath-journal-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  let count = 0;
  return () => join(folder, `${count++}.journal`);
}

/** The header of a map over `items`. */
export function headerOf(
  items: readonly unknown[],
  changed: Partial<JournalHeader> = {},
): JournalHeader {
  return {
    mode: "map",
    itemCount: items.length,
    unit: 1,
    task: { name: "score", text: digestOf("text"), origin: "" },
    init: null,
    with: digestOf(undefined),
    initial: digestOf(undefined),
    source: itemsFingerprint("array", items.length, (start, end) => items.slice(start, end)),
    ...changed,
  };
}
