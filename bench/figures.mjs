import { product } from './random.mjs';
import { spatialOutput } from './workload.mjs';

/** Floating-point operations (multiply-adds count two) and bytes (each input and weight read once, each output written once). */
export function figuresOf(workload) {
  const { op, x, w, a, b } = workload;
  if (op === 'matmul') {
    const batch = product(a.slice(0, -2));
    const [M, K, N] = [a.at(-2), a.at(-1), b.at(-1)];
    return { flops: 2 * batch * M * N * K, bytes: 4 * (product(a) + product(b) + batch * M * N) };
  }
  if (op === 'gap') return { flops: product(x), bytes: 4 * (product(x) + x[0] * x[1]) };
  const outputs = x[0] * (w?.[0] ?? x[1]) * product(spatialOutput(workload));
  const perOutput = w ? 2 * product(w.slice(1)) : product(workload.k);
  return { flops: outputs * perOutput, bytes: 4 * (product(x) + (w ? product(w) : 0) + outputs) };
}

/** The larger share of the two limits, in percent: how much of the time the machine could not have been faster. */
export function percentOfLimit({ flops, bytes }, ms, limits) {
  const compute = flops / (limits.peakGflops * 1e6);
  const memory = bytes / (limits.copyGBs * 1e6);
  return (100 * Math.max(compute, memory)) / ms;
}

export const median = (numbers) => {
  const sorted = [...numbers].sort((p, q) => p - q);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

export const geomean = (numbers) =>
  numbers.length === 0
    ? undefined
    : Math.exp(numbers.reduce((sum, n) => sum + Math.log(n), 0) / numbers.length);

/** The peers of a result, in the order they were measured. */
export const peersOf = ({ versions }) => Object.keys(versions).filter((name) => name !== 'layerwise');

/** The time of a row's fastest peer, or undefined where there is none. */
export const bestOf = ({ peers }) => {
  const times = Object.values(peers);
  return times.length > 0 ? Math.min(...times) : undefined;
};

/** Another's time over ours, in the rows that have both: { id, ratio }. */
export const ratiosTo = (rows, time) =>
  rows
    .filter((row) => row.ours !== undefined && time(row) !== undefined)
    .map((row) => ({ id: row.id, ratio: time(row) / row.ours }));

/** The geometric mean of the ratios to each peer, and to the best peer of each row. */
export function geomeans(rows, peers) {
  const mean = (time) => geomean(ratiosTo(rows, time).map(({ ratio }) => ratio));
  return {
    ...Object.fromEntries(peers.map((peer) => [peer, mean((row) => row.peers[peer])])),
    best: mean(bestOf),
  };
}

/** Largest difference, relative to the largest magnitude of what is expected. */
export function difference(got, want) {
  if (got.length !== want.length) return Number.POSITIVE_INFINITY;
  let error = 0;
  let scale = 1e-30;
  for (let i = 0; i < got.length; i++) {
    const d = Math.abs(got[i] - want[i]);
    if (!(d <= error)) error = d;
    const magnitude = Math.abs(want[i]);
    if (magnitude > scale) scale = magnitude;
  }
  return error / scale;
}
