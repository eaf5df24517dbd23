import { type Reading, readRecord } from "../read-record.ts";
import { RECORD_ID, SPANS_ID } from "../slots.ts";
import { MAX_PACKED_BYTES, type Unpacked, unpackSpans } from "../spans/unpack.ts";

/** Reads the record that `renderHtml` put into a page. Nothing in it is trusted. */
export function embeddedRecord(page: Document): Promise<Reading> {
  const json = page.getElementById(RECORD_ID)?.textContent ?? "";
  return decodedRecord(json, page.getElementById(SPANS_ID)?.textContent ?? undefined);
}

/** Reads a record that `encodeRecord` made. */
export async function decodedRecord(text: string, packed: string | undefined): Promise<Reading> {
  const json = parse(text);
  if (packed === undefined) return readRecord(json);
  const unpacked = await unpack(packed);
  if (unpacked === undefined) {
    return {
      kind: "refused",
      at: "spans",
      expected: "a whole block of spans",
      got: "a damaged one",
    };
  }
  return readRecord({ ...(json as object), ...unpacked });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function unpack(packed: string): Promise<Unpacked | undefined> {
  try {
    const unzipped = await gunzip(fromBase64(packed.trim()), MAX_PACKED_BYTES);
    return unzipped && unpackSpans(unzipped);
  } catch {
    return undefined;
  }
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Undefined for what blows up to more than `max` bytes. */
async function gunzip(bytes: BufferSource, max: number): Promise<Uint8Array | undefined> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    if (value === undefined) continue;
    parts.push(value);
    length += value.byteLength;
    if (length > max) {
      await reader.cancel();
      return undefined;
    }
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
