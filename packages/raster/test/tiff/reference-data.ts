import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../../../", import.meta.url));

/** Where the public test data lies, if it does. */
export const DATA = process.env.SWATH_TEST_DATA ?? resolve(REPOSITORY, "../shared/data");

/** GDAL's answers for one file. */
export interface Reference {
  readonly error?: string;
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly bigtiff: boolean;
  readonly endian: "little" | "big";
  readonly compression?: string | null;
  readonly epsg?: string | null;
  readonly geotransform?: readonly number[] | null;
  readonly band: readonly ReferenceBand[];
}

export interface ReferenceBand {
  readonly block: readonly [number, number];
  readonly dtype: string;
  readonly checksum: number;
  readonly nodata: number | "nan" | null;
  readonly overviews?: readonly (readonly [number, number])[];
  readonly sha256_le?: string;
  readonly valid?: number;
  readonly min?: number;
  readonly max?: number;
  readonly sum?: number;
}

/** The reference of a set by file name; empty where the set is absent. */
export function references(set: string): Record<string, Reference> {
  const path = resolve(DATA, set, "reference.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}
