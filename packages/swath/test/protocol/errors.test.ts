import { deserialize, serialize } from "node:v8";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeError, type EncodedError, encodeError } from "../../src/protocol/errors.ts";

/** An error after its way through a thread. */
function crossed(error: unknown): Error & Record<string, unknown> {
  return decodeError(deserialize(serialize(encodeError(error)))) as Error & Record<string, unknown>;
}

test("class name, message, stack, code and plain fields survive", () => {
  class HttpError extends Error {
    override readonly name = "HttpError";
    readonly code = "E_HTTP";
    readonly status = 404;
    readonly retry = false;
    readonly body = null;
  }
  const original = new HttpError("not there");
  const arrived = crossed(original);
  expect(arrived).toBeInstanceOf(Error);
  expect(arrived).toMatchObject({
    name: "HttpError",
    message: "not there",
    code: "E_HTTP",
    status: 404,
    retry: false,
    body: null,
  });
  expect(arrived.stack).toBe(original.stack);
});

test("fields that are plain data survive, whatever their depth", () => {
  const details = { list: [1, [2]], when: new Date(5), big: 3n, deep: { ok: true, gone() {} } };
  expect(crossed(Object.assign(new Error("x"), details))).toMatchObject({
    list: [1, [2]],
    when: new Date(5),
    big: 3n,
    deep: { ok: true },
  });
});

test("fields that are not plain, refer to themselves or are huge are left out", () => {
  const loop: { self?: unknown } = {};
  loop.self = loop;
  const details = { loop, call() {}, socket: new Map(), text: "x".repeat(100_000) };
  expect(Object.keys(crossed(Object.assign(new Error("x"), details)))).toEqual([]);
});

test("the errors of an AggregateError survive", () => {
  const error = new AggregateError([new TypeError("a"), "b"], "both");
  const { errors } = crossed(error) as unknown as { errors: Error[] };
  expect(errors.map(({ name, message }) => [name, message])).toEqual([
    ["TypeError", "a"],
    ["Error", "b"],
  ]);
});

test("a chain of causes survives, up to nine errors", () => {
  let error: Error | undefined;
  for (let depth = 20; depth >= 0; depth--) error = new Error(`depth ${depth}`, { cause: error });
  const messages: string[] = [];
  for (let e: unknown = crossed(error); e instanceof Error; e = e.cause) messages.push(e.message);
  expect(messages).toEqual(Array.from({ length: 9 }, (_, depth) => `depth ${depth}`));
});

test("a cause that is its own cause ends", () => {
  const error = new Error("ouroboros");
  error.cause = error;
  expect(crossed(error).message).toBe("ouroboros");
});

test("an error without a cause arrives without one", () => {
  expect("cause" in crossed(new Error("x"))).toBe(false);
});

describe("what is thrown need not be an error", () => {
  test.each([
    ["a string", "just text", "just text"],
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["a number", 42, "42"],
    ["a symbol", Symbol("odd"), "Symbol(odd)"],
    ["a plain object", { message: "plain" }, "plain"],
    ["an object without prototype", Object.create(null), "(an error whose message cannot be read)"],
  ])("%s", (_what, thrown, message) => {
    const arrived = crossed(thrown);
    expect(arrived).toBeInstanceOf(Error);
    expect(arrived.message).toBe(message);
  });
});

test("getters that throw do no harm", () => {
  const hostile = {
    get name(): never {
      throw new Error("no name");
    },
    get message(): never {
      throw new Error("no message");
    },
    get stack(): never {
      throw new Error("no stack");
    },
    get code(): never {
      throw new Error("no code");
    },
    get cause(): never {
      throw new Error("no cause");
    },
    get extra(): never {
      throw new Error("no extra");
    },
    plain: "kept",
  };
  expect(crossed(hostile)).toMatchObject({
    name: "Error",
    message: "(an error whose message cannot be read)",
    plain: "kept",
  });
});

test("a proxy that refuses everything does no harm", () => {
  const refuse = () => {
    throw new Error("refused");
  };
  const hostile = new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse });
  expect(crossed(hostile).message).toBe("(an error whose message cannot be read)");
});

test("frozen errors and errors with a frozen cause arrive, and arrive unfrozen", () => {
  const cause = Object.freeze(Object.assign(new Error("below"), { code: 7 }));
  const arrived = crossed(Object.freeze(new Error("above", { cause })));
  expect(Object.isFrozen(arrived)).toBe(false);
  expect(arrived.cause).toMatchObject({ message: "below", code: 7 });
});

test("a field named __proto__ or constructor changes no prototype", () => {
  const error = Object.assign(new Error("x"), { constructor: "Evil" });
  Object.defineProperty(error, "__proto__", { value: "evil", enumerable: true });
  expect(Object.getPrototypeOf(crossed(error))).toBe(Error.prototype);
});

test("whatever is thrown can be encoded, sent and decoded", () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (thrown) => {
      expect(crossed(thrown)).toBeInstanceOf(Error);
    }),
  );
});

test("an AggregateError that holds itself many times ends", () => {
  const error = new AggregateError([], "round and round");
  error.errors = Array.from({ length: 100 }, () => error);
  const arrived = crossed(error);
  expect(arrived["errors"]).not.toHaveLength(0);
  expect(countOf(encodeError(error))).toBe(400);
});

function countOf(encoded: EncodedError): number {
  const inside = (encoded.errors ?? []).reduce((count, each) => count + countOf(each), 0);
  return 1 + inside + (encoded.cause === undefined ? 0 : countOf(encoded.cause));
}
