/**
 * The program of a worker thread as one text: `thread-entry.ts` with all that it imports, by
 * Brotli, in base64. The build writes it into the compiled copy of this file
 * (`scripts/embed-entry.mjs`); without that step it is undefined, and threads load the file
 * beside this one.
 */
export const PACKED_ENTRY: string | undefined = undefined;
