import { beganBy, endOf, type Lane } from "../../figures/lanes.ts";
import type { RunRecord } from "../../record.ts";
import { onColours } from "../theme.ts";
import { GUTTER, laneAt, MAX_LANES } from "./layout.ts";
import { longestSpan, type Picked } from "./picked.ts";
import { Stage } from "./stage.ts";
import { around, pan, type View, wholeOf, zoom } from "./view.ts";

/** What the rest of the page wants to know. */
export interface Listeners {
  readonly onView: (view: View) => void;
  readonly onPick: (picked: Picked | undefined) => void;
  /** At CSS pixels of the canvas. */
  readonly onHover: (at: Picked | undefined, x: number, y: number) => void;
}

const PAN_SHARE = 0.15;
const ZOOM_FACTOR = 0.7;
/** CSS pixels of the wheel for a factor of e. */
const WHEEL_PX = 400;
/** CSS pixels that a click may move. */
const CLICK_PX = 4;

/** Turns what the reader does into views, and has them drawn once a frame. */
export class Controller {
  readonly #canvas: HTMLCanvasElement;
  readonly #stage: Stage;
  readonly #lanes: readonly Lane[];
  readonly #wall: number;
  readonly #listeners: Listeners;
  readonly #ends = new AbortController();
  readonly #observer: ResizeObserver;
  readonly #stopColours: () => void;
  #view: View;
  #first = 0;
  #picked: Picked | undefined;
  #frame = 0;
  #drag: { readonly x: number; readonly view: View; moved: boolean } | undefined;

