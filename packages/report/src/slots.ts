/** Ids of the elements of a page that hold its record. */
export const RECORD_ID = "swath-record";
export const SPANS_ID = "swath-spans";

/** Places of the template that {@link renderHtml} fills, each of which occurs once. */
export const SLOTS = {
  title: "<!--swath:title-->",
  noscript: "<!--swath:noscript-->",
  data: "<!--swath:data-->",
} as const;
