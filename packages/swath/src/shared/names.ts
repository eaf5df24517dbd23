import { BroadcastChannel, setEnvironmentData, threadId } from "node:worker_threads";
import { ArrayExistsError, ArrayNotFoundError } from "./errors.ts";
import {
  type Asked,
  askKeeper,
  KEEPER,
  keeperOf,
  type NameAnswer,
  type NameQuestion,
} from "./name-messages.ts";

/** The names of a program, in the thread that keeps them. */
interface Names {
  readonly buffers: Map<string, SharedArrayBuffer>;
  readonly channel: BroadcastChannel;
}

/** One for each thread, even if a program holds two copies of this package. */
const KEY = Symbol.for("swath.names/1");
/** Names that an error tells. */
const MAX_KNOWN = 20;
const holder = globalThis as { [KEY]?: Names };

/** @throws ArrayExistsError if the name is taken */
export function createName(name: string, buffer: SharedArrayBuffer): void {
  const answer = ask({ kind: "create", name, buffer });
  if (answer.kind === "taken") throw new ArrayExistsError(name);
}

/** @throws ArrayNotFoundError if there is no such name */
export function findName(name: string): SharedArrayBuffer {
  const answer = ask({ kind: "find", name });
  if (answer.kind === "found") return answer.buffer;
  throw new ArrayNotFoundError(name, answer.kind === "none" ? answer.known : []);
}

/** @throws ArrayNotFoundError if there is no such name */
export function deleteName(name: string): void {
  const answer = ask({ kind: "delete", name });
  if (answer.kind === "none") throw new ArrayNotFoundError(name, answer.known);
}

/**
 * Makes this thread answer for names, unless another does: threads that are started from now on
 * find it. Called before a thread is started.
 */
export function keepNames(): void {
  if (keeperOf() === undefined) keep();
}

function ask(question: NameQuestion): NameAnswer {
  const keeper = keeperOf();
  if (keeper !== undefined && keeper.thread !== threadId)
    return askKeeper(keeper, question, threadId);
  return answerTo(holder[KEY] ?? keep(), question);
}

/** The first thread that has to do with names keeps them for all threads that it starts. */
function keep(): Names {
  const name = `swath.names/1 ${process.pid}.${threadId}.${Math.random()}`;
  const channel = new BroadcastChannel(name);
  const names: Names = { buffers: new Map(), channel };
  channel.onmessage = (event: unknown) => {
    const { data } = event as { readonly data: Partial<Asked> };
    if (data.question === undefined || data.bell === undefined) return;
    channel.postMessage({ id: data.id, answer: answerTo(names, data.question) });
    Atomics.store(data.bell, 0, 1);
    Atomics.notify(data.bell, 0);
  };
  channel.unref();
  holder[KEY] = names;
  setEnvironmentData(KEEPER, { channel: name, thread: threadId });
  return names;
}

function answerTo({ buffers }: Names, question: NameQuestion): NameAnswer {
  const { kind, name } = question;
  const buffer = buffers.get(name);
  switch (kind) {
    case "create":
      if (buffer !== undefined) return { kind: "taken" };
      buffers.set(name, question.buffer);
      return { kind: "done" };
    case "find":
      return buffer === undefined ? none(buffers) : { kind: "found", buffer };
    case "delete":
      return buffers.delete(name) ? { kind: "done" } : none(buffers);
    default:
      return kind satisfies never;
  }
}

function none(buffers: ReadonlyMap<string, unknown>): NameAnswer {
  return { kind: "none", known: [...buffers.keys()].slice(0, MAX_KNOWN) };
}