  constructor(
    canvas: HTMLCanvasElement,
    record: RunRecord,
    lanes: readonly Lane[],
    wall: number,
    start: View,
    listeners: Listeners,
  ) {
    this.#canvas = canvas;
    this.#lanes = lanes;
    this.#wall = wall;
    this.#listeners = listeners;
    this.#view = start;
    this.#stage = new Stage(canvas, record, lanes);
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(canvas);
    this.#stopColours = onColours(() => {
      this.#stage.recolour();
      this.#draw();
    });
    this.#listen();
    this.#resize();
  }

  stop(): void {
    this.#ends.abort();
    this.#observer.disconnect();
    this.#stopColours();
    cancelAnimationFrame(this.#frame);
  }

  show(view: View): void {
    this.#view = view;
    this.#listeners.onView(view);
    this.#schedule();
  }

  /** What a key does; false for those that do nothing. */
  press(key: string): boolean {
    const [view, wall] = [this.#view, this.#wall];
    switch (key) {
      case "ArrowLeft":
        this.show(pan(view, wall, -PAN_SHARE));
        return true;
      case "ArrowRight":
        this.show(pan(view, wall, PAN_SHARE));
        return true;
      case "+":
      case "=":
        this.show(zoom(view, wall, ZOOM_FACTOR));
        return true;
      case "-":
        this.show(zoom(view, wall, 1 / ZOOM_FACTOR));
        return true;
      case "Home":
        this.show(wholeOf(wall));
        return true;
      default:
        return this.#pressPick(key.toLowerCase());
    }
  }

  #pressPick(key: string): boolean {
    const at = this.#picked ?? this.#firstInView();
    switch (key) {
      case "arrowup":
      case "arrowdown":
        this.#pickLane(at.lane + (key === "arrowup" ? -1 : 1));
        return true;
      case "n":
      case "p": {
        const step = this.#picked === undefined ? 0 : key === "n" ? 1 : -1;
        this.#pick({ lane: at.lane, span: at.span + step }, true);
        return true;
      }
      case "l":
        this.#pick(longestSpan(this.#lanes), true);
        return true;
      case "escape":
        this.#picked = undefined;
        this.#listeners.onPick(undefined);
        this.#schedule();
        return true;
      default:
        return false;
    }
  }

  #firstInView(): Picked {
    const lane = this.#lanes[this.#first] as Lane;
    const last = lane.begin.length - 1;
    return { lane: this.#first, span: Math.min(last, beganBy(lane, this.#view.from)) };
  }

  #pickLane(index: number): void {
    const lane = Math.min(this.#lanes.length - 1, Math.max(0, index));
    const middle = (this.#view.from + this.#view.to) / 2;
    const began = beganBy(this.#lanes[lane] as Lane, middle);
    this.#pick({ lane, span: Math.max(0, began - 1) }, false);
  }

  /** @param follow whether the view moves to where the span is */
  #pick({ lane, span }: Picked, follow: boolean): void {
    const own = this.#lanes[lane] as Lane;
    const valid = Math.min(own.begin.length - 1, Math.max(0, span));
    this.#picked = { lane, span: valid };
    this.#listeners.onPick(this.#picked);
    if (lane < this.#first) this.#first = lane;
    if (lane >= this.#first + MAX_LANES) this.#first = lane - MAX_LANES + 1;
    const begin = own.begin[valid] as number;
    const end = endOf(own, valid);
    const { from, to } = this.#view;
    if (follow && (begin < from || end > to)) {
      this.show(around((begin + end) / 2, Math.max(to - from, 1.5 * (end - begin)), this.#wall));
    }
    this.#schedule();
  }

  #listen(): void {
    const options = { signal: this.#ends.signal };
    const canvas = this.#canvas;
    canvas.addEventListener("keydown", (event) => this.#onKey(event), options);
    canvas.addEventListener("wheel", (event) => this.#onWheel(event), {
      ...options,
      passive: false,
    });
    canvas.addEventListener("pointerdown", (event) => this.#onDown(event), options);
    canvas.addEventListener("pointermove", (event) => this.#onMove(event), options);
    canvas.addEventListener("pointerup", (event) => this.#onUp(event), options);
    canvas.addEventListener(
      "pointerleave",
      () => this.#listeners.onHover(undefined, 0, 0),
      options,
    );
    canvas.addEventListener("dblclick", () => this.press("Home"), options);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.press(event.key)) event.preventDefault();
  }

  /** Without focus the wheel scrolls the page, as everywhere. */
  #onWheel(event: WheelEvent): void {
    const asked = event.ctrlKey || event.shiftKey || document.activeElement === this.#canvas;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) && !event.shiftKey;
    if (!asked && !sideways) return;
    event.preventDefault();
    if (sideways) {
      this.show(pan(this.#view, this.#wall, event.deltaX / this.#stage.plotWidth));
      return;
    }
    const turned = event.deltaY === 0 ? event.deltaX : event.deltaY;
    const anchor = Math.min(1, Math.max(0, (event.offsetX - GUTTER) / this.#stage.plotWidth));
    this.show(zoom(this.#view, this.#wall, Math.exp(turned / WHEEL_PX), anchor));
  }

  #onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#drag = { x: event.offsetX, view: this.#view, moved: false };
  }

  #onMove(event: PointerEvent): void {
    const drag = this.#drag;
    if (drag === undefined) {
      this.#listeners.onHover(this.#at(event.offsetX, event.offsetY), event.offsetX, event.offsetY);
      return;
    }
    const by = drag.x - event.offsetX;
    drag.moved ||= Math.abs(by) > CLICK_PX;
    if (drag.moved) this.show(pan(drag.view, this.#wall, by / this.#stage.plotWidth));
  }

  #onUp(event: PointerEvent): void {
    const clicked = this.#drag?.moved === false;
    this.#drag = undefined;
    const at = clicked ? this.#at(event.offsetX, event.offsetY) : undefined;
    if (at !== undefined) this.#pick(at, false);
  }

  /** The span at CSS pixels of the canvas. */
  #at(x: number, y: number): Picked | undefined {
    const shown = laneAt(y, this.#lanes.length);
    const lane = this.#lanes[this.#first + shown];
    if (lane === undefined || shown < 0 || shown >= MAX_LANES || x < GUTTER) return undefined;
    const { from, to } = this.#view;
    const time = from + ((x - GUTTER) / this.#stage.plotWidth) * (to - from);
    const span = beganBy(lane, time) - 1;
    if (span < 0 || time > endOf(lane, span)) return undefined;
    return { lane: this.#first + shown, span };
  }

  #resize(): void {
    this.#stage.resize(this.#canvas.clientWidth);
    this.#draw();
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    this.#stage.draw({ view: this.#view, first: this.#first, picked: this.#picked });
  }
}
