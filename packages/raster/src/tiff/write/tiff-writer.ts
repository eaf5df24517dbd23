import { truncateSync } from "node:fs";
import { InvalidOptionError } from "swath/worker";
import { RasterWriteError } from "../../errors.ts";
import { OutputFile } from "../../output-file.ts";
import { writeFailure } from "../../write-fully.ts";
import { blockByteLength, blockPosition, plainFileSize } from "./block-place.ts";
import { encodeDirectory, fieldShape, layOutDirectory } from "./directory.ts";
import { paletteValues, tableShapes } from "./output-fields.ts";
import { CLASSIC_TIFF_LIMIT, type TiffOutputPlan } from "./plan.ts";

/** Options of {@link TiffWriter.open}. */
export interface TiffWriterOptions {
  /**
   * `appended`: every block is given to {@link TiffWriter.append}. `positioned`: workers
   * write them into `temporaryPath` themselves, which needs an uncompressed plan; see
   * `PositionedBlocks`. @default "appended"
   */
  readonly blocks?: "appended" | "positioned";
  /** Whether a file that has the name, or gets it meanwhile, is replaced. @default true */
  readonly overwrite?: boolean | undefined;
  /** Whether `close()` waits until the disk has everything. @default true */
  readonly durable?: boolean;
}

/** What may turn out only while the pixels are written. */
export interface LateFields {
  /** 0xRRGGBB per pixel value, in place of the plan's colour table; no effect without one. */
  readonly colorTable?: ArrayLike<number> | undefined;
}

/** Small blocks are collected to this many bytes, so that each needs no system call. */
const BUFFER_BYTES = 2 * 1024 * 1024;

/**
 * Writes a TIFF file block by block, in order, in one thread. The file appears under its
 * name when `close()` has succeeded; after an error, `abort()` or disposal nothing is left.
 *
 * The blocks begin at `plan.dataStart`; header, tags and tables are written before them at
 * the end, when all positions are known. Until then the temporary file is not a TIFF.
 *
 * @example
 * using writer = TiffWriter.open(plan);
 * for (let i = 0; i < plan.blockCount; i++) writer.append(i, encodeBlock(plan, pixelsOf(i)));
 * await writer.close();
 */
export class TiffWriter implements Disposable {
  readonly plan: TiffOutputPlan;
  readonly #file: OutputFile;
  readonly #positioned: boolean;
  readonly #durable: boolean;
  readonly #offsets: Float64Array;
  readonly #byteCounts: Uint32Array;
  #next = 0;
  /** Where the next block goes, and where the buffer's first byte goes. */
  #end: number;
  #bufferStart: number;
  #buffered = 0;
  #buffer: Uint8Array | undefined;

  private constructor(plan: TiffOutputPlan, file: OutputFile, options: TiffWriterOptions) {
    this.plan = plan;
    this.#file = file;
    this.#positioned = options.blocks === "positioned";
    this.#durable = options.durable ?? true;
    this.#offsets = new Float64Array(plan.blockCount);
    this.#byteCounts = new Uint32Array(plan.blockCount);
    this.#end = plan.dataStart;
    this.#bufferStart = plan.dataStart;
  }

  /**
   * Creates the temporary file.
   *
   * @throws RasterWriteError where that is not possible; the message says what to do
   * @throws InvalidOptionError for positioned blocks with a plan that compresses
   */
  static open(plan: TiffOutputPlan, options: TiffWriterOptions = {}): TiffWriter {
    const positioned = options.blocks === "positioned";
    if (positioned) assertPositionable(plan);
    const writer = new TiffWriter(plan, OutputFile.create(plan.path, options), options);
    if (positioned) writer.#reserve();
    return writer;
  }

  /** The file under its temporary name. */
  get temporaryPath(): string {
    return this.#file.temporaryPath;
  }

  /** Bytes of the file so far, header included. */
  get byteLength(): number {
    return this.#end;
  }

  /**
   * Appends the next block: 0, 1, 2, … `bytes` are copied or written before this returns.
   *
   * @param bytes what `encodeBlock` returned; empty only in a sparse file
   * @throws RasterWriteError when the disk is full or classic TIFF's 4 GiB are exceeded
   */
  append(blockIndex: number, bytes: Uint8Array): void {
    this.#assertNext(blockIndex, bytes);
    this.#next++;
    if (bytes.length === 0) return; // position 0 and length 0 mean a sparse block
    this.#assertReachable(bytes.length);
    this.#offsets[blockIndex] = this.#end;
    this.#byteCounts[blockIndex] = bytes.length;
    this.#end += bytes.length;
    this.#collect(bytes);
  }

