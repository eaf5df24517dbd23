import { readFileSync } from "node:fs";
import { SLOTS } from "./slots.ts";

let cached: string | undefined;

/** The page that the build of this package made, with its slots filled. */
export function filledPage(texts: Readonly<Record<keyof typeof SLOTS, string>>): string {
  cached ??= readFileSync(templateUrl(), "utf8");
  let filled = cached;
  for (const slot of Object.keys(SLOTS) as (keyof typeof SLOTS)[]) {
    const at = filled.lastIndexOf(SLOTS[slot]);
    filled = filled.slice(0, at) + texts[slot] + filled.slice(at + SLOTS[slot].length);
  }
  return filled;
}

export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** `dist/report.html`, seen from `dist/bundle/` or from `src/`. */
function templateUrl(): URL {
  const inBundle = /\/dist\/bundle\/[^/]*$/.test(import.meta.url);
  return new URL(inBundle ? "../report.html" : "../dist/report.html", import.meta.url);
}
