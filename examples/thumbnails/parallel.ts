/**
 * Makes thumbnails of a list of images, on all cores.
 *
 * node dist/thumbnails/parallel.js photos/1.jpg photos/2.jpg …
 */
import { mkdirSync } from "node:fs";
import { map } from "swath";
import { makeThumbnail } from "./make-thumbnail.ts";

const files = process.argv.slice(2);
mkdirSync("thumbs", { recursive: true });

const thumbnails = await map(files, makeThumbnail);

for (const [i, file] of files.entries()) console.log(`${file}: ${thumbnails[i]}`);
