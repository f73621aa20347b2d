import {
  add,
  dot,
  einsum,
  matmul,
  mul,
  reshape,
  sum,
  type Tensor,
  transpose,
} from '../../../../lib/index.js';
import type { Args } from './args.js';
import type { Op } from './index.js';

const outer = (a: Tensor, b: Tensor) => mul(reshape(a, [-1, 1]), b);

/** beta * input + alpha * product */
const addTo = (args: Args, product: Tensor) =>
  add(mul(args.input, args.beta ?? 1), mul(product, args.alpha ?? 1));

const linear = ({ input, weight, bias }: Args) => {
  const product = matmul(input, transpose(weight));
  return bias ? add(product, bias) : product;
};

export const LINEAR: Readonly<Record<string, Op>> = {
  matmul: ({ input, other }) => matmul(input, other),
  mm: ({ input, mat2 }) => matmul(input, mat2),
  bmm: ({ input, mat2 }) => matmul(input, mat2),
  mv: ({ input, vec }) => matmul(input, vec),
  addmm: (args) => addTo(args, matmul(args.mat1, args.mat2)),
  baddbmm: (args) => addTo(args, matmul(args.batch1, args.batch2)),
  addbmm: (args) => addTo(args, sum(matmul(args.batch1, args.batch2), { axis: 0 })),
  addmv: (args) => addTo(args, matmul(args.arg1, args.arg2)),
  addr: (args) => addTo(args, outer(args.arg1, args.arg2)),
  outer: ({ input, arg1 }) => outer(input, arg1),
  inner: ({ input, arg1 }) => dot(input, arg1),
  linear,
  einsum: ({ input, arg1 }) => einsum(arg1, ...input),
  multi_dot: ({ input, tensors }) => ((input ?? tensors) as Tensor[]).reduce((a, b) => matmul(a, b)),
  vecdot: ({ input, arg1, dim }) => sum(mul(input, arg1), { axis: dim ?? -1 }),
  tensordot: ({ a, b, dims }) => tensordot(a, b, dims),
};

/** Contracts the last `count` axes of `a` with the first of `b`. */
function tensordot(a: Tensor, b: Tensor, count: number): Tensor {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const left = letters.slice(0, a.rank);
  const right = letters.slice(a.rank - count, a.rank - count + b.rank);
  return einsum(`${left},${right}->${left.slice(0, a.rank - count)}${right.slice(count)}`, a, b);
}
