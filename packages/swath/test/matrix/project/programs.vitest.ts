import { expect, test } from "vitest";
import { EXPECTED } from "./expected.mjs";

for (const [program, results] of Object.entries(EXPECTED)) {
  test(program, async () => {
    const { run } = (await import(`./${program}.ts`)) as { run(): Promise<unknown> };
    expect(await run()).toEqual(results);
  });
}
