// The worker of piscina and of tinypool.
export function inc(x) {
  return x + 1;
}

export function incAll(xs) {
  return xs.map((x) => x + 1);
}
