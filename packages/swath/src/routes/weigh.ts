/** What sending a value costs. */
export interface Weight {
  readonly bytes: number;
  /** Milliseconds of the thread that sends. */
  readonly encode: number;
  /** Milliseconds of the thread that receives. */
  readonly decode: number;
}

/** Nanoseconds to encode and to decode; chosen by `bench/cells/clone-costs.js`. */
const NS = {
  number: [2, 24],
  string: [20, 40],
  object: [50, 80],
  property: [20, 25],
  view: [250, 250],
  shared: [260, 120],
} as const;
/** Nanoseconds for each byte. Memory that is new to the receiver costs most. */
const NS_PER_BYTE = { text: [0.03, 0.2], bytes: [0.05, 0.35] } as const;

/** Values that are looked into. */
const MAX_VISITS = 200;
/** Values of a list that are looked at; those between them are taken to be alike. */
const MAX_SAMPLES = 16;

/** Estimates what it costs to send `value`, without sending it: a walk over a part of it. */
export function weigh(value: unknown): Weight {
  const scales: Scales = { bytes: 0, encode: 0, decode: 0, visits: MAX_VISITS };
  add(scales, value, 1);
  return { bytes: scales.bytes, encode: scales.encode / 1e6, decode: scales.decode / 1e6 };
}

/** The mean weight of some values of a list. */
export function weighEach(values: ArrayLike<unknown>): Weight {
  const { length } = values;
  if (length === 0) return { bytes: 0, encode: 0, decode: 0 };
  const scales: Scales = { bytes: 0, encode: 0, decode: 0, visits: MAX_VISITS };
  if (ArrayBuffer.isView(values)) add(scales, values, 1 / length);
  else addSamples(scales, values, 1 / length);
  return { bytes: scales.bytes, encode: scales.encode / 1e6, decode: scales.decode / 1e6 };
}

interface Scales {
  bytes: number;
  /** Nanoseconds, as are those of `decode`. */
  encode: number;
  decode: number;
  visits: number;
}

/** @param times how many values the one stands for */
function add(scales: Scales, value: unknown, times: number): void {
  scales.visits--;
  if (typeof value === "string") {
    put(scales, times, NS.string, value.length, NS_PER_BYTE.text);
  } else if (typeof value !== "object" || value === null) {
    put(scales, times, NS.number, 8);
  } else if (isSharedMemory(value)) {
    put(scales, times, NS.shared, 0);
  } else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    put(scales, times, NS.view, value.byteLength, NS_PER_BYTE.bytes);
  } else {
    addParts(scales, value, times);
  }
}

function addParts(scales: Scales, value: object, times: number): void {
  put(scales, times, NS.object, 8);
  const list = Array.isArray(value);
  const parts = list ? value : dataOf(value);
  const all = value instanceof Map || value instanceof Set ? [...value].flat() : parts;
  if (!list) put(scales, times * all.length, NS.property, 8);
  addSamples(scales, all, times);
}

/** The values of an object's own properties; none of those that code would have to make. */
function dataOf(value: object): readonly unknown[] {
  const properties = Object.getOwnPropertyDescriptors(value) as Record<string, PropertyDescriptor>;
  return Object.values(properties).flatMap((property) => {
    return property.enumerable && "value" in property ? [property.value] : [];
  });
}

function addSamples(scales: Scales, all: ArrayLike<unknown>, times: number): void {
  const count = Math.min(all.length, MAX_SAMPLES);
  for (let i = 0; i < count && scales.visits > 0; i++) {
    const at = count === all.length ? i : Math.floor((i * (all.length - 1)) / (count - 1));
    add(scales, all[at], (times * all.length) / count);
  }
}

function put(
  scales: Scales,
  times: number,
  [encode, decode]: readonly [number, number],
  bytes: number,
  [encodeByte, decodeByte]: readonly [number, number] = [0, 0],
): void {
  scales.bytes += times * bytes;
  scales.encode += times * (encode + encodeByte * bytes);
  scales.decode += times * (decode + decodeByte * bytes);
}

/** Whether `value` is shared memory or a view on it. */
export function isSharedMemory(value: unknown): boolean {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  return Object.prototype.toString.call(buffer) === "[object SharedArrayBuffer]";
}
