import { task } from "swath";

/** Elevations by class, and those without data last. */
export const countClasses = task(import.meta, function countClasses({ data, nodata }) {
  const counts = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const v = data[i];
    if (v === nodata) counts[5]++;
    else if (v < 200) counts[0]++;
    else if (v < 300) counts[1]++;
    else if (v < 400) counts[2]++;
    else if (v < 500) counts[3]++;
    else counts[4]++;
  }
  return counts;
});
