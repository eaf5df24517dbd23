import type { Hash } from "node:crypto";

/**
 * A new SHA-256. Not imported: every thread that imports swath would load OpenSSL's module, which
 * takes 3 ms, and few come here.
 */
export function sha256(): Hash {
  return process.getBuiltinModule("node:crypto").createHash("sha256");
}
