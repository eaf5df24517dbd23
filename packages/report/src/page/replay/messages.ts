import type { Change, Predicted, ReplayScope } from "../../replay.ts";

/** To the thread that replays. The record is plain data. */
export type ToReplay =
  | { readonly kind: "open"; readonly record: object }
  | { readonly kind: "predict"; readonly id: number; readonly change: Change };

/** And back. */
export type FromReplay =
  | { readonly kind: "opened"; readonly scope: ReplayScope | undefined }
  | { readonly kind: "predicted"; readonly id: number; readonly predicted: Predicted }
  | { readonly kind: "failed"; readonly message: string };
