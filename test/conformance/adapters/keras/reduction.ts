import * as lw from '../../../../lib/index.js';
import { type Args, axisOf, dimsOf, float, given, type Op } from './args.js';

type Reduction = (x: lw.Tensor, options?: lw.ReduceOptions) => lw.Tensor;

/** `axis=None` is every axis, an empty list none. */
const options = ({ axis, axes, keepdims }: Args) => given({ axis: axis ?? axes, keepDims: keepdims });

const reduction =
  (f: Reduction): Op =>
  (args: Args) =>
    f(args.x, options(args));

/** Of integers the result is float. */
const floating =
  (f: Reduction): Op =>
  (args: Args) =>
    f(float(args.x), options(args));

/** Without an axis the position counts over all elements. */
const position =
  (f: (x: lw.Tensor, options?: lw.ArgReduceOptions) => lw.Tensor): Op =>
  ({ x, axis, keepdims }: Args) => {
    if (axis !== undefined && axis !== null) return f(x, given({ axis, keepDims: keepdims }));
    const at = f(lw.flatten(x), { axis: 0 });
    return keepdims ? lw.reshape(at, new Array<number>(x.rank).fill(1)) : at;
  };

/** `initial` takes part as one more element. */
function max(args: Args): lw.Tensor {
  const { x, initial, keepdims } = args;
  if (initial === undefined || initial === null) return lw.max(x, options(args));
  const all = lw.concat([lw.flatten(x), lw.cast(lw.full([1], initial), x.dtype)]);
  const most = lw.max(all);
  return keepdims ? lw.reshape(most, new Array<number>(x.rank).fill(1)) : most;
}

function average({ x, axis, weights }: Args): lw.Tensor {
  const values = float(x);
  if (weights === undefined || weights === null) return lw.mean(values, given({ axis }));
  return lw.div(
    lw.sum(lw.mul(values, weights), given({ axis })),
    lw.sum(lw.mul(weights, lw.div(values, values)), given({ axis })),
  );
}

/** Running sums: the product with a triangle of ones. */
function cumsum({ x, axis, dtype }: Args): lw.Tensor {
  const flat = axis === undefined || axis === null;
  const source = flat ? lw.flatten(x) : x;
  const at = flat ? 0 : axisOf(axis, x.rank);
  const steps = lw.arange(dimsOf(source)[at] as number);
  const triangle = lw.cast(lw.lessEqual(lw.expandDims(steps, 1), steps), 'float64');
  const sums = lw.matmul(lw.moveaxis(lw.cast(source, 'float64'), at, -1), triangle);
  return lw.cast(lw.moveaxis(sums, -1, at), dtype === '' ? 'float32' : (dtype ?? x.dtype));
}

/** x / max(norm, epsilon) with the norm of any order; `l2Normalize` compares the square of the norm. */
function normalize({ x, axis = -1, order = 2, epsilon = 1e-12 }: Args): lw.Tensor {
  const over = given({ axis });
  if (order === 2)
    return lw.l2Normalize(float(x), { axis: axis ?? dimsOf(x).map((_, i) => i), epsilon: epsilon ** 2 });
  const powers = lw.sum(lw.pow(lw.abs(float(x)), order), { ...over, keepDims: true });
  return lw.div(float(x), lw.maximum(lw.pow(powers, 1 / order), epsilon));
}

export const REDUCTIONS: Readonly<Record<string, Op>> = {
  sum: reduction(lw.sum),
  prod: reduction(lw.prod),
  min: reduction(lw.min),
  amax: reduction(lw.max),
  amin: reduction(lw.min),
  max,
  mean: floating(lw.mean),
  var: floating(lw.variance),
  std: floating(lw.std),
  argmax: position(lw.argMax),
  argmin: position(lw.argMin),
  average,
  cumsum,
  normalize,
  moments: (args) => [lw.mean(args.x, options(args)), lw.variance(args.x, options(args))],
  count_nonzero: (args) => lw.sum(lw.cast(lw.notEqual(args.x, 0), 'int32'), options(args)),
};
