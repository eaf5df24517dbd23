export { isSwathError, SwathError } from "./errors.ts";
