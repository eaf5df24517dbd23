import { Script } from "node:vm";
import { blankText } from "./source-text.ts";

/** Stand-ins for a name; no program uses them. */
const ALONE = "swath$alone";
const OTHER = "swath$other";

/** Which of `names` an expression uses and does not declare. */
export type FreeNames = (expression: string, names: readonly string[]) => readonly string[];

/**
 * Whether an expression writes to `name`, which is free in it, and not merely to a variable of
 * its own that is called the same.
 *
 * Strict code may neither assign nor declare `eval`: if the text compiles with it in place of
 * the name, the name is not assigned. Otherwise each place is looked at by itself. Under a name
 * of its own, a place that declares leaves that name bound and one that writes leaves it free;
 * and what is written is the free variable if the name stays free with nothing left of it but
 * its declarations and that place.
 */
export function isAssigned(expression: string, name: string, freeNames: FreeNames): boolean {
  if (isStrictCode(replaceWord(expression, name, "eval"))) return false;
  if (!isStrictCode(expression)) return looksAssigned(blankText(expression), name);
  const places = placesOf(expression, name);
  const put = (at: (place: number) => string) => replaceAt(expression, name, places, at);
  const isFree = (text: string, word: string) => isCode(text) && freeNames(text, [word]).length > 0;
  const declares = new Set<number>();
  const writes: number[] = [];
  for (const one of places) {
    const at = (word: string) => put((place) => (place === one ? word : name));
    if (isStrictCode(at("eval"))) continue;
    if (isFree(at(ALONE), ALONE)) writes.push(one);
    else declares.add(one);
  }
  return writes.some((one) =>
    isFree(
      put((place) => (place === one || declares.has(place) ? name : OTHER)),
      name,
    ),
  );
}

/** Every place of a word, also in strings, where it does no harm. */
export function replaceWord(text: string, word: string, by: string): string {
  return text.replace(wordPattern(word), () => by);
}

function wordPattern(word: string): RegExp {
  const escaped = word.replaceAll("$", "\\$");
  return new RegExp(`(?<![\\p{ID_Continue}$#])${escaped}(?![\\p{ID_Continue}$])`, "gu");
}

function placesOf(text: string, word: string): readonly number[] {
  return Array.from(text.matchAll(wordPattern(word)), ({ index }) => index);
}

function replaceAt(
  text: string,
  word: string,
  places: readonly number[],
  by: (place: number) => string,
): string {
  let result = "";
  let end = 0;
  for (const place of places) {
    result += text.slice(end, place) + by(place);
    end = place + word.length;
  }
  return result + text.slice(end);
}

/** For code that only sloppy mode takes: anything that has the look of a write. */
function looksAssigned(code: string, name: string): boolean {
  const word = `(?<![\\w$.#])${name.replaceAll("$", "\\$")}(?![\\w$])`;
  const operator = "(?:\\*\\*|<<|>>>?|&&|\\|\\||\\?\\?|[-+*/%&|^])?=(?![=>])";
  const written = `(?<!(?:let|const|var)\\s+)${word}\\s*${operator}`;
  return new RegExp(`${written}|${word}\\s*(?:\\+\\+|--)|(?:\\+\\+|--)\\s*${word}`).test(code);
}

function isStrictCode(expression: string): boolean {
  return isCode(expression, '"use strict";');
}

function isCode(expression: string, prologue = ""): boolean {
  try {
    void new Script(`(() => {${prologue} return () => ${expression} })`);
    return true;
  } catch {
    return false;
  }
}
