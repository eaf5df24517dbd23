import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "examples/**/*.test.ts"],
    pool: "forks",
    // Many tests wait for processes of their own: one file for each core, not one core left free.
    maxWorkers: "100%",
    testTimeout: 30_000,
    // What is waited for comes late where a machine is slow, and tests say nothing of time.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
  },
});
