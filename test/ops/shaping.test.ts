import { describe, expect, it } from 'vitest';
import { withBackend } from '../../lib/backend/settings.js';
import * as ops from '../../lib/index.js';
import type { PadMode } from '../../lib/shape/pad.js';
import { ones, tensor, zeros } from '../../lib/tensor/create.js';
import type { Tensor } from '../../lib/tensor/tensor.js';
import { expectError } from '../support/errors.js';
import { at, build, sample, valuesOf, worstDifference } from '../support/naive.js';

const BACKENDS = ['cpu', 'reference'] as const;

/** Where the element at place i of a padded axis comes from; -1: the constant. */
const SOURCE: Record<PadMode, (i: number, size: number) => number> = {
  constant: (i, size) => (i < 0 || i >= size ? -1 : i),
  edge: (i, size) => Math.min(Math.max(i, 0), size - 1),
  reflect: (i, size) => (i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i),
  symmetric: (i, size) => (i < 0 ? -i - 1 : i >= size ? 2 * size - 1 - i : i),
  wrap: (i, size) => (i + size) % size,
};

describe.each(BACKENDS)('pad on the %s backend', (backend) => {
  const modes = Object.keys(SOURCE) as PadMode[];
  it.each(
    modes.flatMap(
      (mode) =>
        [
          [mode, [5], [[2, 3]]],
          [
            mode,
            [4, 7],
            [
              [1, 2],
              [3, 0],
            ],
          ],
          [
            mode,
            [2, 5, 6, 3],
            [
              [0, 0],
              [1, 2],
              [4, 3],
              [0, 0],
            ],
          ],
          [
            mode,
            [3, 4, 5],
            [
              [1, 1],
              [2, 2],
              [3, 3],
            ],
          ],
        ] as const,
    ),
  )('%s of %j by %j', (mode, shape, widths) => {
    const x = sample(shape);
    const values = valuesOf(x);
    const begin = (axis: number) => (widths[axis] as readonly [number, number])[0];
    const out = shape.map(
      (size, axis) => size + begin(axis) + (widths[axis] as readonly [number, number])[1],
    );
    const want = build(out, (index) => {
      const from = index.map((i, axis) => SOURCE[mode](i - begin(axis), shape[axis] as number));
      return from.includes(-1) ? 0.5 : at(values, from);
    });
    const got = withBackend(backend, () =>
      ops.pad(x, widths, mode === 'constant' ? { value: 0.5 } : { mode }),
    );
    expect(got.shape).toEqual(out);
    expect(worstDifference(got, want, 1)).toBe(0);
  });

  it('keeps dtypes and takes infinities, empty axes and scalars', () => {
    withBackend(backend, () => {
      expect(ops.pad(tensor([1, 2], [2], 'int32'), 1, { value: -7 }).toArray()).toEqual([-7, 1, 2, -7]);
      expect(ops.pad(tensor([1, 2], [2], 'uint8'), [[0, 1]], { value: 255 }).toArray()).toEqual([1, 2, 255]);
      expect(ops.pad(tensor([true]), 1).toArray()).toEqual([false, true, false]);
      expect(ops.pad(tensor([1n, 2n]), [[1, 0]], { mode: 'edge' }).toArray()).toEqual([1n, 1n, 2n]);
      expect(ops.pad(tensor([1]), 1, { value: Number.NEGATIVE_INFINITY }).at(0)).toBe(
        Number.NEGATIVE_INFINITY,
      );
      expect(
        ops
          .pad(
            zeros([0, 2]),
            [
              [1, 1],
              [0, 0],
            ],
            { value: 3 },
          )
          .toArray(),
      ).toEqual([
        [3, 3],
        [3, 3],
      ]);
      expect(
        ops.pad(
          zeros([0, 3]),
          [
            [0, 0],
            [1, 2],
          ],
          { mode: 'reflect' },
        ).shape,
      ).toEqual([0, 6]);
    });
  });
});

