import * as lw from '../../../../lib/index.js';
import type { Args } from './args.js';
import type { Op } from './index.js';

type Reduction = (x: lw.Tensor, options?: { axis?: number | number[]; keepDims?: boolean }) => lw.Tensor;

/** torch's `dim=[]` and a missing one both mean every axis. */
const axisOf = (dim: number | number[] | null | undefined) =>
  dim === undefined || dim === null || (Array.isArray(dim) && dim.length === 0) ? {} : { axis: dim };

/** A scalar may be reduced over axis 0 or -1. */
function reduce(
  f: Reduction,
  x: lw.Tensor,
  dim: number | number[] | null | undefined,
  keepDims = false,
): lw.Tensor {
  if (x.rank === 0) return lw.squeeze(f(lw.reshape(x, [1]), { axis: 0, keepDims: true }), 0);
  return f(x, { ...axisOf(dim), keepDims });
}

const simple =
  (f: Reduction): Op =>
  (args: Args) => {
    if (args.dtype !== undefined && /int/.test(args.dtype)) {
      throw new lw.LayerwiseError('ERR_DTYPE', 'reduce: an integer dtype cannot hold the result');
    }
    return reduce(
      f,
      args.input,
      args.dim ?? args.arg1,
      args.keepdim ?? (typeof args.arg2 === 'boolean' ? args.arg2 : false),
    );
  };

/** Sample variance: with Bessel's correction unless told otherwise. */
function variance(args: Args): lw.Tensor {
  const { input, arg1 } = args;
  const dim = typeof arg1 === 'boolean' ? undefined : (args.dim ?? arg1);
  const unbiased = typeof arg1 === 'boolean' ? arg1 : (args.unbiased ?? true);
  const correction =
    args.correction === undefined || args.correction === null ? (unbiased ? 1 : 0) : args.correction;
  const population = reduce(lw.variance, input, dim, args.keepdim);
  const n = input.size / Math.max(1, reduce(lw.variance, input, dim, false).size);
  return lw.mul(population, n / Math.max(0, n - correction));
}

export const REDUCTIONS: Readonly<Record<string, Op>> = {
  sum: simple(lw.sum),
  mean: simple(lw.mean),
  prod: simple(lw.prod),
  amax: simple(lw.max),
  amin: simple(lw.min),
  argmax: simple(lw.argMax as Reduction),
  argmin: simple(lw.argMin as Reduction),
  logsumexp: simple(lw.logSumExp),
  var: variance,
  std: (args) => lw.sqrt(variance(args)),
  normalize: ({ input, p = 2, dim = 1, eps = 1e-12 }) => {
    const axis = input.rank === 0 ? 0 : dim;
    const x = input.rank === 0 ? lw.reshape(input, [1]) : input;
    const norm = lw.pow(lw.sum(lw.pow(lw.abs(x), p), { axis, keepDims: true }), 1 / p);
    return lw.reshape(lw.div(x, lw.maximum(norm, eps)), input.shape);
  },
};
