import { product } from './random.mjs';

/** Floating-point operations (multiply-adds count two) and bytes (each input and weight read once, each output written once). */
export function figuresOf(workload) {
  const { op, x, w, a, b } = workload;
  if (op === 'matmul') {
    const batch = product(a.slice(0, -2));
    const [M, K, N] = [a.at(-2), a.at(-1), b.at(-1)];
    return { flops: 2 * batch * M * N * K, bytes: 4 * (product(a) + product(b) + batch * M * N) };
  }
  if (op === 'gap') return { flops: product(x), bytes: 4 * (product(x) + x[0] * x[1]) };
  const spatial = x.slice(2);
  const window = workload.k ?? w.slice(2);
  const out = spatial.map((size, i) => {
    const span = (window[i] - 1) * (workload.dil?.[i] ?? 1) + 1;
    return (
      Math.floor((size + workload.pad[i] + workload.pad[i + spatial.length] - span) / workload.stride[i]) + 1
    );
  });
  const outputs = x[0] * (w?.[0] ?? x[1]) * product(out);
  const perOutput = w ? 2 * product(w.slice(1)) : product(window);
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
