import { describe, expect, test } from "vitest";
import { cgroupLimits, wholeCores } from "../../../src/cli/doctor/cgroup.ts";

function files(all: Readonly<Record<string, string>>) {
  return cgroupLimits((path) => all[path]);
}

describe("limits of the control group", () => {
  test("version 2: the tightest of the group and those above it", () => {
    const limits = files({
      "/proc/self/cgroup": "0::/a/b\n",
      "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/a/cpu.max": "250000 100000\n",
      "/sys/fs/cgroup/cpu.max": "400000 100000\n",
      "/sys/fs/cgroup/a/b/memory.max": "1000000000\n",
      "/sys/fs/cgroup/a/memory.max": "max\n",
    });
    expect(limits).toEqual({ cpus: 2.5, memory: 1e9 });
  });

  test("version 1", () => {
    const limits = files({
      "/proc/self/cgroup": "4:cpu:/\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "150000\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "2000000000\n",
    });
    expect(limits).toEqual({ cpus: 1.5, memory: 2e9 });
    const unlimited = files({
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    });
    expect(unlimited).toEqual({ cpus: undefined, memory: undefined });
  });

  test("none where there are no control groups, or what they say is damaged", () => {
    expect(files({})).toEqual({ cpus: undefined, memory: undefined });
    const damaged = { "/sys/fs/cgroup/cpu.max": "lots\n", "/sys/fs/cgroup/memory.max": "" };
    expect(files(damaged)).toEqual({ cpus: undefined, memory: undefined });
  });

  test.each([
    [0.2, 1],
    [1.49, 1],
    [1.5, 2],
    [2, 2],
    [2.4, 2],
  ])("%d cores' worth of time are %d whole ones: half up, at least one", (limit, whole) => {
    expect(wholeCores(limit)).toBe(whole);
  });
});
