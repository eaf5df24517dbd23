import type { JobSpec } from "../protocol/messages.ts";
import type { TaskReference } from "../protocol/reference.ts";
import { type Weight, weigh } from "./weigh.ts";

/** What goes to each worker once: `with`, and the values that functions captured. */
export function broadcastWeight({ with: shared, task, init }: JobSpec): Weight {
  const values = [shared, ...capturedBy(task), ...(init === undefined ? [] : capturedBy(init))];
  const parts = values.filter((value) => value !== undefined).map(weigh);
  const sum = (key: keyof Weight) => parts.reduce((total, part) => total + part[key], 0);
  return { bytes: sum("bytes"), encode: sum("encode"), decode: sum("decode") };
}

function capturedBy(reference: TaskReference): readonly unknown[] {
  if (reference.kind !== "closure") return [];
  const { parts, count } = reference.parcel;
  return parts.slice(0, count).flatMap((part) => (part.kind === "value" ? [part.value] : []));
}
