/**
 * The program of a worker thread as one text: `thread-entry.ts` with all that it imports. The
 * build writes it into the compiled copy of this file (`scripts/embed-entry.mjs`); without that
 * step it is undefined, and threads load the file beside this one.
 */
export const ENTRY_TEXT: string | undefined = undefined;
