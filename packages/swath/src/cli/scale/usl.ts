import type { SpeedupPoint } from "./laws.ts";

/** The Universal Scalability Law, S(N) = γ·N / (1 + α·(N − 1) + β·N·(N − 1)). */
export interface Usl {
  /** Speed-up of one worker. */
  readonly gamma: number;
  /** Contention: the share that workers wait for each other. From 0. */
  readonly alpha: number;
  /** Coherence: what each pair of workers costs. From 0; above 0 the curve has a summit. */
  readonly beta: number;
}

/** Three parameters take more than three points: with fewer the fit goes through all of them. */
export const USL_POINTS = 5;

/**
 * Fits the law by least squares with α, β ≥ 0. N / S is linear in 1/γ, α/γ and β/γ; residuals
 * are taken relative to it, so that a point counts by its share of error, not by its size. Of the
 * solutions with and without each of the two bounded parameters the best that keeps the bounds is
 * taken: with two bounds that is the exact constrained optimum.
 *
 * @returns undefined with fewer than {@link USL_POINTS} different numbers of workers
 * @see Gunther, "Guerrilla Capacity Planning", Springer 2007, chapter 5
 */
export function fitUsl(points: readonly SpeedupPoint[]): Usl | undefined {
  if (new Set(points.map(({ workers }) => workers)).size < USL_POINTS) return undefined;
  const rows = points.map(({ workers: n, speedup }): Row => {
    const weight = speedup / n;
    return [weight, weight * (n - 1), weight * n * (n - 1)];
  });
  let best: { readonly error: number; readonly values: Row } | undefined;
  for (const free of [[0, 1, 2], [0, 1], [0, 2], [0]]) {
    const values = leastSquares(rows, free);
    if (values === undefined || values[0] <= 0 || values[1] < 0 || values[2] < 0) continue;
    const error = rows.reduce((sum, row) => sum + (dot(row, values) - 1) ** 2, 0);
    if (best === undefined || error < best.error) best = { error, values };
  }
  if (best === undefined) return undefined;
  const [inverse, alpha, beta] = best.values;
  return { gamma: 1 / inverse, alpha: alpha / inverse, beta: beta / inverse };
}

/** Speed-up by the law. */
export function usl({ gamma, alpha, beta }: Usl, workers: number): number {
  return (gamma * workers) / (1 + alpha * (workers - 1) + beta * workers * (workers - 1));
}

/** Workers at which the law has its summit, √((1 − α) / β); undefined where it has none. */
export function summitOf({ alpha, beta }: Usl): number | undefined {
  if (beta <= 0) return undefined;
  return Math.max(1, Math.sqrt(Math.max(0, 1 - alpha) / beta));
}

type Row = readonly [number, number, number];

function dot(a: Row, b: Row): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/**
 * The x with the least |rows · x − 1|², of which only the entries `free` are not 0: by the normal
 * equations, which serve for three unknowns.
 */
function leastSquares(rows: readonly Row[], free: readonly number[]): Row | undefined {
  const matrix = free.map((i) => [
    ...free.map((j) => sum(rows, (row) => at(row, i) * at(row, j))),
    sum(rows, (row) => at(row, i)),
  ]);
  const solved = solve(matrix);
  if (solved === undefined) return undefined;
  const values: [number, number, number] = [0, 0, 0];
  free.forEach((i, k) => {
    values[i as 0 | 1 | 2] = solved[k] as number;
  });
  return values;
}

/** Gauss-Jordan elimination with pivoting; undefined where there is no single solution. */
function solve(matrix: number[][]): readonly number[] | undefined {
  const size = matrix.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(cell(matrix, row, column)) > Math.abs(cell(matrix, pivot, column))) pivot = row;
    }
    if (cell(matrix, pivot, column) === 0) return undefined;
    [matrix[column], matrix[pivot]] = [matrix[pivot] as number[], matrix[column] as number[]];
    const top = matrix[column] as number[];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = cell(matrix, row, column) / cell(matrix, column, column);
      const line = matrix[row] as number[];
      for (let k = column; k <= size; k++) line[k] = (line[k] as number) - factor * at(top, k);
    }
  }
  return matrix.map((line, row) => at(line, size) / at(line, row));
}

function cell(matrix: readonly (readonly number[])[], row: number, column: number): number {
  return at(matrix[row] as readonly number[], column);
}

function at(row: readonly number[], index: number): number {
  return row[index] as number;
}

function sum(rows: readonly Row[], value: (row: Row) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}
