import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { resolveJournal } from "../src/journal-option.ts";

describe("the journal option", () => {
  test("a path, or a path and force", () => {
    expect(resolveJournal("a", {})).toEqual({ path: "a", force: false, isChosen: true });
    const option = { path: "a", force: true };
    expect(resolveJournal(option, {})).toEqual({ path: "a", force: true, isChosen: true });
    expect(resolveJournal(undefined, {})).toBeUndefined();
    expect(resolveJournal(undefined, { SWATH_JOURNAL: "" })).toBeUndefined();
  });

  test("the URL of a file, and of nothing else", () => {
    const url = new URL("a%20b.journal", import.meta.url);
    const path = fileURLToPath(url);
    expect(resolveJournal(url, {})).toMatchObject({ path, force: false });
    expect(resolveJournal({ path: url }, {})).toMatchObject({ path });
    expect(() => resolveJournal(new URL("https://example.org/a"), {})).toThrow(/its `file:` URL/);
  });

  test.each([
    [undefined, {}],
    ["1", { existing: "must" }],
    ["0", { existing: "never" }],
    ["force", { existing: "must", force: true }],
  ] as const)("the environment, SWATH_RESUME %s", (SWATH_RESUME, expected) => {
    const environment = { SWATH_JOURNAL: "e", SWATH_RESUME };
    expect(resolveJournal(undefined, environment)).toEqual({
      path: "e",
      isChosen: false,
      ...expected,
    });
    expect(resolveJournal("a", environment)).toMatchObject({ path: "a", isChosen: true });
  });

  test("off in the environment: none, though an option asks for one", () => {
    const environment = { SWATH_JOURNAL: "off" };
    expect(resolveJournal(undefined, environment)).toBeUndefined();
    expect(resolveJournal("a", environment)).toBeUndefined();
    expect(() => resolveJournal("", environment)).toThrow(/the path of a file/);
  });

  test("another SWATH_RESUME is refused", () => {
    const environment = { SWATH_JOURNAL: "e", SWATH_RESUME: "yes" };
    expect(() => resolveJournal(undefined, environment)).toThrow(/`SWATH_RESUME` to be one of/);
  });
});