describe.each(BACKENDS)('resize on the %s backend', (backend) => {
  it('repeats the nearest samples, of any dtype', () => {
    withBackend(backend, () => {
      const x = tensor([1, 2, 3, 4], [1, 2, 2, 1], 'int32');
      const y = ops.resize(x, [4, 2], { method: 'nearest' });
      expect(y.dtype).toBe('int32');
      expect(ops.flatten(y).toArray()).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
      const down = ops.resize(tensor([1, 2, 3, 4, 5], [1, 5, 1]), 2, {
        method: 'nearest',
        coordinates: 'asymmetric',
        rounding: 'floor',
      });
      expect(ops.flatten(down).toArray()).toEqual([1, 3]);
    });
  });

  it('goes linearly between samples', () => {
    withBackend(backend, () => {
      const x = tensor([0, 4], [1, 2, 1]);
      expect(ops.flatten(ops.resize(x, 4)).toArray()).toEqual([0, 1, 3, 4]);
      expect(ops.flatten(ops.resize(x, 5, { coordinates: 'alignCorners' })).toArray()).toEqual([
        0, 1, 2, 3, 4,
      ]);
      expect(ops.flatten(ops.resize(x, 4, { coordinates: 'asymmetric' })).toArray()).toEqual([0, 2, 4, 4]);
      const image = ops.resize(tensor([0, 2, 4, 6], [1, 2, 2, 1]), [3, 3], {
        method: 'bilinear',
        coordinates: 'alignCorners',
      });
      expect(ops.flatten(image).toArray()).toEqual([0, 1, 2, 2, 3, 4, 4, 5, 6]);
    });
  });

  it.each(['linear', 'cubic', 'lanczos3', 'lanczos5'] as const)(
    '%s keeps constants and mirrors mirrored input',
    (method) => {
      withBackend(backend, () => {
        const flat = ops.resize(ones([1, 5, 4, 3]), [7, 9], { method });
        expect(
          worstDifference(
            flat,
            build([1, 7, 9, 3], () => 1),
            1,
          ),
        ).toBeLessThan(1e-6);
        const x = sample([1, 5, 6, 2], 'float64');
        const mirrored = ops.flip(ops.resize(ops.flip(x, 1), [8, 4], { method }), 1);
        expect(worstDifference(mirrored, valuesOf(ops.resize(x, [8, 4], { method })), 1)).toBeLessThan(1e-12);
        const first = ops.resize(ops.transpose(x, [0, 3, 1, 2]), [8, 4], {
          method,
          dataFormat: 'channelsFirst',
        });
        expect(
          worstDifference(ops.transpose(first, [0, 2, 3, 1]), valuesOf(ops.resize(x, [8, 4], { method })), 1),
        ).toBeLessThan(1e-12);
        expect(ops.resize(x, [5, 6], { method }).data).toBe(x.data);
      });
    },
  );
});

/** (x - mean) / sqrt(variance + epsilon) of the elements that share a key. */
function naiveNormal(x: ReturnType<typeof valuesOf>, key: (index: number[]) => string, epsilon: number) {
  const groups = new Map<string, number[]>();
  build(x.shape, (index) => {
    const name = key(index);
    groups.set(name, [...(groups.get(name) ?? []), at(x, index)]);
    return 0;
  });
  return build(x.shape, (index) => {
    const all = groups.get(key(index)) as number[];
    const mean = all.reduce((a, b) => a + b, 0) / all.length;
    const variance = all.reduce((a, b) => a + (b - mean) ** 2, 0) / all.length;
    return (at(x, index) - mean) / Math.sqrt(variance + epsilon);
  });
}

