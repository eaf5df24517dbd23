import type { InspectorNotification, Runtime, Session } from "node:inspector";
import { messageOf, NotSendableError } from "../errors.ts";

/** A script that V8 has compiled. */
export interface Script {
  readonly id: string;
  readonly url: string;
  readonly text: string;
  /** As the script's last line names it; undefined where there is none. */
  readonly sourceMapUrl: string | undefined;
  readonly isModule: boolean;
}

/** What V8 knows of a function. */
export interface Inspected {
  /** Undefined for native and bound functions. */
  readonly location:
    | { readonly scriptId: string; readonly line: number; readonly column: number }
    | undefined;
  /** Variables around it, innermost scope first, without the globals. Reading one may throw. */
  readonly scopes: readonly Readonly<Record<string, unknown>>[];
  readonly isBound: boolean;
}

/** Where this thread and the inspector hand each other objects. */
const MEETING = "swath.probe";

/** Characters of the program's own scripts that are read while the debugger is enabled. */
const MAX_TEXT_AT_ONCE = 16 * 1024 * 1024;

/** Every script that was seen, by its id: V8 never gives an id twice. */
const scripts = new Map<string, ScriptEntry>();

interface ScriptEntry {
  readonly info: Omit<Script, "text">;
  text: string | undefined;
}

/** Whether the scripts of this process have been read: then looking takes no time to speak of. */
export function hasReadScripts(): boolean {
  return scripts.size > 0;
}

/**
 * Looks into this thread through an in-process session of the inspector, whose answers come
 * before `post` returns. It lives as long as `look` runs.
 *
 * @throws NotSendableError if this Node has no inspector or does not allow it
 */
export function withInspector<T>(look: (view: InspectorView) => T): T {
  const { Session: SessionClass } = loadInspector();
  const session = new SessionClass();
  try {
    session.connect();
  } catch (cause) {
    throw unavailable(messageOf(cause), cause);
  }
  const meeting = SessionClass as unknown as Meeting;
  const key = Symbol.for(MEETING);
  const before = meeting[key];
  const box: ProbeBox = {};
  meeting[key] = box;
  try {
    return look(new InspectorView(session, box));
  } finally {
    if (before === undefined) delete meeting[key];
    else meeting[key] = before;
    session.disconnect();
  }
}

type Meeting = { [key: symbol]: ProbeBox | undefined };

interface ProbeBox {
  fn?: unknown;
  scopes?: readonly { readonly description: string; readonly object: Record<string, unknown> }[];
}

/** An open session. */
export class InspectorView {
  readonly #session: Session;
  readonly #box: ProbeBox;

  constructor(session: Session, box: ProbeBox) {
    this.#session = session;
    this.#box = box;
  }

