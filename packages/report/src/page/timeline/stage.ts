import { beganBy, endOf, type Lane } from "../../figures/lanes.ts";
import { countText } from "../../figures/units.ts";
import type { RunRecord } from "../../record.ts";
import { type Palette, palette } from "../theme.ts";
import { tickText } from "../tick-text.ts";
import { LanePainter } from "./lane-painter.ts";
import { AXIS, GUTTER, heightOf, MAX_LANES, placesOf } from "./layout.ts";
import type { Picked } from "./picked.ts";
import { ticksOf, type View } from "./view.ts";

/** What the picture shows beside the spans. */
export interface Scene {
  readonly view: View;
  /** The first lane that is shown. */
  readonly first: number;
  readonly picked: Picked | undefined;
}

/** CSS pixels from which a span is wide enough for its border, and for its items. */
const BORDER_PX = 5;
const LABEL_PX = 64;
/** CSS pixels of a lane from which each has its name beside it, else every fourth. */
const LABEL_HEIGHT_PX = 12;
const TICK_PX = 110;
const FONT = "12px system-ui, sans-serif";

/** Draws the timeline on a canvas of the size of its viewport. */
export class Stage {
  readonly #context: CanvasRenderingContext2D;
  readonly #painter = new LanePainter();
  readonly #lanes: readonly Lane[];
  readonly #record: RunRecord;
  #palette: Palette = palette();
  #width = 0;

  constructor(canvas: HTMLCanvasElement, record: RunRecord, lanes: readonly Lane[]) {
    this.#context = canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
    this.#lanes = lanes;
    this.#record = record;
  }

  /** CSS pixels between the gutter and the right edge. */
  get plotWidth(): number {
    return Math.max(1, this.#width - GUTTER);
  }

  recolour(): void {
    this.#palette = palette();
  }

  /** @param width CSS pixels */
  resize(width: number): void {
    const { canvas } = this.#context;
    const height = heightOf(this.#lanes.length);
    this.#width = width;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    canvas.style.height = `${height}px`;
  }

  draw(scene: Scene): void {
    const context = this.#context;
    const ratio = devicePixelRatio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = this.#palette.card;
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    const left = Math.round(GUTTER * ratio);
    const top = Math.round(AXIS * ratio);
    const shown = this.#lanes.slice(scene.first, scene.first + MAX_LANES);
    const places = placesOf(this.#lanes.length, ratio);
    this.#painter.resize(context.canvas.width - left, context.canvas.height - top, ratio);
    this.#painter.paint(context, { x: left, y: top }, scene.view, shown, places, this.#palette);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = FONT;
    this.#drawAxis(scene.view);
    for (const [i, lane] of shown.entries()) {
      const { top: y, height } = places[i] ?? { top: 0, height: 0 };
      this.#drawLane(scene, lane, scene.first + i, AXIS + y / ratio, height / ratio);
    }
  }

  #x(time: number, { from, to }: View): number {
    return GUTTER + ((time - from) / (to - from)) * this.plotWidth;
  }

  #drawAxis(view: View): void {
    const context = this.#context;
    const ticks = ticksOf(view, this.plotWidth / TICK_PX);
    const step = (ticks[1] ?? view.to) - (ticks[0] ?? view.from);
    context.textBaseline = "middle";
    context.textAlign = "left";
    for (const tick of ticks) {
      const x = Math.round(this.#x(tick, view));
      context.fillStyle = this.#palette.line;
      context.fillRect(x, 0, 1, AXIS);
      context.fillStyle = this.#palette.soft;
      context.fillText(tickText(tick, step), x + 4, AXIS / 2);
    }
  }

  #drawLane(scene: Scene, lane: Lane, index: number, y: number, height: number): void {
    const context = this.#context;
    if (height >= LABEL_HEIGHT_PX || index % 4 === 0) {
      context.fillStyle = this.#palette.soft;
      context.textAlign = "right";
      context.fillText(`w${lane.worker}`, GUTTER - 8, y + height / 2 + 0.5);
    }
    this.#drawBorders(scene.view, lane, y, height);
    if (scene.picked?.lane === index) this.#outline(scene.view, lane, scene.picked.span, y, height);
  }

  /** Borders between spans, and their items, where there is room for them. */
  #drawBorders(view: View, lane: Lane, y: number, height: number): void {
    const context = this.#context;
    const first = Math.max(0, beganBy(lane, view.from) - 1);
    const last = beganBy(lane, view.to);
    if (last - first > this.plotWidth / BORDER_PX) return;
    context.textAlign = "left";
    for (let i = first; i < last; i++) {
      const x = Math.max(GUTTER, this.#x(lane.begin[i] as number, view));
      const width = this.#x(endOf(lane, i), view) - x;
      if (width < BORDER_PX) continue;
      context.fillStyle = this.#palette.card;
      context.fillRect(x, y, 1, height);
      if (width > LABEL_PX && height >= 15) this.#label(view, lane, i, y + height / 2);
    }
  }

  /** The items of a span, in its run time. */
  #label(view: View, lane: Lane, i: number, y: number): void {
    const { spans } = this.#record;
    if (spans === undefined) return;
    const row = lane.rows[i] as number;
    const [start, end] = [spans.start[row] as number, spans.end[row] as number];
    const text = end - start > 1 ? `${countText(start)}–${countText(end - 1)}` : countText(start);
    const runs =
      (spans.begin[row] as number) + (spans.decode[row] as number) + (spans.read[row] as number);
    const from = Math.max(GUTTER, this.#x(runs, view));
    const to = Math.min(GUTTER + this.plotWidth, this.#x(runs + (spans.run[row] as number), view));
    if (this.#context.measureText(text).width > to - from - 12) return;
    this.#context.fillStyle = "#000000";
    this.#context.fillText(text, from + 6, y + 0.5);
  }

  #outline(view: View, lane: Lane, span: number, y: number, height: number): void {
    const context = this.#context;
    const from = Math.max(GUTTER, this.#x(lane.begin[span] as number, view));
    const to = Math.min(GUTTER + this.plotWidth, this.#x(endOf(lane, span), view));
    if (to < GUTTER || from > GUTTER + this.plotWidth) return;
    context.lineWidth = 2;
    context.strokeStyle = this.#palette.card;
    context.strokeRect(from - 2, y - 1, Math.max(3, to - from) + 4, height + 2);
    context.strokeStyle = this.#palette.alarm;
    context.strokeRect(from - 1, y, Math.max(3, to - from) + 2, height);
  }
}
