import { describeValue, messageOf, SwathError } from "swath/worker";

/** Why a pixel has no class. */
export type PixelProblem =
  | { readonly kind: "unmapped" }
  | { readonly kind: "passed" }
  | { readonly kind: "returned"; readonly returned: unknown }
  | { readonly kind: "threw"; readonly cause: unknown }
  /** The function gave no class for some pixel of the block, but one when asked again. */
  | { readonly kind: "unstable"; readonly pixels: number };

/** A pixel has a value for which the rule gives no class. */
export class PixelClassError extends SwathError {
  readonly code = "SWATH_RASTER_PIXEL";
  readonly problem: PixelProblem["kind"];
  /** Place of the pixel in the raster, from 0. */
  readonly row: number;
  readonly col: number;
  /** The pixel's value. */
  readonly value: number;
  /** What the function returned instead of a class. */
  readonly returned: unknown;

  constructor(place: { row: number; col: number; value: number }, problem: PixelProblem) {
    super(
      `Cannot classify the pixel at row ${place.row}, column ${place.col}: ${problemText(place.value, problem)}`,
      problem.kind === "threw" ? { cause: problem.cause } : {},
    );
    this.problem = problem.kind;
    this.row = place.row;
    this.col = place.col;
    this.value = place.value;
    this.returned = problem.kind === "returned" ? problem.returned : undefined;
  }
}

function problemText(value: number, problem: PixelProblem): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  switch (problem.kind) {
    case "unmapped":
      return `the mapping has no range for its value ${text}. Add one, or DEFAULT`;
    case "passed":
      return `its value ${text} passes through, but a class is an integer from 0 to 255`;
    case "returned":
      return `for its value ${text} the function returned ${describeValue(problem.returned)}, but a class is an integer from 0 to 255`;
    case "unstable":
      return `in the ${problem.pixels} pixels that are read from here on the function returned something other than an integer from 0 to 255, but not when it was called again with the same values. Make it depend on the value alone, or check what it returns`;
    case "threw":
      return `for its value ${text} the function threw: ${messageOf(problem.cause)}`;
  }
}
