import { afterAll, describe, expect, it } from 'vitest';
import { getNumThreads, setNumThreads, withBackend } from '../../lib/backend/settings.js';
import * as ops from '../../lib/index.js';
import { random } from '../../lib/tensor/random.js';
import type { Tensor } from '../../lib/tensor/tensor.js';
import { bytesOf } from '../support/bytes.js';
import { firstDifference } from '../support/cases.js';

/** Sizes beyond one task and one vector, prime so that every loop has a remainder. */
const a = random([67, 131, 17], { seed: 1, min: -4, max: 4 });
const wide = random([13, 20011], { seed: 2, min: -4, max: 4 });
const tall = random([20011, 13], { seed: 3, min: -4, max: 4 });
const bytes = random([67, 131, 17], { seed: 4, max: 256, dtype: 'uint8' });
const longs = random([67, 131, 17], { seed: 5, min: -1000, max: 1000, dtype: 'int64' });
const doubles = random([67, 131, 17], { seed: 6, dtype: 'float64' });

/** Products of several panels, depths and tiles; `B` is packed by whoever multiplies with it. */
const left = random([331, 601], { seed: 7, min: -1, max: 1 });
const right = random([601, 1103], { seed: 8, min: -1, max: 1 });
const product = 601 * 2 ** -22;

/** Channels that fill the blocks of every instruction set, and a map with a NaN. */
const map = random([3, 21, 23, 128], { seed: 9, min: -1, max: 1 });
const holed = random([2, 13, 22, 64], { seed: 10, min: -1, max: 1 });
(holed.data as Float32Array).set([Number.NaN, Number.NaN], 20_000);

/** Exact where elements only move; else a bound per element: float32 epsilon times the length of a row of sums. */
type Row = readonly [title: string, call: () => Tensor, rtol: number, atol: number];

const table: readonly Row[] = [
  ...[a, bytes, longs, doubles].flatMap((x) =>
    [
      [2, 0, 1],
      [1, 0, 2],
      [0, 2, 1],
      [2, 1, 0],
      [1, 2, 0],
    ].map((perm) => [`transpose ${x.dtype} by ${perm}`, () => ops.transpose(x, perm), 0, 0] as const),
  ),
  ['slice with steps', () => ops.slice(a, [60, null, 1], [2, null, 16], [-3, 2, 5]), 0, 0],
  ['flip', () => ops.flip(a), 0, 0],
  ['tile', () => ops.tile(a, [2, 1, 3]), 0, 0],
  ['repeat', () => ops.repeat(a, 3, 1), 0, 0],
  ['broadcastTo', () => ops.broadcastTo(ops.slice(a, [0], [1]), [5, 131, 17]), 0, 0],
  ['concat', () => ops.concat([a, a, ops.slice(a, [0, 0, 3])], 2), 0, 0],
  ['gather', () => ops.gather(a, [5, -1, 0, 130, 7], 1), 0, 0],
  ['add of a row', () => ops.add(wide, ops.take(wide, 0)), 0, 0],
  ['mul of a column', () => ops.mul(wide, ops.slice(wide, [0, 0], [13, 1])), 0, 0],
  ['maximum of int64', () => ops.maximum(longs, 5), 0, 0],
  ['less', () => ops.less(a, 0.5), 0, 0],
  ['where', () => ops.where(ops.less(a, 0), a, 7), 0, 0],
  ['cast', () => ops.cast(a, 'int32'), 0, 0],
  ['relu', () => ops.relu(wide), 0, 0],
  ['tanh', () => ops.tanh(wide), 2e-6, 1e-7],
  ['gelu', () => ops.gelu(wide), 2e-6, 1e-6],
  ['softmax of rows', () => ops.softmax(wide), 1e-5, 1e-9],
  ['softmax of columns', () => ops.softmax(wide, 0), 1e-5, 1e-9],
  ['logSoftmax', () => ops.logSoftmax(tall), 1e-5, 1e-6],
  ...[wide, tall].flatMap((x) =>
    [undefined, 0, 1].flatMap((axis) => [
      [`sum of [${x.shape}] over ${axis}`, () => ops.sum(x, { axis }), 1e-5, 4 * 20011 * 2 ** -24] as const,
      [`mean of [${x.shape}] over ${axis}`, () => ops.mean(x, { axis }), 1e-5, 1e-6] as const,
      [`variance of [${x.shape}] over ${axis}`, () => ops.variance(x, { axis }), 1e-5, 1e-6] as const,
      [`max of [${x.shape}] over ${axis}`, () => ops.max(x, { axis }), 0, 0] as const,
      [`argMin of [${x.shape}] over ${axis}`, () => ops.argMin(x, { axis }), 0, 0] as const,
    ]),
  ),
  ['matmul', () => ops.matmul(left, right), 0, product],
  ['matmul of a few rows', () => ops.matmul(ops.slice(left, [0], [29]), right), 0, product],
  [
    'matmul of transposed operands',
    () => ops.matmul(ops.transpose(left), ops.transpose(right), { transposeA: true, transposeB: true }),
    0,
    product,
  ],
  ['matmul to a few columns', () => ops.matmul(left, ops.slice(right, [0, 0], [601, 45])), 0, product],
  ['maxPool2d', () => ops.maxPool2d(map, 2), 0, 0],
  ['maxPool2d where windows overlap', () => ops.maxPool2d(map, 3, { strides: 2, padding: 'same' }), 0, 0],
  ['maxPool2d of a NaN', () => ops.maxPool2d(holed, 2), 0, 0],
  ['avgPool2d', () => ops.avgPool2d(map, 2), 0, 2 ** -22],
  ['avgPool2d of a NaN', () => ops.avgPool2d(holed, 2), 0, 2 ** -22],
  ['avgPool2d of large windows', () => ops.avgPool2d(map, 3, { strides: 3 }), 0, 2 ** -21],
  ['sum over the middle', () => ops.sum(a, { axis: 1 }), 1e-5, 131 * 4 * 2 ** -24],
  ['sum over the outer axes', () => ops.sum(a, { axis: [0, 2] }), 1e-5, 67 * 17 * 4 * 2 ** -24],
  ['sum of int64', () => ops.sum(longs, { axis: [0, 1] }), 0, 0],
  ['sum of uint8', () => ops.sum(bytes), 0, 0],
];

describe('large tensors', () => {
  const threads = getNumThreads();
  afterAll(() => setNumThreads(threads));

  it.each(table)('%s', (_title, call, rtol, atol) => {
    setNumThreads(1);
    const one = call();
    const want = withBackend('reference', call);
    expect(firstDifference(one, want, rtol, atol)).toBeUndefined();
    setNumThreads(3);
    expect(bytesOf(call()).equals(bytesOf(one)), 'the same bits with 3 threads').toBe(true);
  });
});
