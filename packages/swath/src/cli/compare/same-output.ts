import type { Samples } from "../measure/rounds.ts";
import type { ScriptRun } from "./script-runs.ts";

/** Whether all ways of a script came to the same result, as far as what it prints tells. */
export interface OutputCheck {
  readonly checked: boolean;
  /** Ways whose output is not that of the first. */
  readonly different: readonly string[];
  /** In a sentence. */
  readonly text: string;
}

/** Compares what the script printed, way by way. */
export function checkOutput(samples: Samples<ScriptRun>): OutputCheck {
  const all = [...samples].map(([id, runs]) => ({ id, outputs: runs.map((run) => run.output) }));
  const unchecked = (why: string) => {
    return { checked: false, different: [], text: `Results were not checked: ${why}.` };
  };
  if ([...samples.values()].flat().some(({ isCut }) => isCut)) {
    return unchecked("what the script had started kept its output open");
  }
  const [first] = all;
  const expected = first?.outputs[0];
  if (all.every(({ outputs }) => outputs.every((output) => output === undefined))) {
    return unchecked("the script prints none of them");
  }
  if (all.some(({ outputs }) => new Set(outputs).size > 1)) {
    return unchecked("what the script prints differs from run to run of the same way");
  }
  const different = all.filter(({ outputs }) => outputs[0] !== expected).map(({ id }) => id);
  if (different.length === 0) {
    return { checked: true, different, text: "What the script prints is the same in all ways." };
  }
  const names = different.join("; ");
  if (first !== undefined && first.outputs.length < 2) {
    return unchecked(`what the script prints differs (${names}), and one round cannot tell why`);
  }
  const text = `WRONG: what the script prints is not that of "${first?.id}" in: ${names}.`;
  return { checked: true, different, text };
}
