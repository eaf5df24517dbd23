export { assertFunction, assertInteger, assertKnownKeys, assertOneOf } from "./assert.ts";
export {
  describeValue,
  InvalidOptionError,
  isSwathError,
  messageOf,
  previewOf,
  SwathError,
  type SwathErrorOptions,
} from "./errors.ts";
