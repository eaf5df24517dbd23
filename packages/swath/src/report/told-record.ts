/**
 * The record of a run as its views take it: a `Report`, or the JSON of one that another version
 * wrote, or that somebody damaged. Anything may be missing, and at run time anything may be of
 * another type than it says: what is not as it should be is told as "not recorded", or left out.
 */
export interface ToldRecord {
  readonly task?: string;
  readonly name?: string;
  readonly startedAt?: string;
  readonly wall?: number;
  readonly workers?: number;
  readonly executor?: string;
  readonly schedule?: string;
  readonly items?: number;
  readonly verdict?: string;
  readonly buckets?: Readonly<Partial<Record<BucketName, number>>>;
  readonly efficiency?: Readonly<Partial<Record<FactorName, number>>>;
  readonly computeScaling?: {
    readonly value?: number;
    readonly low?: number;
    readonly high?: number;
    readonly items?: number;
  };
  readonly speedup?: number;
  readonly bound?: { readonly kind?: string; readonly evidence?: string };
  readonly ratio?: number | null;
  readonly serialization?: {
    readonly bytesOut?: number;
    readonly bytesIn?: number;
    readonly exact?: boolean;
    readonly workerDecode?: number;
    readonly workerEncode?: number;
    readonly driverEncode?: number;
    readonly driverDecode?: number;
  };
  readonly stragglers?: {
    readonly firstDone?: number;
    readonly lastDone?: number;
    readonly idle?: number;
    readonly imbalance?: number;
  };
  readonly memory?: { readonly peakResident?: number };
  readonly place?: { readonly items?: number; readonly seconds?: number; readonly why?: string };
  readonly routes?: {
    readonly bytesRead?: number;
    readonly input?: ToldRoute;
    readonly broadcast?: ToldRoute;
    readonly results?: ToldRoute;
  };
  readonly chunks?: { readonly count?: number; readonly lost?: number };
  readonly slowest?: readonly {
    readonly start?: number;
    readonly end?: number;
    readonly seconds?: number;
    readonly item?: number;
    readonly preview?: string;
  }[];
  readonly advice?: readonly {
    readonly id?: string;
    readonly title?: string;
    readonly evidence?: string;
    readonly savingSeconds?: number;
    readonly savingError?: number;
    readonly change?: string;
    readonly docs?: string;
  }[];
  readonly spans?: Readonly<Partial<Record<SpanColumn, ArrayLike<number>>>>;
  readonly gc?: {
    readonly worker?: ArrayLike<number>;
    readonly begin?: ArrayLike<number>;
    readonly duration?: ArrayLike<number>;
  };
  readonly overhead?: { readonly seconds?: number; readonly share?: number };
}

export type BucketName = "useful" | "tail" | "transfer" | "starve" | "gc" | "start";
export type FactorName = "parallel" | "start" | "balance" | "dispatch" | "transfer" | "gc";
export type SpanColumn =
  | "worker"
  | "start"
  | "end"
  | "begin"
  | "duration"
  | "decode"
  | "read"
  | "run"
  | "encode";

/** How one kind of data travelled. */
export interface ToldRoute {
  readonly route?: string;
  readonly copied?: number;
  readonly moved?: number;
  readonly seconds?: number;
}