describe.each(BACKENDS)('normalisation on the %s backend', (backend) => {
  it.each([
    [[3, 7], -1, (index: number[]) => `${index[0]}`],
    [[2, 5, 6, 17], -1, (index: number[]) => `${index.slice(0, 3)}`],
    [[2, 5, 6, 3], [1, 2, 3], (index: number[]) => `${index[0]}`],
    [[2, 5, 6, 3], [1, 2], (index: number[]) => `${index[0]} ${index[3]}`],
    [[4, 3, 5], 1, (index: number[]) => `${index[0]} ${index[2]}`],
  ] as const)('layerNorm of %j over %j', (shape, axis, key) => {
    withBackend(backend, () => {
      for (const dtype of ['float32', 'float64'] as const) {
        const x = sample(shape, dtype);
        const want = naiveNormal(valuesOf(x), key, 1e-3);
        expect(worstDifference(ops.layerNorm(x, { axis }), want, 1)).toBeLessThan(
          dtype === 'float32' ? 1e-5 : 1e-12,
        );
      }
    });
  });

  it('scales and shifts by vectors of the normalised axes', () => {
    withBackend(backend, () => {
      const x = sample([2, 3, 4]);
      const [gamma, beta] = [sample([3], 'float32', 2), sample([3], 'float32', 3)];
      const plain = ops.layerNorm(x, { axis: 1 });
      const want = ops.add(ops.mul(plain, ops.reshape(gamma, [3, 1])), ops.reshape(beta, [3, 1]));
      expect(worstDifference(ops.layerNorm(x, { axis: 1, gamma, beta }), valuesOf(want), 1)).toBeLessThan(
        1e-6,
      );
    });
  });

  it('normalises by the root mean square', () => {
    withBackend(backend, () => {
      expect(
        ops.rmsNorm(tensor([[3, 4, 0, 0]]), { epsilon: 0, gamma: tensor([1, 2, 1, 1]) }).toArray(),
      ).toEqual([[Math.fround(1.2), Math.fround(3.2), 0, 0]]);
    });
  });

  it.each([1, 2, 3, 6, -1])('groupNorm in %j groups, in both data formats', (groups) => {
    withBackend(backend, () => {
      const x = sample([2, 4, 5, 6]);
      const each = 6 / (groups === -1 ? 6 : groups);
      const want = naiveNormal(
        valuesOf(x),
        (index) => `${index[0]} ${Math.floor((index[3] as number) / each)}`,
        1e-3,
      );
      expect(worstDifference(ops.groupNorm(x, { groups }), want, 1)).toBeLessThan(1e-5);
      const gamma = sample([6], 'float32', 2);
      const first = ops.groupNorm(ops.transpose(x, [0, 3, 1, 2]), { groups, gamma, axis: 1 });
      const last = ops.groupNorm(x, { groups, gamma });
      expect(worstDifference(ops.transpose(first, [0, 2, 3, 1]), valuesOf(last), 1)).toBeLessThan(1e-5);
    });
  });

  it('batchNorm is a scale and a shift per channel', () => {
    withBackend(backend, () => {
      const x = sample([2, 3, 5, 7]);
      const [mean, gamma, beta] = [
        sample([7], 'float32', 2),
        sample([7], 'float32', 3),
        sample([7], 'float32', 4),
      ];
      const variance = ops.abs(sample([7], 'float32', 5));
      const want = build([2, 3, 5, 7], (index) => {
        const c = index[3] as number;
        const scale = (gamma.at(c) as number) / Math.sqrt((variance.at(c) as number) + 1e-3);
        return (at(valuesOf(x), index) - (mean.at(c) as number)) * scale + (beta.at(c) as number);
      });
      expect(worstDifference(ops.batchNorm(x, { mean, variance, gamma, beta }), want, 10)).toBeLessThan(1e-6);
      const first = ops.batchNorm(ops.transpose(x, [0, 3, 1, 2]), { mean, variance, gamma, beta, axis: 1 });
      expect(worstDifference(ops.transpose(first, [0, 2, 3, 1]), want, 10)).toBeLessThan(1e-6);
      expect(
        ops
          .batchNorm(tensor([[3, 3]]), { mean: tensor([1, 2]), variance: tensor([4, 1]), epsilon: 0 })
          .toArray(),
      ).toEqual([[1, 1]]);
    });
  });

  it('l2Normalize makes vectors of length 1 and leaves zeros', () => {
    withBackend(backend, () => {
      expect(
        ops
          .l2Normalize(
            tensor([
              [3, 4],
              [0, 0],
            ]),
          )
          .toArray(),
      ).toEqual([
        [Math.fround(0.6), Math.fround(0.8)],
        [0, 0],
      ]);
    });
  });
});

