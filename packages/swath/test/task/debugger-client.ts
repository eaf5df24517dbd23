import { randomBytes } from "node:crypto";
import { request } from "node:http";
import type { Duplex } from "node:stream";

/** A message of the Chrome DevTools Protocol. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly sessionId?: string; readonly hitBreakpoints?: readonly string[] };
}

/** A debugger that is attached to a program, as an editor is. */
export interface DebuggerClient {
  /** Gives a command, and answers when the program has obeyed. */
  send(method: string, params?: object): Promise<Message>;
  /** Calls `hear` for each event. */
  on(hear: (event: Message) => void): void;
  close(): void;
}

/** Attaches to the address that Node prints; WebSocket by hand, for Node 20 has none. */
export function attachDebugger(address: string): Promise<DebuggerClient> {
  const { hostname, port, pathname } = new URL(address);
  const headers = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
  };
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path: pathname, headers });
    asked.on("error", reject);
    asked.on("upgrade", (_, socket, head) => resolve(clientOn(socket, head)));
    asked.end();
  });
}

function clientOn(socket: Duplex, head: Buffer): DebuggerClient {
  const hearing: ((event: Message) => void)[] = [];
  const answers = new Map<number, (message: Message) => void>();
  let bytes = head;
  let sent = 0;
  const take = (data: Buffer) => {
    bytes = Buffer.concat([bytes, data]);
    for (let frame = frameOf(bytes); frame !== undefined; frame = frameOf(bytes)) {
      bytes = bytes.subarray(frame.end);
      if (!frame.isText) continue;
      const message = JSON.parse(frame.text) as Message;
      if (message.id === undefined) for (const hear of hearing) hear(message);
      else answers.get(message.id)?.(message);
    }
  };
  socket.on("data", take);
  // The program may end before it has heard that nobody listens.
  socket.on("error", () => {});
  queueMicrotask(() => take(Buffer.alloc(0)));
  return {
    send: (method, params = {}) =>
      new Promise((resolve) => {
        answers.set(++sent, resolve);
        socket.write(maskedFrame(JSON.stringify({ id: sent, method, params })));
      }),
    on: (hear) => void hearing.push(hear),
    close: () => void socket.destroy(),
  };
}

interface Frame {
  readonly isText: boolean;
  readonly text: string;
  /** Bytes up to the next one. */
  readonly end: number;
}

/** The first whole frame of what has arrived (RFC 6455, section 5.2); servers do not mask. */
function frameOf(bytes: Buffer): Frame | undefined {
  if (bytes.length < 10 && bytes.length < 2 + sizeOfLength(bytes)) return undefined;
  const size = sizeOfLength(bytes);
  const short = (bytes[1] as number) & 127;
  const length =
    size === 0 ? short : size === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const begin = 2 + size;
  if (bytes.length < begin + length) return undefined;
  const isText = ((bytes[0] as number) & 15) === 1;
  return { isText, text: bytes.toString("utf8", begin, begin + length), end: begin + length };
}

/** Bytes of a frame's length beyond the second byte. */
function sizeOfLength(bytes: Buffer): number {
  const short = (bytes[1] ?? 0) & 127;
  return short === 126 ? 2 : short === 127 ? 8 : 0;
}

function maskedFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const mask = randomBytes(4);
  const head = Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, mask, body.map((byte, i) => byte ^ (mask[i % 4] as number))]);
}
