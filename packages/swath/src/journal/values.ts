/**
 * A member of a JSON object that holds `value`: as JSON under `name` where JSON gives back the
 * same value, else as base64 of V8's structured clone under `name64`.
 *
 * @throws DataCloneError for what cannot be cloned, RangeError for what is too long for a text
 */
export function encodeMember(name: string, value: unknown): string {
  if (isJsonFaithful(value, new Set())) return `,"${name}":${JSON.stringify(value)}`;
  return `,"${name}64":"${pack(value).toString("base64")}"`;
}

/** What {@link encodeMember} wrote; undefined if the object has no such member. */
export function decodeMember(name: string, line: Readonly<Record<string, unknown>>): unknown {
  const packed = line[`${name}64`];
  return typeof packed === "string" ? unpack(Buffer.from(packed, "base64")) : line[name];
}

/**
 * Whether JSON gives back an equal value: it drops `undefined` and holes, the sign of -0, NaN,
 * all classes, and that one object stands in two places.
 */
function isJsonFaithful(value: unknown, seen: Set<object>): boolean {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return true;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || seen.has(value) || seen.size >= MAX_OBJECTS) return false;
  seen.add(value);
  return Array.isArray(value) ? isPlainList(value, seen) : isPlainObject(value, seen);
}

/** Above this many objects the search for repeats costs more than V8's own clone. */
const MAX_OBJECTS = 1 << 20;

function isPlainList(list: readonly unknown[], seen: Set<object>): boolean {
  for (let i = 0; i < list.length; i++) {
    // A hole reads as undefined.
    if (!isJsonFaithful(list[i], seen)) return false;
  }
  return Object.keys(list).length === list.length;
}

function isPlainObject(object: object, seen: Set<object>): boolean {
  if (Object.getPrototypeOf(object) !== Object.prototype) return false;
  for (const key of Object.keys(object)) {
    if (!isJsonFaithful((object as Record<string, unknown>)[key], seen)) return false;
  }
  return true;
}

/** As `postMessage` clones; `v8.serialize` would give typed arrays back on foreign buffers. */
function pack(value: unknown): Buffer {
  // Not imported: every program that imports swath would load it, and few come here.
  const { Serializer } = process.getBuiltinModule("node:v8");
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

function unpack(bytes: Buffer): unknown {
  const { Deserializer } = process.getBuiltinModule("node:v8");
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
