import { describe, expect, it } from 'vitest';
import { withBackend } from '../../lib/backend/settings.js';
import * as ops from '../../lib/index.js';
import { type ConvTransposeShapeOptions, convTransposeGeometry } from '../../lib/shape/conv-transpose.js';
import { ones, tensor, zeros } from '../../lib/tensor/create.js';
import type { Tensor } from '../../lib/tensor/tensor.js';
import { badTransposeCases } from '../cases/conv-transpose.js';
import { expectError } from '../support/errors.js';
import { naiveConvTranspose, roundingOf, sample, valuesOf, worstDifference } from '../support/naive.js';

const BACKENDS = ['cpu', 'reference'] as const;
const DTYPES = ['float32', 'float64'] as const;

const transposed: readonly [
  input: readonly number[],
  kernel: readonly number[],
  options?: ConvTransposeShapeOptions,
][] = [
  [
    [1, 3, 1],
    [3, 1, 1],
  ],
  [[2, 5, 3], [4, 5, 3], { strides: 3, padding: 'same' }],
  [[1, 3, 1], [3, 1, 1], { strides: 4, padding: 'same', outputPadding: 2 }],
  [[1, 3, 2], [1, 4, 2], { strides: 4, outputPadding: 3 }],
  [[2, 4, 5, 3], [3, 3, 4, 3], { strides: 2, padding: 'same' }],
  [[2, 4, 5, 6], [2, 3, 2, 6], { strides: [1, 2], groups: 3 }],
  [[1, 4, 4, 17], [3, 2, 19, 17], { padding: 1, strides: 2, outputPadding: 1 }],
  [
    [1, 4, 4, 3],
    [3, 3, 2, 3],
    {
      dilationRate: [2, 3],
      padding: [
        [1, 0],
        [2, 1],
      ],
    },
  ],
  [[1, 3, 3, 2], [3, 3, 4, 2], { strides: [3, 2], outputSize: [10, 8] }],
  [[1, 2, 3, 2, 2], [2, 2, 3, 3, 2], { strides: 2 }],
];

describe.each(BACKENDS)('transposed convolution on the %s backend', (backend) => {
  it.each(transposed)('%j by %j %j scatters every input', (input, kernel, options) => {
    for (const dtype of DTYPES) {
      const [x, w] = [sample(input, dtype), sample(kernel, dtype, 2)];
      const g = convTransposeGeometry('t', input, kernel, options);
      const want = naiveConvTranspose(valuesOf(x), valuesOf(w), {
        window: g.kernel,
        strides: g.strides,
        dilations: g.dilations,
        padBegin: g.padBegin,
        groups: g.groups,
        outShape: g.outShape as readonly number[],
      });
      const convTranspose = [ops.conv1dTranspose, ops.conv2dTranspose, ops.conv3dTranspose][
        g.spatialRank - 1
      ] as typeof ops.conv2dTranspose;
      const got = withBackend(backend, () => convTranspose(x, w, options));
      const terms = g.kernel.reduce((a, b) => a * b, 1) * (kernel.at(-1) as number);
      expect(got.shape).toEqual(want.shape);
      expect(worstDifference(got, want, Math.sqrt(terms))).toBeLessThan(roundingOf(dtype, terms));
    }
  });

  it('is the adjoint of the convolution', () => {
    withBackend(backend, () => {
      for (const options of [
        { strides: 2, padding: 'same' },
        { strides: 3 },
        { padding: 1, dilationRate: 2 },
      ] as const) {
        const [x, w] = [sample([1, 9, 8, 3], 'float64'), sample([3, 3, 3, 5], 'float64', 2)];
        const forward = ops.conv2d(x, w, options);
        const y = sample(forward.shape as number[], 'float64', 3);
        const back = ops.conv2dTranspose(y, w, { ...options, outputSize: [9, 8] });
        const inner = (a: Tensor, b: Tensor) => ops.sum(ops.mul(a, b)).at();
        expect(inner(forward, y)).toBeCloseTo(inner(x, back) as number, 10);
      }
    });
  });

  it('puts the bias where nothing reaches', () => {
    withBackend(backend, () => {
      const y = ops.conv1dTranspose(ones([1, 2, 1]), ones([1, 1, 1]), {
        strides: 3,
        bias: tensor([0.5]),
        activation: 'relu',
      });
      expect(y.toArray()).toEqual([[[1.5], [0.5], [0.5], [1.5], [0.5], [0.5]]]);
    });
  });

  it('reads and writes channels first', () => {
    withBackend(backend, () => {
      const [x, w] = [sample([2, 4, 5, 3]), sample([3, 3, 4, 3], 'float32', 2)];
      const last = ops.conv2dTranspose(x, w, { strides: 2 });
      const first = ops.conv2dTranspose(ops.transpose(x, [0, 3, 1, 2]), w, {
        strides: 2,
        dataFormat: 'channelsFirst',
      });
      expect(ops.transpose(first, [0, 2, 3, 1]).data).toEqual(last.data);
    });
  });
});

describe('what the ops refuse before native', () => {
  const small = badTransposeCases.filter(({ input, kernel }) =>
    [...input, ...kernel].every((size) => (size as number) < 100),
  );

  it.each(small.map((row) => [row.why, row] as const))('transposed: %s', (_, row) => {
    const [x, w] = [zeros(row.input as number[]), zeros(row.kernel as number[])];
    expectError(() => ops.conv1dTranspose(x, w, row.options), row.code, row.text);
  });
});
