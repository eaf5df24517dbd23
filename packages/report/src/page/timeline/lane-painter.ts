import { type Lane, PHASES, secondsBy, type Track } from "../../figures/lanes.ts";
import { HATCH_PERIOD } from "../hatch.ts";
import type { Palette } from "../theme.ts";
import type { View } from "./view.ts";

const RUN = PHASES.indexOf("run");
/** What lies on top of the run time, from below. */
const ABOVE = [PHASES.indexOf("read"), PHASES.indexOf("decode"), PHASES.indexOf("encode")];

/** A lane's place in the picture, in device pixels. */
export interface LanePlace {
  readonly top: number;
  readonly height: number;
}

/**
 * Paints lanes pixel by pixel: a column of pixels is filled with the phases in proportion to the
 * time that each took in it. Its cost goes with the pixels, not with the spans.
 */
export class LanePainter {
  #image = new ImageData(1, 1);
  #pixels = new Uint32Array(1);
  /** How high each layer reaches in each column of pixels: run, pauses, read, decode, encode. */
  #heights: readonly Uint16Array[] = [];
  #ratio = 1;

  /** For a picture of this many device pixels. */
  resize(width: number, height: number, ratio: number): void {
    this.#ratio = ratio;
    if (this.#image.width === width && this.#image.height === height) return;
    this.#image = new ImageData(Math.max(1, width), Math.max(1, height));
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    this.#heights = Array.from({ length: 2 + ABOVE.length }, () => new Uint16Array(width));
  }

  paint(
    context: CanvasRenderingContext2D,
    at: { readonly x: number; readonly y: number },
    view: View,
    lanes: readonly Lane[],
    places: readonly LanePlace[],
    palette: Palette,
  ): void {
    const colours = packedColours(palette);
    this.#pixels.fill(colours.card);
    for (const [i, lane] of lanes.entries()) {
      const place = places[i] as LanePlace;
      this.#measure(lane, view, place.height);
      this.#fill(place, colours);
    }
    context.putImageData(this.#image, at.x, at.y);
  }

  #measure(lane: Lane, view: View, height: number): void {
    const { width } = this.#image;
    const step = (view.to - view.from) / width;
    const [run, gc] = this.#heights as [Uint16Array, Uint16Array];
    const now = new Float64Array(PHASES.length);
    const before = new Float64Array(PHASES.length);
    const pause = new Meter(lane.pauses, view.from);
    let from = secondsBy(lane, view.from, 0, before);
    for (let x = 0; x < width; x++) {
      const until = view.from + (x + 1) * step;
      from = secondsBy(lane, until, from, now);
      const running = ((now[RUN] as number) - (before[RUN] as number)) / step;
      const paused = pause.until(until) / step;
      run[x] = Math.min(height, Math.max(0, running - paused) * height + 0.5);
      let reach = Math.max(running, paused);
      gc[x] = Math.min(height, reach * height + 0.5);
      for (let s = 0; s < ABOVE.length; s++) {
        const phase = ABOVE[s] as number;
        reach += ((now[phase] as number) - (before[phase] as number)) / step;
        (this.#heights[2 + s] as Uint16Array)[x] = Math.min(height, reach * height + 0.5);
      }
      before.set(now);
    }
  }

  #fill({ top, height }: LanePlace, colours: PackedColours): void {
    const { width } = this.#image;
    const pixels = this.#pixels;
    const [run, gc, read, decode, encode] = this.#heights as [
      Uint16Array,
      Uint16Array,
      Uint16Array,
      Uint16Array,
      Uint16Array,
    ];
    const period = HATCH_PERIOD * Math.max(1, Math.round(this.#ratio));
    const stripe = Math.max(1, Math.round(this.#ratio));
    for (let y = 0; y < height; y++) {
      const up = height - 1 - y;
      const row = (top + y) * width;
      for (let x = 0; x < width; x++) {
        let colour = colours.wait;
        if (up < (run[x] as number)) colour = colours.run;
        else if (up < (gc[x] as number)) colour = colours.gc;
        else if (up < (encode[x] as number)) {
          const pair =
            up < (read[x] as number)
              ? colours.read
              : up < (decode[x] as number)
                ? colours.decode
                : colours.encode;
          colour = (x + top + y) % period < stripe ? pair.stripe : pair.plain;
        }
        pixels[row + x] = colour;
      }
    }
  }
}

/** Tells how much of a track of one phase lies between one time and the next. */
class Meter {
  readonly #track: Track | undefined;
  readonly #sum = new Float64Array(1);
  #from = 0;

  constructor(track: Track | undefined, time: number) {
    this.#track = track;
    this.until(time);
  }

  until(time: number): number {
    if (this.#track === undefined) return 0;
    const before = this.#sum[0] as number;
    this.#from = secondsBy(this.#track, time, this.#from, this.#sum);
    return (this.#sum[0] as number) - before;
  }
}

interface PackedColours {
  readonly card: number;
  readonly wait: number;
  readonly run: number;
  readonly gc: number;
  readonly read: Hatched;
  readonly decode: Hatched;
  readonly encode: Hatched;
}

interface Hatched {
  readonly plain: number;
  readonly stripe: number;
}

function packedColours(palette: Palette): PackedColours {
  const hatched = (colour: string) => ({
    plain: packed(colour, 1),
    stripe: packed(colour, 0.55),
  });
  return {
    card: packed(palette.card, 1),
    wait: packed(palette.wait, 1),
    run: packed(palette.run, 1),
    gc: packed(palette.gc, 1),
    read: hatched(palette.read),
    decode: hatched(palette.decode),
    encode: hatched(palette.encode),
  };
}

/** "#rrggbb" or "#rgb" as the bytes of a pixel, darker for a `light` below 1. */
function packed(colour: string, light: number): number {
  const digits = colour.slice(1);
  const rgb = Number.parseInt(digits.length === 3 ? digits.replaceAll(/./g, "$&$&") : digits, 16);
  const part = (shift: number) => Math.round(((rgb >> shift) & 0xff) * light);
  const bytes = Uint8Array.of(part(16), part(8), part(0), 0xff);
  return new Uint32Array(bytes.buffer)[0] as number;
}
