import { describe, expect, it } from 'vitest';
import { reshape } from '../../lib/ops/reshape.js';
import { arange, eye, scalar, tensor, zeros } from '../../lib/tensor/create.js';
import type { DType } from '../../lib/tensor/dtype.js';
import { formatTensor } from '../../lib/tensor/print.js';
import { random } from '../../lib/tensor/random.js';
import type { NestedArray } from '../../lib/tensor/tensor.js';
import { Trace } from '../../lib/tensor/traced.js';

/** What `numpy.array2string(a, separator=', ')` of NumPy 2.4 writes. */
const numpy: readonly [data: NestedArray, dtype: DType, text: string][] = [
  [[1.5, -2, 3.25], 'float32', '[ 1.5 , -2.  ,  3.25]'],
  [
    [
      [1, 2.5],
      [-3, 4],
    ],
    'float32',
    '[[ 1. ,  2.5],\n [-3. ,  4. ]]',
  ],
  [[1e10, 1], 'float32', '[1.e+10, 1.e+00]'],
  [[0.1, 1 / 3], 'float32', '[0.1       , 0.33333334]'],
  [[0.1, 1 / 3], 'float64', '[0.1       , 0.33333333]'],
  [[1e-5, 1], 'float32', '[1.e-05, 1.e+00]'],
  [[123456.789, 0.5], 'float64', '[1.23456789e+05, 5.00000000e-01]'],
  [[1e8, 1e8], 'float32', '[1.e+08, 1.e+08]'],
  [[0.0001, 0.001], 'float32', '[0.0001, 0.001 ]'],
  [[99999999, 1], 'float64', '[9.9999999e+07, 1.0000000e+00]'],
  [[-1e-20], 'float32', '[-1.e-20]'],
  [[1e300, -1e-300], 'float64', '[ 1.e+300, -1.e-300]'],
  [[-0, 0], 'float32', '[-0.,  0.]'],
  [[1.23456789012], 'float64', '[1.23456789]'],
  [[16777216, 2.5], 'float32', '[1.6777216e+07, 2.5000000e+00]'],
  [
    [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.5],
    'float32',
    '[ nan,  inf, -inf,  1.5]',
  ],
  [
    [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ],
    'int32',
    '[[[1, 2],\n  [3, 4]],\n\n [[5, 6],\n  [7, 8]]]',
  ],
];

/** Our text without the frame, indented as NumPy's. */
const body = (text: string): string =>
  text.slice('tensor('.length, text.lastIndexOf(', dtype=')).replaceAll('\n       ', '\n');

describe('formatTensor', () => {
  it.each(numpy)('%j as %s reads as in NumPy', (data, dtype, text) => {
    expect(body(formatTensor(tensor(data, undefined, dtype)))).toBe(text);
  });

  it('shortens long axes and then names the shape', () => {
    expect(String(arange(2000, undefined, 1, 'int32'))).toBe(
      'tensor([   0,    1,    2, ..., 1997, 1998, 1999], shape=[2000], dtype=int32)',
    );
    expect(String(reshape(arange(1200, undefined, 1, 'int32'), [30, 40]))).toBe(
      `tensor([[   0,    1,    2, ...,   37,   38,   39],
        [  40,   41,   42, ...,   77,   78,   79],
        [  80,   81,   82, ...,  117,  118,  119],
        ...,
        [1080, 1081, 1082, ..., 1117, 1118, 1119],
        [1120, 1121, 1122, ..., 1157, 1158, 1159],
        [1160, 1161, 1162, ..., 1197, 1198, 1199]], shape=[30, 40], dtype=int32)`,
    );
  });

  it('breaks lines at the width', () => {
    expect(formatTensor(arange(6), { lineWidth: 22 })).toBe(
      'tensor([0., 1., 2.,\n        3., 4., 5.], dtype=float32)',
    );
  });

  it('writes scalars, empty tensors, bool, int64 and traced tensors', () => {
    expect(String(scalar(3.5))).toBe('tensor(3.5, dtype=float32)');
    expect(String(zeros([0, 3]))).toBe('tensor([], shape=[0, 3], dtype=float32)');
    expect(String(zeros([2, 0]))).toBe('tensor([], shape=[2, 0], dtype=float32)');
    expect(String(tensor([true, false]))).toBe('tensor([ true, false], dtype=bool)');
    expect(String(tensor([1n, -20n]))).toBe('tensor([  1, -20], dtype=int64)');
    expect(String(eye(2, 2, 0, 'uint8'))).toBe('tensor([[1, 0],\n        [0, 1]], dtype=uint8)');
    expect(String(new Trace().input([null, 3], 'float32'))).toBe(
      'tensor(<traced>, shape=[null, 3], dtype=float32)',
    );
  });

  it('takes a precision', () => {
    expect(formatTensor(tensor([1 / 3, 2 / 3]), { precision: 2 })).toBe(
      'tensor([0.33, 0.67], dtype=float32)',
    );
    expect(formatTensor(tensor([1.4]), { precision: 0 })).toBe('tensor([1.], dtype=float32)');
  });

  it('is quick on a large tensor, because it reads the edges only', () => {
    const big = random([1000, 1000, 4], { seed: 1 });
    const start = performance.now();
    expect(String(big).length).toBeLessThan(3000);
    expect(performance.now() - start).toBeLessThan(200);
  });
});
