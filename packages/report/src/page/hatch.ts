/** Pixels from one stripe to the next; timeline and style sheet use the same. */
export const HATCH_PERIOD = 6;

/** A colour with thin stripes of 45°, so that it is told apart without seeing colours. */
export function hatched(colour: string, stripe: string): CanvasPattern | string {
  const size = HATCH_PERIOD * Math.ceil(devicePixelRatio);
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const context = tile.getContext("2d");
  if (context === null) return colour;
  context.fillStyle = colour;
  context.fillRect(0, 0, size, size);
  context.strokeStyle = stripe;
  context.globalAlpha = 0.45;
  context.lineWidth = size / HATCH_PERIOD;
  context.beginPath();
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift, size);
    context.lineTo(shift + size, 0);
  }
  context.stroke();
  return context.createPattern(tile, "repeat") ?? colour;
}
