/** Ids of the elements of a page that hold its record. */
export const RECORD_ID = "swath-record";
export const SPANS_ID = "swath-spans";
/** Id of the element of a live page that holds the address of its events. */
export const LIVE_ID = "swath-live";
/** Id of the element that holds the code of the thread that replays. */
export const REPLAY_ID = "swath-replay";
/** What the policy of a page says of connections, and of a live page: to its own server. */
export const NO_CONNECTIONS = "connect-src 'none'";
export const OWN_CONNECTIONS = "connect-src 'self'";

/** Places of the template that {@link renderHtml} fills, each of which occurs once. */
export const SLOTS = {
  title: "<!--swath:title-->",
  noscript: "<!--swath:noscript-->",
  data: "<!--swath:data-->",
} as const;
