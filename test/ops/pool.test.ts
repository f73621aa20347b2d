import { describe, expect, it } from 'vitest';
import { withBackend } from '../../lib/backend/settings.js';
import * as ops from '../../lib/index.js';
import type { AvgPoolOptions, PoolWithIndices } from '../../lib/ops/pool.js';
import { poolGeometry } from '../../lib/shape/pool.js';
import type { PerAxis } from '../../lib/shape/spatial.js';
import { arange, ones, tensor, zeros } from '../../lib/tensor/create.js';
import type { Tensor } from '../../lib/tensor/tensor.js';
import { badPoolCases } from '../cases/pool.js';
import { expectError } from '../support/errors.js';
import { at, build, indices, naivePool, sample, valuesOf, worstDifference } from '../support/naive.js';

const BACKENDS = ['cpu', 'reference'] as const;
const known = (dims: readonly (number | null)[]) => dims as readonly number[];
const MAX = [ops.maxPool1d, ops.maxPool2d, ops.maxPool3d];
const INDEXED = [ops.maxPool1dWithIndices, ops.maxPool2dWithIndices, ops.maxPool3dWithIndices];
const AVG = [ops.avgPool1d, ops.avgPool2d, ops.avgPool3d];

const table: readonly [input: readonly number[], window: PerAxis, options?: AvgPoolOptions][] = [
  [[1, 2, 2, 1], 2],
  [[2, 9, 8, 3], 2],
  [[2, 9, 8, 17], 3, { strides: 2 }],
  [[1, 7, 7, 33], 3, { strides: 1, padding: 'same' }],
  [[1, 7, 6, 5], [3, 2], { strides: [2, 3], padding: 'same' }],
  [[1, 5, 5, 4], 3, { strides: 2, padding: 1 }],
  [[2, 6, 6, 3], 3, { strides: [2, 1], padding: 1, dilationRate: [1, 2], ceilMode: true }],
  [[1, 7, 3, 2], [3, 4], { strides: 2, padding: 1, ceilMode: true }],
  [[1, 2, 2, 3], 3, { strides: 3, padding: 1, ceilMode: true }],
  [
    [1, 6, 7, 2],
    3,
    {
      padding: [
        [0, 2],
        [1, 0],
      ],
      strides: 1,
    },
  ],
  [[2, 20, 3], 4, { strides: 3 }],
  [[2, 20, 3], 4, { strides: 3, padding: 'same' }],
  [[1, 32, 1], 5, { strides: 3, dilationRate: 2, ceilMode: true }],
  [[1, 5, 4, 6, 2], [2, 3, 2], { strides: [2, 1, 3], padding: 'same' }],
  [[1, 5, 5, 5, 3], 2, { padding: 1, ceilMode: true }],
];

