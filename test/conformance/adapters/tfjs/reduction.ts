import * as lw from '../../../../lib/index.js';
import { type Args, dimsOf, float, type Op } from './args.js';

type Reduction = (x: lw.Tensor, options?: lw.ReduceOptions) => lw.Tensor;

const axisOf = ({ axis, keepDims = false }: Args) => ({ keepDims, ...(axis === undefined ? {} : { axis }) });

const simple =
  (f: Reduction): Op =>
  (args) =>
    f(args.x, axisOf(args));

/** Over axis 0 unless told otherwise. */
const search =
  (f: typeof lw.argMax): Op =>
  ({ x, axis = 0 }) =>
    f(x, { axis });

/** One axis, or all elements as one vector: p-norms for p of 1, 2 and both infinities. */
function vectorNorm(x: lw.Tensor, ord: string | number, axis?: number): lw.Tensor {
  const options = { keepDims: true, ...(axis === undefined ? {} : { axis }) };
  if (ord === 'euclidean' || ord === 2) return lw.norm(x, options);
  if (ord === 1) return lw.sum(lw.abs(x), options);
  if (ord === Number.POSITIVE_INFINITY) return lw.max(lw.abs(x), options);
  if (ord === Number.NEGATIVE_INFINITY) return lw.min(lw.abs(x), options);
  throw new lw.LayerwiseError('ERR_ARGUMENT', `norm: no vector norm of order ${ord}`);
}

/** Over two axes: the largest sum of a column or of a row, or the Frobenius norm. */
function matrixNorm(x: lw.Tensor, ord: string | number, axes: readonly [number, number]): lw.Tensor {
  const [rows, columns] = axes;
  const sums = (axis: number) => lw.sum(lw.abs(x), { axis, keepDims: true });
  if (ord === 'euclidean' || ord === 'fro') return lw.norm(x, { axis: axes, keepDims: true });
  if (ord === 1) return lw.max(sums(rows), { axis: columns, keepDims: true });
  if (ord === Number.POSITIVE_INFINITY) return lw.max(sums(columns), { axis: rows, keepDims: true });
  if (ord === Number.NEGATIVE_INFINITY) return lw.min(sums(columns), { axis: rows, keepDims: true });
  throw new lw.LayerwiseError('ERR_ARGUMENT', `norm: no matrix norm of order ${ord}`);
}

function norm({ x, ord = 'euclidean', axis, keepDims = false }: Args): lw.Tensor {
  const axes = axis === undefined ? [] : [axis].flat();
  const matrix = axes.length === 2;
  const result = matrix ? matrixNorm(x, ord, axes as [number, number]) : vectorNorm(x, ord, axes[0]);
  if (keepDims || x.rank === 0) return result;
  return lw.squeeze(result, axes.length === 0 ? dimsOf(x).map((_, i) => i) : axes);
}

/** Running sums are a product with a triangle of ones. */
function cumsum({ x, axis = 0, exclusive = false, reverse = false }: Args): lw.Tensor {
  const size = x.shape[axis] as number;
  const steps = lw.arange(size);
  const [to, from] = [lw.expandDims(steps, 1), lw.expandDims(steps, 0)];
  const [late, early] = reverse ? [from, to] : [to, from];
  const triangle = lw.cast(exclusive ? lw.greater(late, early) : lw.greaterEqual(late, early), 'float32');
  return lw.moveaxis(lw.matmul(lw.moveaxis(x, axis, -1), triangle, { transposeB: true }), -1, axis);
}

export const REDUCTIONS: Readonly<Record<string, Op>> = {
  sum: simple(lw.sum),
  prod: simple(lw.prod),
  max: simple(lw.max),
  min: simple(lw.min),
  mean: simple((x, options) => lw.mean(float(x), options)),
  logSumExp: simple(lw.logSumExp),
  argMax: search(lw.argMax),
  argMin: search(lw.argMin),
  norm,
  cumsum,
};
