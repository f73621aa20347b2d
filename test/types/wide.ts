import type {
  DType,
  NestedArray,
  Operand,
  PadWidths,
  PerAxis,
  ReduceOptions,
  Shape,
  Tensor,
} from '../../lib/index.js';
import * as lw from '../../lib/index.js';

/** Arguments of which types know little: every one of these calls must compile. The compiler is the only reader of this file. */
export const wide = {
  sum: (x: Tensor, o?: ReduceOptions) => lw.sum(x, o),
  maxKept: (x: Tensor, o: ReduceOptions) => lw.max(x, { ...o, keepDims: true }),
  meanOver: (x: Tensor, axis: number | number[] | undefined) => lw.mean(x, { axis }),
  meanKept: (x: Tensor<[2, 3]>, axis?: number) => lw.mean(x, { axis, keepDims: true }),
  argMax: (x: Tensor, o?: lw.ArgReduceOptions) => lw.argMax(x, o),
  transpose: (x: Tensor, p?: readonly number[]) => lw.transpose(x, p),
  transposeKnown: (x: Tensor<[2, 3]>, p?: readonly number[]) => lw.transpose(x, p),
  slice: (x: Tensor, b: (number | null)[], e?: (number | null)[], s?: (number | null)[]) =>
    lw.slice(x, b, e, s),
  sliceKnown: (x: Tensor<[2, 3]>, b: readonly (number | null)[], e?: readonly (number | null)[]) =>
    lw.slice(x, b, e),
  concat: (ts: readonly Tensor[], a?: number) => lw.concat(ts, a),
  stack: (ts: Tensor[], a?: number) => lw.stack(ts, a),
  split: (x: Tensor, n: number | readonly number[], a?: number) => lw.split(x, n, a).map((y) => lw.relu(y)),
  pad: (x: Tensor, w: PadWidths, o?: lw.PadOptions) => lw.pad(x, w, o),
  gather: (x: Tensor, i: Tensor | NestedArray, a?: number) => lw.gather(x, i, a),
  where: (c: Tensor, a: Operand, b: Operand) => lw.where(c, a, b),
  add: (a: Operand, b: Operand) => lw.add(a, b),
  less: (a: Operand, b: Operand) => lw.less(a, b),
  batchDot: (x: Tensor, y: Tensor, a?: lw.BatchDotAxes) => lw.batchDot(x, y, a),
  einsum: (e: string, ...ts: Tensor[]) => lw.einsum(e, ...ts),
  tensor: (d: NestedArray, s?: number[], t?: DType) => lw.tensor(d, s, t),
  resize: (x: Tensor, s: PerAxis, o?: lw.ResizeOptions) => lw.resize(x, s, o),
  softmax: (x: Tensor, a?: number | readonly number[]) => lw.softmax(x, a),
  flip: (x: Tensor, a?: number | readonly number[]) => lw.flip(x, a),
  full: (s: number[], v: number | bigint | boolean, d?: DType) => lw.full(s, v, d),
  cast: (x: Tensor, d: DType) => lw.cast(x, d),
  layerNorm: (x: Tensor, o?: lw.LayerNormOptions) => lw.layerNorm(x, o),
  groupNorm: (x: Tensor, o?: lw.GroupNormOptions) => lw.groupNorm(x, o),
  conv: (x: Tensor, k: Tensor, o?: lw.ConvOptions) => lw.conv2d(x, k, o),
  convTranspose: (x: Tensor, k: Tensor, o?: lw.ConvTransposeOptions) => lw.conv2dTranspose(x, k, o),
  convKnown: (x: Tensor<[1, 8, 8, 3]>, k: Tensor<[3, 3, 3, 4]>, p: 'same' | 'valid' | undefined) =>
    lw.conv2d(x, k, { padding: p, bias: null }),
  maxPool: (x: Tensor, s: PerAxis, o?: lw.MaxPoolOptions) => lw.maxPool2d(x, s, o),
  matmul: (a: Tensor, b: Tensor, o?: lw.MatmulOptions) => lw.matmul(a, b, o),
  repeat: (x: Tensor, n: number | readonly number[], a?: number) => lw.repeat(x, n, a),
  tile: (x: Tensor, r: number | readonly number[]) => lw.tile(x, r),
  broadcastTo: (x: Tensor, s: Shape) => lw.broadcastTo(x, s),
  reshape: (x: Tensor, s: Shape) => lw.reshape(x, s),
  squeeze: (x: Tensor, a?: number | readonly number[]) => lw.squeeze(x, a),
  expandDims: (x: Tensor, a?: number | readonly number[]) => lw.expandDims(x, a),
  flatten: (x: Tensor, a?: number, b?: number) => lw.flatten(x, a, b),
  moveaxis: (x: Tensor, a: number | readonly number[], b: number | readonly number[]) => lw.moveaxis(x, a, b),
  swapaxes: (x: Tensor, a: number, b: number) => lw.swapaxes(x, a, b),
  take: (x: Tensor, i: number, a?: number) => lw.take(x, i, a),
  unstack: (x: Tensor, a?: number) => lw.unstack(x, a),
};
export const results: Tensor[] = [
  wide.sum(lw.zeros([2])),
  wide.convKnown(lw.zeros([1, 8, 8, 3]), lw.zeros([3, 3, 3, 4]), 'same'),
];
export const grown = [1, 2, 3]
  .map((i) => lw.zeros([i, 3]))
  .reduce<Tensor>((a, b) => lw.concat([a, b]), lw.zeros([0, 3]));

// biome-ignore lint/suspicious/noExplicitAny: what callers without types pass
export const untyped = (x: any, y: any, o: any): readonly unknown[] => [
  lw.add(x, y),
  lw.conv2d(x, y, o),
  lw.sum(x, o),
  lw.concat([x, y], o),
  lw.reshape(x, o),
  lw.matmul(x, y),
  lw.slice(x, y),
  lw.pad(x, y),
  lw.tensor(x),
  lw.tensor(x, y),
  lw.gather(x, y),
  lw.transpose(x, y),
  lw.softmax(x, o),
  lw.conv2dTranspose(x, y, o),
  lw.resize(x, y, o),
  lw.tile(x, y),
  lw.take(x, y),
  lw.split(x, y),
  lw.layerNorm(x, o),
  lw.maxPool2d(x, y, o),
];