describe.each(BACKENDS)('pooling on the %s backend', (backend) => {
  it.each(table)('%j with a window of %j %j', (input, window, options) => {
    const geometry = poolGeometry('pool', input, window, { ...options, spatialRank: input.length - 2 });
    const spec = {
      ...geometry,
      padBegin: known(geometry.padBegin),
      padEnd: known(geometry.padEnd),
      outShape: known(geometry.outShape),
    };
    const rank = input.length - 3;
    const max = MAX[rank] as (x: Tensor, size: PerAxis, options?: AvgPoolOptions) => Tensor;
    const avg = AVG[rank] as typeof max;
    const indexed = INDEXED[rank] as (...given: Parameters<typeof max>) => PoolWithIndices;
    for (const dtype of ['float32', 'float64'] as const) {
      const x = sample(input, dtype);
      const values = valuesOf(x);
      const close = dtype === 'float32' ? 1e-6 : 1e-15;
      withBackend(backend, () => {
        expect(max(x, window, options).shape).toEqual(spec.outShape);
        expect(worstDifference(max(x, window, options), naivePool(values, spec, 'max'), 1)).toBe(0);
        expect(worstDifference(avg(x, window, options), naivePool(values, spec, 'avg'), 1)).toBeLessThan(
          close,
        );
        const { output, indices: where } = indexed(x, window, options);
        expect(where.dtype).toBe('int32');
        expect(worstDifference(output, naivePool(values, spec, 'max'), 1)).toBe(0);
        expect([...(where.data as Int32Array)]).toEqual([...naivePool(values, spec, 'index').data]);
        if (options?.padding === 'same') return;
        const padded = avg(x, window, { ...options, countIncludePad: true });
        expect(worstDifference(padded, naivePool(values, spec, 'avgPadded'), 1)).toBeLessThan(close);
      });
    }
  });

  it('knows the examples everyone starts with', () => {
    withBackend(backend, () => {
      expect(ops.maxPool2d(tensor([5, 8, 7, 2], [1, 2, 2, 1]), 2).toArray()).toEqual([[[[8]]]]);
      const nine = ops.reshape(ops.cast(arange(1, 10), 'float32'), [1, 3, 3, 1]);
      expect(ops.flatten(ops.maxPool2d(nine, 2, { strides: 1 })).toArray()).toEqual([5, 6, 8, 9]);
      expect(ops.flatten(ops.maxPool2d(nine, 2)).toArray()).toEqual([5]);
      expect(ops.flatten(ops.avgPool2d(nine, 2, { padding: 'same' })).toArray()).toEqual([3, 4.5, 7.5, 9]);
    });
  });

  it('lets NaN win and the first of equal maxima', () => {
    withBackend(backend, () => {
      const x = tensor(
        [1, Number.NaN, 3, 2, 2, 2, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
        [1, 8, 1],
      );
      const { output, indices: where } = ops.maxPool1dWithIndices(x, 2);
      expect([...(output.data as Float32Array)]).toEqual([Number.NaN, 3, 2, Number.NEGATIVE_INFINITY]);
      expect([...(where.data as Int32Array)]).toEqual([1, 2, 4, 6]);
    });
  });

  it('reads and writes channels first', () => {
    withBackend(backend, () => {
      const x = sample([2, 5, 6, 3]);
      const first = ops.transpose(x, [0, 3, 1, 2]);
      const back = (y: Tensor) => ops.transpose(y, [0, 2, 3, 1]).data;
      const channels = { dataFormat: 'channelsFirst' } as const;
      expect(back(ops.maxPool2d(first, 2, channels))).toEqual(ops.maxPool2d(x, 2).data);
      expect(back(ops.avgPool2d(first, 2, channels))).toEqual(ops.avgPool2d(x, 2).data);
      expect(back(ops.adaptiveAvgPool2d(first, [2, 3], channels))).toEqual(
        ops.adaptiveAvgPool2d(x, [2, 3]).data,
      );
      expect(back(ops.maxPool2dWithIndices(first, 2, channels).indices)).toEqual(
        ops.maxPool2dWithIndices(x, 2).indices.data,
      );
      expect(
        worstDifference(ops.globalAvgPool2d(first, channels), valuesOf(ops.globalAvgPool2d(x)), 1),
      ).toBeLessThan(1e-6);
      expect(ops.globalMaxPool2d(first, channels).data).toEqual(ops.globalMaxPool2d(x).data);
    });
  });

  it.each([
    [[2, 7, 3], 3],
    [
      [1, 5, 7, 17],
      [2, 3],
    ],
    [[1, 3, 4, 2], 7],
    [
      [2, 6, 5, 3],
      [null, 1],
    ],
    [
      [1, 4, 5, 6, 2],
      [3, 2, 4],
    ],
  ] as const)('adapts %j to %j', (input, size) => {
    const rank = input.length - 3;
    const x = sample(input);
    const values = valuesOf(x);
    const spatial = input.slice(1, -1) as number[];
    const outs = spatial.map(
      (n, axis) => (Array.isArray(size) ? (size as (number | null)[])[axis] : (size as number)) ?? n,
    );
    const windowsOf = (index: number[]) =>
      outs.map((out, axis) => {
        const [i, n] = [index[axis + 1] as number, spatial[axis] as number];
        return [Math.floor((i * n) / out), Math.ceil(((i + 1) * n) / out)] as const;
      });
    const seen = (index: number[]) => {
      const windows = windowsOf(index);
      return [...indices(windows.map(([begin, end]) => end - begin))].map((tap) => {
        const place = tap.map((k, axis) => k + (windows[axis] as readonly [number, number])[0]);
        return at(values, [index[0] as number, ...place, index.at(-1) as number]);
      });
    };
    const shape = [input[0], ...outs, input.at(-1) as number];
    const means = build(shape, (index) => seen(index).reduce((a, b, _, all) => a + b / all.length, 0));
    const maxima = build(shape, (index) => Math.max(...seen(index)));
    withBackend(backend, () => {
      const avg = [ops.adaptiveAvgPool1d, ops.adaptiveAvgPool2d, ops.adaptiveAvgPool3d][
        rank
      ] as typeof ops.adaptiveAvgPool2d;
      const max = [ops.adaptiveMaxPool1d, ops.adaptiveMaxPool2d, ops.adaptiveMaxPool3d][
        rank
      ] as typeof ops.adaptiveMaxPool2d;
      expect(avg(x, size).shape).toEqual(shape);
      expect(worstDifference(avg(x, size), means, 1)).toBeLessThan(1e-6);
      expect(worstDifference(max(x, size), maxima, 1)).toBe(0);
    });
  });

  it('finds the places of adaptive maxima', () => {
    withBackend(backend, () => {
      const x = tensor([1, 5, 2, 9, 3, 4, 7, 7], [1, 8, 1]);
      expect([...(ops.adaptiveMaxPool1dWithIndices(x, 3).indices.data as Int32Array)]).toEqual([1, 3, 6]);
      expect(ops.adaptiveMaxPool2dWithIndices(ones([1, 4, 4, 2]), 2).indices.shape).toEqual([1, 2, 2, 2]);
      expect(ops.adaptiveMaxPool3dWithIndices(ones([1, 4, 4, 4, 2]), 1).output.shape).toEqual([
        1, 1, 1, 1, 2,
      ]);
    });
  });

  it('pools globally', () => {
    withBackend(backend, () => {
      const x = ops.reshape(ops.cast(arange(24), 'float32'), [2, 2, 3, 2]);
      expect(ops.globalAvgPool2d(x).toArray()).toEqual([
        [5, 6],
        [17, 18],
      ]);
      expect(ops.globalMaxPool2d(x, { keepDims: true }).toArray()).toEqual([[[[10, 11]]], [[[22, 23]]]]);
      expect(ops.globalAvgPool1d(ops.reshape(x, [2, 6, 2])).toArray()).toEqual([
        [5, 6],
        [17, 18],
      ]);
      expect(ops.globalMaxPool1d(ops.reshape(x, [2, 6, 2])).toArray()).toEqual([
        [10, 11],
        [22, 23],
      ]);
      expect(ops.globalAvgPool3d(ops.reshape(x, [2, 1, 2, 3, 2])).toArray()).toEqual([
        [5, 6],
        [17, 18],
      ]);
      expect(ops.globalMaxPool3d(ops.reshape(x, [2, 1, 2, 3, 2])).toArray()).toEqual([
        [10, 11],
        [22, 23],
      ]);
    });
  });

  it('gives empty results for an empty batch', () => {
    withBackend(backend, () => {
      expect(ops.maxPool2d(zeros([0, 4, 4, 2]), 2).shape).toEqual([0, 2, 2, 2]);
      expect(ops.avgPool1d(zeros([0, 2, 5]), 2, { dataFormat: 'channelsFirst' }).shape).toEqual([0, 2, 2]);
      expect(ops.adaptiveMaxPool2d(zeros([0, 4, 4, 2]), 3).shape).toEqual([0, 3, 3, 2]);
      expect(ops.globalAvgPool2d(zeros([0, 4, 4, 2])).shape).toEqual([0, 2]);
      expect(ops.maxPool2dWithIndices(zeros([0, 4, 4, 2]), 2).indices.shape).toEqual([0, 2, 2, 2]);
    });
  });
});

describe('what pooling refuses before native', () => {
  it.each(badPoolCases.map((row) => [row.why, row] as const))('%s', (_, row) => {
    const pool = (
      row.input.length === 3 && row.text !== 'expandDims' ? ops.maxPool1d : ops.maxPool2d
    ) as typeof ops.maxPool2d;
    expectError(() => pool(zeros(row.input as number[]), row.window, row.options), row.code, row.text);
  });

  const x = ones([1, 4, 4, 1]);
  it.each([
    ['integers', () => ops.maxPool2d(ones([1, 4, 4, 1], 'int32'), 2), 'ERR_DTYPE', 'float32 or float64'],
    ['no tensor', () => ops.avgPool2d([[1]] as never, 2), 'ERR_ARGUMENT', 'x must be a Tensor'],
    [
      'an option of another pooling',
      () => ops.maxPool2d(x, 2, { countIncludePad: true } as never),
      'ERR_ARGUMENT',
      'unknown option',
    ],
    [
      'a count that is no boolean',
      () => ops.avgPool2d(x, 2, { countIncludePad: 1 as never }),
      'ERR_ARGUMENT',
      'countIncludePad',
    ],
    ['global pooling of an image as volumes', () => ops.globalAvgPool3d(x as Tensor), 'ERR_SHAPE', 'rank 5'],
    ['an adaptive size of 0', () => ops.adaptiveAvgPool2d(x, 0), 'ERR_ARGUMENT', 'outputSize'],
    [
      'an adaptive option that does not exist',
      () => ops.adaptiveAvgPool2d(x, 2, { strides: 1 } as never),
      'ERR_ARGUMENT',
      'unknown option',
    ],
    [
      'an adaptive result that no machine holds',
      () => ops.adaptiveAvgPool2d(x, 2 ** 22),
      'ERR_SHAPE',
      'GiB of memory',
    ],
  ] as const)('%s', (_, body, code, text) => {
    expectError(body, code, text);
  });
});
