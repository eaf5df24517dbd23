import Module from "node:module";

/**
 * A `require` for the module at an absolute path or `file:` URL.
 *
 * Node's own, under another name: bundlers replace calls of that one, and complain where they
 * cannot.
 */
export function createRequire(base: string): NodeJS.Require {
  return Module.createRequire(base);
}
