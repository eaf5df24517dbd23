import type { DriverCommand, DriverEvent } from "../../src/driver/events.ts";
import { UNBOUNDED } from "../../src/driver/events.ts";
import { Driver, type DriverOptions } from "../../src/driver/state.ts";

/** A driver that is told events and answers with commands, both as short text. */
export class Script {
  readonly driver: Driver;
  /** Last revoke, which `revoked` and `kept` answer. */
  #revoke: { readonly worker: number; readonly chunk: number } | undefined;
  /** The last command of all. */
  last: string | undefined;
  /** Chunks by id, as `[start, end)`. */
  readonly #ranges = new Map<number, string>();

  constructor(options: Partial<DriverOptions> & Pick<DriverOptions, "schedule">) {
    this.driver = new Driver({ itemCount: Infinity, workers: 2, window: UNBOUNDED, ...options });
  }

  /** Commands that follow from an event, as the tables of `driver/README.md` write both. */
  tell(event: string | DriverEvent): readonly string[] {
    const told = typeof event === "string" ? this.#parse(event) : event;
    const commands = this.driver.handle(told).map((command) => this.#text(command));
    this.last = commands.at(-1) ?? this.last;
    return commands;
  }

  /** Tells several events; the commands that followed from the last. */
  tellAll(...events: readonly (string | DriverEvent)[]): readonly string[] {
    let last: readonly string[] = [];
    for (const event of events) last = this.tell(event);
    return last;
  }

  /** The first index of the chunk in front. */
  #failed(worker: number): DriverEvent {
    const chunk = this.driver.heldBy(worker)[0];
    const failed = [{ index: chunk?.start ?? -1, error: "bad item" }];
    return { kind: "failed", worker, chunk: chunk?.id ?? -1, failed };
  }

  #parse(text: string): DriverEvent {
    const [kind, argument] = text.split(" ") as [string, string];
    const worker = Number(argument);
    switch (kind) {
      case "joined":
        return { kind, worker };
      case "done": {
        const chunk = this.driver.heldBy(worker)[0]?.id ?? -1;
        return { kind, worker, chunk, microseconds: 100 };
      }
      case "failed":
        return this.#failed(worker);
      case "left": {
        // It ran the chunk in front; one that had not joined was loading the task.
        const begun = this.driver.heldBy(worker)[0]?.id;
        const at = text.split(" ")[2];
        const running = at === undefined ? undefined : Number(at);
        return { kind, worker, reason: "exit 1", begun, running, loading: true };
      }
      case "revoked":
      case "kept":
        return { kind, worker, chunk: this.#revoke?.chunk ?? -1 };
      case "available":
        return { kind, until: worker, ended: false };
      case "ended":
        return { kind: "available", until: worker, ended: true };
      case "consumed":
        return { kind, items: worker, chunks: Number(text.split(" ")[2]) };
      case "collect":
      case "together":
        return { kind };
      case "alone":
        return { kind, worker, size: Number(text.split(" ")[2]) };
      case "cancel":
        return { kind, reason: argument };
      default:
        throw new Error(`no such event: ${text}`);
    }
  }

  #text(command: DriverCommand): string {
    switch (command.kind) {
      case "run": {
        const { id, start, end, attempt, tries } = command.chunk;
        this.#ranges.set(id, `[${start}, ${end})`);
        const again = attempt === 1 ? "" : `, attempt ${attempt}`;
        const tried = tries === 0 ? "" : `, try ${tries + 1}`;
        return `run ${command.worker} [${start}, ${end})${again}${tried}`;
      }
      case "revoke":
        this.#revoke = command;
        return `revoke ${command.worker} ${this.#ranges.get(command.chunk)}`;
      case "retire":
        return `retire ${command.worker}`;
      case "pull":
        return `pull ${command.until}`;
      case "settle":
      case "late":
        return `${command.kind} ${command.index} ${command.cause.kind}`;
      case "finish":
        return "finish";
      case "fail":
        return `fail ${command.cause.kind}`;
    }
  }
}
