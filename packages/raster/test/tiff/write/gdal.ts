import { spawnSync } from "node:child_process";

/** What rasterio (GDAL) says about one file. */
export interface RasterioAnswer {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly dtype: string;
  readonly nodata: number | string | null;
  readonly compression: string | null;
  readonly predictor: string | null;
  readonly interleave: string | null;
  readonly block: readonly [rows: number, columns: number];
  readonly crs: string | null;
  readonly transform: readonly number[];
  readonly colormap: Readonly<Record<string, readonly number[]>> | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly descriptions: readonly (string | null)[];
  /** Of every band's rows in little-endian order. */
  readonly sha256: readonly string[];
  readonly checksums: readonly number[];
}

const SCRIPT = `
import hashlib, json, math, sys, rasterio, warnings
warnings.simplefilter("ignore")
answers = []
for path in json.load(sys.stdin):
    with rasterio.open(path) as f:
        def text(v): return v if v is None or math.isfinite(v) else repr(v)
        bands = [f.read(i) for i in f.indexes]
        try: colormap = f.colormap(1)
        except ValueError: colormap = None
        structure = f.tags(ns="IMAGE_STRUCTURE")
        answers.append(dict(
            width=f.width, height=f.height, count=f.count, dtype=f.dtypes[0], nodata=text(f.nodata),
            compression=structure.get("COMPRESSION"), predictor=structure.get("PREDICTOR"),
            interleave=structure.get("INTERLEAVE"), block=f.block_shapes[0],
            crs=f.crs.to_wkt() if f.crs else None, transform=list(f.transform.to_gdal()),
            colormap=colormap, tags=f.tags(), descriptions=f.descriptions,
            sha256=[hashlib.sha256(b.astype(b.dtype.newbyteorder("<")).tobytes()).hexdigest() for b in bands],
            checksums=[f.checksum(i) for i in f.indexes]))
print(json.dumps(answers))
`;

const ENVIRONMENT = { ...process.env, GDAL_PAM_ENABLED: "NO" };

/** A Python that can import rasterio; undefined where there is none. */
export const PYTHON_WITH_RASTERIO = ["python3", "/usr/bin/python3"].find(
  (python) => spawnSync(python, ["-c", "import rasterio"], { env: ENVIRONMENT }).status === 0,
);

export const HAS_GDALINFO = spawnSync("gdalinfo", ["--version"]).status === 0;

export const RASTERIO_ABSENT = PYTHON_WITH_RASTERIO ? "" : " (skipped: rasterio is absent)";
export const GDALINFO_ABSENT = HAS_GDALINFO ? "" : " (skipped: gdalinfo is absent)";

/** Opens every file in one Python process. */
export function askRasterio(paths: readonly string[]): readonly RasterioAnswer[] {
  const run = spawnSync(PYTHON_WITH_RASTERIO ?? "python3", ["-c", SCRIPT], {
    input: JSON.stringify(paths),
    encoding: "utf8",
    env: ENVIRONMENT,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as readonly RasterioAnswer[];
}

/** `gdalinfo -json -checksum`, and what it warned about. */
export function gdalinfo(path: string): { readonly info: GdalInfo; readonly warnings: string } {
  const run = spawnSync("gdalinfo", ["-json", "-checksum", path], {
    encoding: "utf8",
    env: ENVIRONMENT,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return { info: JSON.parse(run.stdout) as GdalInfo, warnings: run.stderr };
}

export interface GdalInfo {
  readonly size: readonly [number, number];
  readonly geoTransform?: readonly number[];
  readonly coordinateSystem?: { readonly wkt: string };
  readonly metadata: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly bands: readonly {
    readonly type: string;
    readonly block: readonly [number, number];
    readonly checksum: number;
    readonly noDataValue?: number | string;
    readonly colorInterpretation: string;
    readonly colorTable?: { readonly count: number; readonly entries: readonly number[][] };
  }[];
}
