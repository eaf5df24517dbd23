import type { ServerResponse } from "node:http";

/** Bytes that may wait for a viewer to read them. */
const MAX_WAITING = 64 * 2 ** 20;

/** Somebody who looks at the page: a stream of server-sent events. */
export class Viewer {
  /** Spans that were sent of the job that is shown. */
  spans = 0;
  readonly #response: ServerResponse;
  #isBehind = false;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    response.on("drain", () => {
      this.#isBehind = false;
    });
  }

  /** Whether it has not read yet what it was sent: then it is sent nothing that can wait. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /**
   * Sends an event. Who has stopped reading is cut off: a page that does read again comes back, and
   * is shown all that there is.
   *
   * @param data JSON or base64: text without line ends
   */
  send(event: string, data: string): void {
    if (this.#response.writableLength > MAX_WAITING) {
      this.#response.destroy();
      return;
    }
    if (!this.#response.write(`event: ${event}\ndata: ${data}\n\n`)) this.#isBehind = true;
  }

  /** Settles when all that was sent has left this program. */
  flushed(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#response.writable) resolve();
      else this.#response.write(": \n\n", () => resolve());
    });
  }

  end(): void {
    this.#response.end();
  }
}