  /** Where `fn` was written and what it can see; no domain of the inspector is enabled for it. */
  inspect(fn: object): Inspected {
    this.#box.fn = fn;
    const { result } = this.#post<Runtime.EvaluateReturnType>("Runtime.evaluate", {
      expression: `${BOX}.fn`,
      silent: true,
    });
    const { internalProperties = [] } = this.#post<Runtime.GetPropertiesReturnType>(
      "Runtime.getProperties",
      { objectId: result.objectId, ownProperties: true },
    );
    const internal = (name: string) => internalProperties.find((p) => p.name === name)?.value;
    const place = internal("[[FunctionLocation]]")?.value as Place | undefined;
    return {
      location: place && {
        scriptId: place.scriptId,
        line: place.lineNumber,
        column: place.columnNumber ?? 0,
      },
      scopes: this.#scopes(internal("[[Scopes]]")?.objectId),
      isBound: internal("[[TargetFunction]]") !== undefined,
    };
  }

  /** The script of an id that {@link inspect} gave. */
  script(id: string): Script | undefined {
    let entry = scripts.get(id);
    if (entry?.text === undefined) {
      this.#readScripts(id);
      entry = scripts.get(id);
    }
    if (entry === undefined) return undefined;
    return { ...entry.info, text: entry.text ?? "" };
  }

  /** The modules that come from files of which `isWanted` is true. */
  modules(isWanted: (url: string) => boolean): readonly Script[] {
    this.#readScripts();
    const modules = [...scripts.values()].filter(
      ({ info }) => info.isModule && info.url.startsWith("file:") && isWanted(info.url),
    );
    return modules.flatMap(({ info }) => this.script(info.id) ?? []);
  }

  /** The scopes live: the very objects that the function sees. */
  #scopes(objectId: string | undefined): readonly Record<string, unknown>[] {
    if (objectId === undefined) return [];
    this.#post("Runtime.callFunctionOn", {
      objectId,
      functionDeclaration: `function () { ${BOX}.scopes = this; }`,
      silent: true,
    });
    const all = Array.from(this.#box.scopes ?? []);
    return all.filter((s) => !s.description.startsWith("Global")).map((s) => s.object);
  }

  /**
   * Enabling the debugger tells of all scripts, which takes some 20 ms: so the texts of the
   * program's own are read then, too. It must not stay on, for it slows code down.
   */
  #readScripts(wanted?: string): void {
    const added: ScriptParsed[] = [];
    const note = ({ params }: InspectorNotification<ScriptParsed>) => {
      if (scripts.has(params.scriptId)) return;
      added.push(params);
      scripts.set(params.scriptId, { info: infoOf(params), text: undefined });
    };
    this.#session.on("Debugger.scriptParsed", note);
    this.#post("Debugger.enable");
    try {
      if (wanted !== undefined) this.#readText(wanted);
      let room = MAX_TEXT_AT_ONCE;
      for (const { scriptId, url, length = 0 } of added) {
        if (!url.startsWith("file:") || url.includes("/node_modules/")) continue;
        room -= length;
        if (room > 0) this.#readText(scriptId);
      }
    } finally {
      this.#post("Debugger.disable");
      this.#session.off("Debugger.scriptParsed", note);
    }
  }

  #readText(scriptId: string): void {
    const entry = scripts.get(scriptId);
    if (entry === undefined || entry.text !== undefined) return;
    const answer = this.#post<ScriptSource>("Debugger.getScriptSource", { scriptId });
    entry.text = answer.scriptSource;
  }

  #post<T>(method: string, params: object = {}): T {
    let answer: { readonly error: Error | null; readonly result: unknown } | undefined;
    const post = this.#session.post.bind(this.#session) as unknown as Post;
    post(method, params, (error, result) => {
      answer = { error, result };
    });
    if (answer === undefined) throw unavailable(`it did not answer ${method}`);
    if (answer.error !== null) throw unavailable(messageOf(answer.error), answer.error);
    return answer.result as T;
  }
}

/** Reached through Node's own module, so that it is the same object in every realm. */
const BOX = `process.getBuiltinModule("node:inspector").Session[Symbol.for("${MEETING}")]`;

type Post = (
  method: string,
  params: object,
  callback: (error: Error | null, result: unknown) => void,
) => void;

interface Place {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber?: number;
}

interface ScriptParsed {
  readonly scriptId: string;
  readonly url: string;
  readonly sourceMapURL?: string;
  readonly isModule?: boolean;
  /** Characters. */
  readonly length?: number;
}

interface ScriptSource {
  readonly scriptSource: string;
}

function infoOf(parsed: ScriptParsed): Omit<Script, "text"> {
  const { scriptId, url, sourceMapURL, isModule = false } = parsed;
  return { id: scriptId, url, sourceMapUrl: sourceMapURL || undefined, isModule };
}

interface InspectorModule {
  readonly Session?: new () => Session;
}

function loadInspector(): Required<InspectorModule> {
  let inspector: InspectorModule | undefined;
  try {
    inspector = process.getBuiltinModule("node:inspector");
  } catch (cause) {
    throw unavailable(messageOf(cause), cause);
  }
  const { Session: found } = inspector ?? {};
  if (found === undefined) throw unavailable("this Node was built without it");
  return { Session: found };
}

function unavailable(why: string, cause?: unknown): NotSendableError {
  const denied = (cause as { readonly code?: unknown } | undefined)?.code === "ERR_ACCESS_DENIED";
  const reason = denied ? "the permission model denies it (`--permission`)" : why;
  const allow = denied
    ? ". Start Node with `--allow-inspector` where it knows that flag, or declare"
    : ". Declare";
  return new NotSendableError(
    `Node's inspector, which finds a function's file and captured values, cannot be used: ${reason}` +
      `${allow} the function as \`export const f = task(import.meta, function f(item) { … })\`, ` +
      "or take it from `fromModule(url)`, or run the job in place with `workers: 0`",
    { cause },
  );
}
