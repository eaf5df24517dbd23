/** What each program prints, whatever runs it. */
export const EXPECTED = {
  reference: {
    declared: [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3],
    arrow: [0, 0.5, 1, 1.5],
    async: ["b0", "b1", "b2", "b3"],
    builtin: [0, 1, Math.SQRT2, Math.sqrt(3)],
  },
  closure: {
    constant: [5, 6, 7, 8],
    object: ["x0", "x100", "x200", "x300"],
    helper: [1, 11, 21, 31],
    imported: [0, 0, 0, 2, 2, 2, 4, 4, 4, 6, 6, 6],
    namespace: [0, 0.5, 1, 2.5],
    builtin: ["b658", "356a"],
    array: ["b5.5", "b6.5", "b7.5", "b8.5"],
  },
  task: {
    imported: [
      ...Array(3).fill("low"),
      ...Array(3).fill("middle"),
      ...Array(3).fill("high"),
      ...Array(3).fill("top"),
    ],
    own: [7, 8, 9, 10],
    alike: [
      [-1, 0],
      [-2, -1],
    ],
    inside: ["low7", "low8", "low9", "middle10"],
  },
};

export const PROGRAMS = Object.keys(EXPECTED);
