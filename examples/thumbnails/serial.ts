/**
 * Makes thumbnails of a list of images, one after the other.
 *
 * node dist/thumbnails/serial.js photos/1.jpg photos/2.jpg …
 */
import { mkdirSync } from "node:fs";
import { makeThumbnail } from "./make-thumbnail.ts";

const files = process.argv.slice(2);
mkdirSync("thumbs", { recursive: true });

const thumbnails: string[] = [];
for (const file of files) thumbnails.push(await makeThumbnail(file));

for (const [i, file] of files.entries()) console.log(`${file}: ${thumbnails[i]}`);