  /**
   * Writes what is left, then the header, and gives the file its name.
   *
   * @throws RasterWriteError, also when blocks are missing
   */
  async close(late: LateFields = {}): Promise<void> {
    const { blockCount } = this.plan;
    if (!this.#positioned && this.#next < blockCount && this.#file.state === "open") {
      this.abort();
      throw new RasterWriteError(
        this.plan.path,
        `${this.#next} of ${blockCount} blocks were given`,
      );
    }
    this.#flush();
    this.#file.writeAt(this.#head(late), 0);
    await this.#file.commit(this.#durable);
  }

  /** Removes what was written; does nothing after `close()`. */
  abort(): void {
    this.#file.abort();
  }

  [Symbol.dispose](): void {
    this.abort();
  }

  #assertNext(blockIndex: number, bytes: Uint8Array): void {
    if (this.#file.state !== "open") {
      throw new RasterWriteError(this.plan.path, `the file was ${this.#file.state} before`);
    }
    const expected = this.#positioned ? "absent: blocks are positioned" : `${this.#next}, in order`;
    if (this.#positioned || blockIndex !== this.#next || blockIndex >= this.plan.blockCount) {
      throw new InvalidOptionError("blockIndex", expected, blockIndex);
    }
    if (bytes.length === 0 && !this.plan.sparse) {
      throw new InvalidOptionError("bytes", "not empty unless SPARSE_OK=TRUE", bytes);
    }
  }

  #assertReachable(byteLength: number): void {
    const end = this.#end + byteLength;
    if (this.plan.bigTiff || end <= CLASSIC_TIFF_LIMIT) return;
    this.abort();
    const where = `block ${this.#next - 1} ends at byte ${end}, classic TIFF at ${CLASSIC_TIFF_LIMIT}`;
    throw new RasterWriteError(this.plan.path, `${where}. Use BIGTIFF=YES`);
  }

  #collect(bytes: Uint8Array): void {
    if (this.#buffered + bytes.length > BUFFER_BYTES) this.#flush();
    if (bytes.length >= BUFFER_BYTES) {
      this.#file.writeAt(bytes, this.#bufferStart);
      this.#bufferStart += bytes.length;
      return;
    }
    this.#buffer ??= new Uint8Array(BUFFER_BYTES);
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
  }

  #flush(): void {
    if (this.#buffer === undefined || this.#buffered === 0) return;
    this.#file.writeAt(this.#buffer.subarray(0, this.#buffered), this.#bufferStart);
    this.#bufferStart += this.#buffered;
    this.#buffered = 0;
  }

  /** Gives the file its final size, and the tables what is known of an uncompressed file. */
  #reserve(): void {
    const { plan } = this;
    this.#end = plainFileSize(plan);
    for (let index = 0; index < plan.blockCount; index++) {
      this.#offsets[index] = blockPosition(plan, index);
      this.#byteCounts[index] = blockByteLength(plan, index);
    }
    try {
      truncateSync(this.#file.temporaryPath, this.#end);
    } catch (error) {
      this.abort();
      throw writeFailure(plan.path, error);
    }
  }

  /** Header, tags and tables: the bytes before the first block. */
  #head({ colorTable }: LateFields): Uint8Array {
    const { plan } = this;
    const [offsets, byteCounts] = tableShapes(plan, plan.bigTiff);
    const shapes = [...plan.fields.map(fieldShape), offsets, byteCounts];
    const values = new Map(plan.fields.map((field) => [field.tag, field.values]));
    if (colorTable !== undefined && values.has(320)) {
      values.set(320, paletteValues(plan.dtype, colorTable));
    }
    values.set(offsets.tag, this.#offsets).set(byteCounts.tag, this.#byteCounts);
    const layout = layOutDirectory(shapes, plan.bigTiff);
    return encodeDirectory(layout, plan.byteOrder, (tag) => values.get(tag) ?? []);
  }
}

function assertPositionable(plan: TiffOutputPlan): void {
  if (plan.compression === "none" && !plan.sparse) return;
  const got = plan.sparse ? "SPARSE_OK" : `COMPRESS=${plan.compression.toUpperCase()}`;
  throw new InvalidOptionError("blocks", '"appended" unless COMPRESS=NONE', got);
}
