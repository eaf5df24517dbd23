import type { Parcel } from "../protocol/parcel.ts";
import type { TaskReference } from "../protocol/reference.ts";
import { bytesOf, Digest, digestOf } from "./canonical.ts";
import { moduleDigest } from "./module-digest.ts";

/** By what a function is known again. */
export interface FunctionFingerprint {
  readonly name: string;
  /** Digest of its text. */
  readonly text: string;
  /** Digest of its module's file, or of what it captured; empty where there is neither. */
  readonly origin: string;
}

/** By what a source is known again. */
export interface SourceFingerprint {
  readonly name: string;
  readonly digest: string;
  /** Eight hexadecimal digits for each piece of the items, to tell what changed; may be empty. */
  readonly pieces: string;
}

/**
 * The fingerprint of a function. What its module imports in turn is not looked at.
 *
 * @param reference where a worker finds it; undefined where it runs in place
 */
export function functionFingerprint(
  name: string,
  fn: ((...args: never[]) => unknown) | undefined,
  reference: TaskReference | undefined,
): FunctionFingerprint {
  return {
    name,
    text: digestOf(fn === undefined ? "" : Function.prototype.toString.call(fn)),
    origin: originOf(reference),
  };
}

function originOf(reference: TaskReference | undefined): string {
  if (reference === undefined) return "";
  if (reference.kind === "closure") return digestOf(contentOf(reference.parcel));
  return "url" in reference ? moduleDigest(reference.url) : "";
}

/** What a closure is, wherever its file lies and whatever stands above it in there. */
function contentOf({ parts, count, root }: Parcel): unknown {
  const content = parts.slice(0, count).map((part) => {
    if (part.kind === "function") return { ...part, url: "", line: 0, column: 0 };
    if (part.kind === "imported") return { ...part, from: "" };
    if (part.kind === "module") return part.what;
    // What a function holds besides may be of the moment.
    if (part.kind === "reference") return { ...part.reference, completion: undefined };
    return part;
  });
  return [root, content];
}

/** Most pieces that are told apart. */
const MAX_PIECES = 1_024;
/** Up to this many items every one counts: about a second for small objects. */
const MAX_WHOLE_ITEMS = 1 << 20;
/** Above, so many of each piece count: 262,144 in all. */
const SAMPLES_PER_PIECE = 256;
/** Of a typed array so much of each piece counts: 1 GiB in all, about a second. */
const MAX_PIECE_BYTES = 1 << 20;

/**
 * The fingerprint of items that are at hand: of every item up to 1,048,576, else of 262,144
 * evenly spaced ones; always of the first and the last.
 *
 * @param items gives the items `[start, end)`
 */
export function itemsFingerprint(
  name: string,
  length: number,
  items: (start: number, end: number) => ArrayLike<unknown>,
): SourceFingerprint {
  const pieces: string[] = [];
  for (const { start, end } of piecesOf(length)) {
    const digest = new Digest();
    const found = items(start, end);
    if (ArrayBuffer.isView(found)) digest.addBytes(bytesOf(found), MAX_PIECE_BYTES);
    else for (const at of sampledOf(end - start, length)) addItem(digest, found[at]);
    pieces.push(digest.end());
  }
  return { name, digest: digestOf(pieces), pieces: pieces.map((p) => p.slice(0, 8)).join("") };
}

/** An item that cannot be read fails by itself, when it is to be sent. */
function addItem(digest: Digest, item: unknown): void {
  try {
    digest.add(item);
  } catch {
    digest.add("(unreadable)");
  }
}

/** The fingerprint of a source that is known by a description of it. */
export function describedFingerprint(name: string, description: unknown): SourceFingerprint {
  return { name, digest: digestOf(description), pieces: "" };
}

/** The ranges of items that a fingerprint's pieces stand for; a single item each up to 1,024. */
export function* piecesOf(length: number): Generator<{ start: number; end: number }> {
  const count = Math.min(MAX_PIECES, length);
  for (let i = 0; i < count; i++) {
    const start = Math.floor((i * length) / count);
    yield { start, end: Math.floor(((i + 1) * length) / count) };
  }
}

function* sampledOf(count: number, length: number): Generator<number> {
  const samples = length <= MAX_WHOLE_ITEMS ? count : Math.min(count, SAMPLES_PER_PIECE);
  for (let i = 0; i < samples; i++) {
    yield samples === count ? i : Math.floor((i * (count - 1)) / (samples - 1));
  }
}