describe('what these refuse before native', () => {
  const x: Tensor = ones([1, 4, 4, 6]);
  it.each([
    [
      'a constant in a mirror',
      () => ops.pad(ones([4]), 1, { mode: 'reflect', value: 0 }),
      'ERR_ARGUMENT',
      'value is for mode "constant" only',
    ],
    [
      'a constant that is no number',
      () => ops.pad(x, 1, { value: '0' as never }),
      'ERR_ARGUMENT',
      'value must be a number',
    ],
    [
      'a constant that does not fit',
      () => ops.pad(ones([2], 'uint8'), 1, { value: 256 }),
      'ERR_ARGUMENT',
      'does not fit into uint8',
    ],
    [
      'a fraction among integers',
      () => ops.pad(ones([2], 'int32'), 1, { value: 0.5 }),
      'ERR_ARGUMENT',
      'does not fit into int32',
    ],
    ['a padding that no machine holds', () => ops.pad(x, 2 ** 12), 'ERR_SHAPE', 'GiB'],
    [
      'linear resize of integers',
      () => ops.resize(ones([1, 2, 2, 1], 'int32'), 4),
      'ERR_DTYPE',
      'Use method "nearest"',
    ],
    [
      'a method that does not exist',
      () => ops.resize(x, 4, { method: 'area' as never }),
      'ERR_ARGUMENT',
      'method must be one of',
    ],
    ['a scale of 0', () => ops.resize(x, 8, { scale: 0 }), 'ERR_ARGUMENT', 'scale must be above 0'],
    [
      'gamma of another size',
      () => ops.layerNorm(x, { gamma: ones([4]) }),
      'ERR_SHAPE',
      'gamma must have the sizes',
    ],
    [
      'gamma of another dtype',
      () => ops.layerNorm(x, { gamma: ones([6], 'float64') }),
      'ERR_DTYPE',
      'one dtype',
    ],
    [
      'a negative epsilon',
      () => ops.rmsNorm(x, { epsilon: -1 }),
      'ERR_ARGUMENT',
      'epsilon must be at least 0',
    ],
    ['no axis', () => ops.layerNorm(x, { axis: [] }), 'ERR_ARGUMENT', 'at least one axis'],
    ['an axis twice', () => ops.layerNorm(x, { axis: [1, -3] }), 'ERR_ARGUMENT', 'twice'],
    [
      'groups that do not divide',
      () => ops.groupNorm(x, { groups: 4 }),
      'ERR_SHAPE',
      '6 channels do not divide into 4 groups',
    ],
    ['zero groups', () => ops.groupNorm(x, { groups: 0 }), 'ERR_ARGUMENT', 'groups must be'],
    [
      'the batch as channels',
      () => ops.groupNorm(x, { groups: 1, axis: 0 }),
      'ERR_SHAPE',
      'axis 0 is the batch',
    ],
    [
      'moments of another size',
      () => ops.batchNorm(x, { mean: ones([6]), variance: ones([5]) }),
      'ERR_SHAPE',
      'variance must have shape [6]',
    ],
    [
      'moments of fewer channels',
      () => ops.batchNorm(x, { mean: ones([5]), variance: ones([5]) }),
      'ERR_SHAPE',
      'scale must have shape [6]',
    ],
    ['no moments', () => ops.batchNorm(x, {} as never), 'ERR_ARGUMENT', 'mean must be a Tensor'],
    ['integers', () => ops.layerNorm(ones([2, 2], 'int32')), 'ERR_DTYPE', 'float32 or float64'],
  ] as const)('%s', (_, body, code, text) => {
    expectError(body, code, text);
  });
});
