import * as lw from '../../../../lib/index.js';
import { axisOf, dimsOf, type Node, need, numbers, type Op } from './node.js';

type Reduction = (x: lw.Tensor, options?: lw.ReduceOptions) => lw.Tensor;

/** No axes mean all, or none at all with `noop_with_empty_axes`. */
const reduce =
  (f: Reduction): Op =>
  (node) => {
    const { keepdims = 1, noop_with_empty_axes: noop = 0 } = node.attributes;
    const axis = numbers(node, 'axes', 1);
    const none = axis === undefined || axis.length === 0;
    if (none && noop) return need(node, 0);
    return f(need(node, 0), { ...(none ? {} : { axis }), keepDims: Boolean(keepdims) });
  };

/** The last of several equal extremes is the first one from the other end. */
const argReduce =
  (f: typeof lw.argMax): Op =>
  (node: Node) => {
    const { axis: given = 0, keepdims = 1, select_last_index: last = 0 } = node.attributes;
    const x = need(node, 0);
    const axis = axisOf(given, x.rank);
    const keepDims = Boolean(keepdims);
    if (!last) return f(x, { axis, keepDims });
    return lw.sub((dimsOf(x)[axis] as number) - 1, f(lw.flip(x, axis), { axis, keepDims }));
  };

export const REDUCTIONS: Readonly<Record<string, Op>> = {
  ReduceSum: reduce(lw.sum),
  ReduceMean: reduce(lw.mean),
  ReduceProd: reduce(lw.prod),
  ReduceMax: reduce(lw.max),
  ReduceMin: reduce(lw.min),
  ReduceL1: reduce((x, options) => lw.sum(lw.abs(x), options)),
  ReduceL2: reduce(lw.norm),
  ReduceSumSquare: reduce((x, options) => lw.sum(lw.square(x), options)),
  ArgMax: argReduce(lw.argMax),
  ArgMin: argReduce(lw.argMin),
};
