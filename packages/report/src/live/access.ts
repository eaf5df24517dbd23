import { timingSafeEqual } from "node:crypto";

/** What of a request decides whether it is answered. */
export interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly host: string | undefined;
}

/** What is served, or the status with which a request is turned away. */
export type Access = "page" | "events" | 403 | 404 | 405;

/** Names under which a program on this machine reaches a loopback address. */
const OWN_NAMES = ["127.0.0.1", "localhost"];

/**
 * Decides over a request. A foreign `Host` means that the browser was led here by a page of another
 * site; a wrong token, that whoever asks was not given the address.
 */
export function accessOf(
  { method, url = "", host = "" }: Asked,
  token: string,
  port: number,
): Access {
  if (!OWN_NAMES.some((name) => host === `${name}:${port}` || isBare(host, name, port))) return 403;
  const [, given = "", rest = ""] = /^\/([^/?#]*)(\/[^?#]*)?/.exec(url) ?? [];
  if (!isSame(given, token)) return 403;
  if (method !== "GET") return 405;
  if (rest === "/") return "page";
  return rest === "/events" ? "events" : 404;
}

/** Browsers leave the port of plain HTTP out. */
function isBare(host: string, name: string, port: number): boolean {
  return port === 80 && host === name;
}

/** In a time that tells nothing of where they differ. */
function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
