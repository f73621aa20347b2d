import { describe, expect, it } from 'vitest';
import { withBackend } from '../../lib/backend/settings.js';
import * as ops from '../../lib/index.js';
import type { ConvOptions } from '../../lib/ops/conv.js';
import { type ConvGeometry, convGeometry } from '../../lib/shape/conv.js';
import { ones, tensor, zeros } from '../../lib/tensor/create.js';
import type { Tensor } from '../../lib/tensor/tensor.js';
import { badConvCases } from '../cases/bad-conv.js';
import { convCases } from '../cases/conv.js';
import { expectError } from '../support/errors.js';
import { naiveConv, roundingOf, sample, valuesOf, worstDifference } from '../support/naive.js';

const BACKENDS = ['cpu', 'reference'] as const;
const DTYPES = ['float32', 'float64'] as const;
const known = (dims: readonly (number | null)[]) => dims as readonly number[];

/** Small geometries around the vector widths: input, kernel, options. */
const table: readonly [input: readonly number[], kernel: readonly number[], options?: ConvOptions][] = [
  [
    [1, 5, 5, 1],
    [3, 3, 1, 1],
  ],
  [
    [2, 7, 9, 3],
    [3, 3, 3, 17],
  ],
  [
    [1, 8, 8, 16],
    [1, 1, 16, 33],
  ],
  [[3, 6, 5, 7], [1, 1, 7, 5], { strides: 2 }],
  [[1, 9, 9, 16], [3, 3, 16, 16], { padding: 'same' }],
  [[2, 13, 11, 5], [3, 3, 5, 31], { padding: 'same' }],
  [[1, 11, 10, 3], [5, 4, 3, 8], { padding: 'same', strides: [2, 3] }],
  [[1, 11, 10, 3], [7, 7, 3, 13], { padding: 3, strides: 2 }],
  [
    [1, 12, 12, 4],
    [3, 3, 4, 6],
    {
      dilationRate: [2, 3],
      padding: [
        [1, 2],
        [0, 3],
      ],
    },
  ],
  [[2, 8, 8, 4], [3, 3, 2, 2], { strides: [3, 2], padding: [2, 1], dilationRate: 4, groups: 2 }],
  [[1, 6, 7, 6], [3, 2, 2, 9], { groups: 3, padding: 'same' }],
  [[2, 6, 7, 5], [3, 3, 1, 5], { groups: 5 }],
  [[2, 6, 7, 5], [3, 3, 1, 15], { groups: 5, strides: 2, padding: 'same' }],
  [[2, 6, 7, 19], [3, 3, 1, 19], { groups: 19, dilationRate: 2, padding: 2 }],
  [
    [2, 19, 3],
    [4, 3, 5],
  ],
  [[2, 19, 3], [4, 3, 5], { padding: 'causal', dilationRate: 2 }],
  [[1, 10, 32], [3, 32, 64], { padding: 'same' }],
  [
    [1, 5, 6, 7, 3],
    [3, 2, 3, 3, 4],
  ],
  [[2, 4, 5, 4, 2], [2, 3, 2, 1, 6], { groups: 2, strides: [1, 2, 2], padding: 'same' }],
  [[1, 2, 3, 2], [5, 5, 2, 3], { padding: 'same' }],
  [
    [1, 1, 1, 37],
    [1, 1, 37, 41],
  ],
];

const wanted = (x: Tensor, w: Tensor, g: ConvGeometry, bias?: Tensor) =>
  naiveConv(valuesOf(x), valuesOf(w), {
    window: g.kernel,
    strides: g.strides,
    dilations: g.dilations,
    padBegin: known(g.padBegin),
    groups: g.groups,
    outShape: [g.batch as number, ...known(g.outSpatial), g.outChannels],
    bias: bias && valuesOf(bias),
  });

describe.each(BACKENDS)('conv on the %s backend', (backend) => {
  it.each(table)('%j by %j %j is the sum over its windows', (input, kernel, options) => {
    for (const dtype of DTYPES) {
      const [x, w, bias] = [
        sample(input, dtype),
        sample(kernel, dtype, 2),
        sample([kernel.at(-1) as number], dtype, 3),
      ];
      const geometry = convGeometry('conv', input, kernel, options);
      const want = wanted(x, w, geometry, bias);
      const got = withBackend(backend, () => ops.conv(x, w, { ...options, bias }));
      const terms = geometry.kernel.reduce((a, b) => a * b, 1) * (kernel.at(-2) as number) + 1;
      expect(got.shape).toEqual(want.shape);
      expect(worstDifference(got, want, Math.sqrt(terms))).toBeLessThan(roundingOf(dtype, terms));
    }
  });

  it.each(table.slice(0, 8))('%j by %j %j directly', (input, kernel, options) => {
    const [x, w] = [sample(input), sample(kernel, 'float32', 2)];
    const want = wanted(x, w, convGeometry('conv', input, kernel, options));
    const got = withBackend(backend, () => ops.conv(x, w, { ...options, algorithm: 'direct' }));
    expect(worstDifference(got, want, 8)).toBeLessThan(1e-5);
  });

  it('reads and writes channels first', () => {
    withBackend(backend, () => {
      const [x, w] = [sample([2, 6, 7, 3]), sample([3, 2, 3, 5], 'float32', 2)];
      const last = ops.conv2d(x, w, { padding: 'same', activation: 'relu' });
      const first = ops.conv2d(ops.transpose(x, [0, 3, 1, 2]), w, {
        padding: 'same',
        activation: 'relu',
        dataFormat: 'channelsFirst',
      });
      expect(first.shape).toEqual([2, 5, 6, 7]);
      expect(ops.transpose(first, [0, 2, 3, 1]).data).toEqual(last.data);
    });
  });

  it.each([
    'relu',
    'sigmoid',
    'tanh',
    'gelu',
    'hardSwish',
    'softmax',
    { name: 'leakyRelu', alpha: 0.1 },
    { name: 'hardSigmoid', alpha: 0.2, beta: 0.4 },
  ] as const)('applies %j after the bias', (activation) => {
    withBackend(backend, () => {
      const [x, w, bias] = [
        sample([1, 5, 5, 3]),
        sample([3, 3, 3, 7], 'float32', 2),
        sample([7], 'float32', 3),
      ];
      const fused = ops.conv2d(x, w, { bias, activation });
      const apart = ops.applyActivation(ops.add(ops.conv2d(x, w), bias), activation);
      expect(worstDifference(fused, valuesOf(apart), 1)).toBeLessThan(1e-5);
    });
  });

  it('computes depthwise convolutions channel by channel', () => {
    withBackend(backend, () => {
      const [x, w] = [sample([2, 7, 6, 5]), sample([3, 3, 5, 2], 'float32', 2)];
      const all = ops.depthwiseConv2d(x, w, { padding: 'same', strides: [2, 1] });
      expect(all.shape).toEqual([2, 4, 6, 10]);
      for (let c = 0; c < 5; c++) {
        const one = ops.conv2d(
          ops.slice(x, [null, null, null, c], [null, null, null, c + 1]),
          ops.slice(w, [null, null, c], [null, null, c + 1]),
          { padding: 'same', strides: [2, 1] },
        );
        const part = ops.slice(all, [null, null, null, 2 * c], [null, null, null, 2 * c + 2]);
        expect(worstDifference(part, valuesOf(one), 1)).toBeLessThan(1e-5);
      }
      expect(ops.depthwiseConv1d(ones([1, 10, 4]), ones([3, 4, 2])).shape).toEqual([1, 8, 8]);
    });
  });

  it('computes separable convolutions in two steps', () => {
    withBackend(backend, () => {
      const [x, depthwise] = [sample([2, 7, 6, 3]), sample([3, 3, 3, 2], 'float32', 2)];
      const [pointwise, bias] = [sample([1, 1, 6, 4], 'float32', 3), sample([4], 'float32', 4)];
      const options = { bias, activation: 'relu' } as const;
      const got = ops.separableConv2d(
        x,
        { depthwise, pointwise },
        { ...options, strides: 2, padding: 'same' },
      );
      const want = ops.conv2d(
        ops.depthwiseConv2d(x, depthwise, { strides: 2, padding: 'same' }),
        pointwise,
        options,
      );
      expect(got.shape).toEqual([2, 4, 3, 4]);
      expect(got.data).toEqual(want.data);
      const line = ops.separableConv1d(ones([1, 9, 2]), {
        depthwise: ones([3, 2, 1]),
        pointwise: ones([1, 2, 4]),
      });
      expect(line.shape).toEqual([1, 7, 4]);
    });
  });

  it('gives an empty result for an empty batch', () => {
    withBackend(backend, () => {
      expect(ops.conv2d(zeros([0, 7, 5, 3]), ones([2, 2, 3, 4]), { bias: ones([4]) }).shape).toEqual([
        0, 6, 4, 4,
      ]);
      expect(
        ops.conv2d(zeros([0, 3, 7, 5]), ones([2, 2, 3, 4]), { dataFormat: 'channelsFirst' }).shape,
      ).toEqual([0, 4, 6, 4]);
      expect(ops.conv2dTranspose(zeros([0, 3, 3, 2]), ones([2, 2, 4, 2]), { strides: 2 }).shape).toEqual([
        0, 6, 6, 4,
      ]);
    });
  });
});

describe('what the ops refuse before native', () => {
  const callable = (row: {
    readonly input: readonly (number | null)[];
    readonly kernel: readonly (number | null)[];
  }) =>
    [...row.input, ...row.kernel].every(
      (size) => size !== null && Number.isSafeInteger(size) && size >= 0 && size < 100,
    );

  it.each(badConvCases.filter(callable).map((row) => [row.why, row] as const))('conv: %s', (_, row) => {
    const [x, w] = [zeros(row.input as number[]), zeros(row.kernel as number[])];
    expectError(() => ops.conv(x, w, row.options), row.code, row.text);
  });

  const [x, w] = [ones([1, 5, 5, 3]), ones([3, 3, 3, 2])];
  it.each([
    ['an array for x', () => ops.conv2d([1] as never, w), 'ERR_ARGUMENT', 'x must be a Tensor'],
    ['an array for the kernel', () => ops.conv2d(x, [1] as never), 'ERR_ARGUMENT', 'kernel must be a Tensor'],
    [
      'integers',
      () => ops.conv2d(ones([1, 5, 5, 3], 'int32'), w),
      'ERR_DTYPE',
      'x must be float32 or float64',
    ],
    [
      'two dtypes',
      () => ops.conv2d(x, ones([3, 3, 3, 2], 'float64')),
      'ERR_DTYPE',
      'x and kernel must have one dtype',
    ],
    [
      'a bias of another dtype',
      () => ops.conv2d(x, w, { bias: ones([2], 'float64') }),
      'ERR_DTYPE',
      'x and bias',
    ],
    [
      'a bias of another length',
      () => ops.conv2d(x, w, { bias: ones([3]) }),
      'ERR_SHAPE',
      'bias must have shape [2]',
    ],
    [
      'a bias of another rank',
      () => ops.conv2d(x, w, { bias: ones([1, 2]) }),
      'ERR_SHAPE',
      'bias must have shape [2]',
    ],
    [
      'the kernel of another rank',
      () => ops.conv1d(x, w as Tensor),
      'ERR_SHAPE',
      'the kernel must have rank 3, not 4',
    ],
    [
      'an option that does not exist',
      () => ops.conv2d(x, w, { stride: 2 } as never),
      'ERR_ARGUMENT',
      'unknown option "stride"',
    ],
    [
      'groups of a depthwise convolution',
      () => ops.depthwiseConv2d(x, w, { groups: 3 } as never),
      'ERR_ARGUMENT',
      'unknown option "groups"',
    ],
    [
      'an algorithm that does not exist',
      () => ops.conv2d(x, w, { algorithm: 'fft' as never }),
      'ERR_ARGUMENT',
      '"auto", "direct"',
    ],
    [
      'winograd for a window of another size',
      () => ops.conv2d(ones([1, 9, 9, 3]), ones([7, 7, 3, 4]), { algorithm: 'winograd' }),
      'ERR_ARGUMENT',
      'Received kernel=[7, 7, 3, 4]',
    ],
    [
      'winograd with strides',
      () => ops.conv2d(ones([1, 9, 9, 3]), ones([3, 3, 3, 4]), { algorithm: 'winograd', strides: 2 }),
      'ERR_ARGUMENT',
      'strides=[2, 2]',
    ],
    [
      'an activation that does not exist',
      () => ops.conv2d(x, w, { activation: 'rleu' as never }),
      'ERR_ARGUMENT',
      'unknown activation',
    ],
    [
      'options that are no object',
      () => ops.conv2d(x, w, 2 as never),
      'ERR_ARGUMENT',
      'options must be an object',
    ],
    [
      'a result that no machine holds',
      () => ops.conv2d(x, w, { padding: 2 ** 24 }),
      'ERR_SHAPE',
      'GiB of memory',
    ],
  ] as const)('%s', (_, body, code, text) => {
    expectError(body, code, text);
  });

  it('a tensor whose memory was transferred away', () => {
    const gone = ones([1, 5, 5, 3]);
    structuredClone(gone.data.buffer, { transfer: [gone.data.buffer as ArrayBuffer] });
    expectError(() => ops.conv2d(gone, w), 'ERR_STATE', 'transferred');
  });

  it('names the layer', () => {
    expectError(
      () => ops.conv2d(x as Tensor, ones([7, 7, 3, 2]), { label: 'Conv2D "conv1"' }),
      'ERR_SHAPE',
      'Conv2D "conv1": the window is wider than the padded input.',
    );
  });

  it('reads every option once', () => {
    let reads = 0;
    const options = {
      get strides() {
        return reads++ === 0 ? 1 : 0;
      },
    };
    expect(ops.conv2d(x, w, options).shape).toEqual([1, 3, 3, 2]);
    expect(reads).toBe(1);
  });
});

describe('hand-made numbers', () => {
  it('11x11x4 with 5x5x4 filters at stride 2 by slices and by the op', () => {
    const x = sample([1, 11, 11, 4], 'float64');
    const w = sample([5, 5, 4, 2], 'float64', 2);
    const bias = tensor(Float64Array.of(0.5, -0.25));
    const y = ops.conv2d(x, w, { strides: 2, bias });
    expect(y.shape).toEqual([1, 4, 4, 2]);
    for (const [i, j] of [
      [0, 0],
      [0, 1],
      [3, 2],
    ] as const) {
      const part = ops.slice(x, [0, 2 * i, 2 * j], [1, 2 * i + 5, 2 * j + 5]);
      const filter = ops.reshape(ops.slice(w, [null, null, null, 1], [null, null, null, 2]), [1, 5, 5, 4]);
      expect(y.at(0, i, j, 1)).toBeCloseTo((ops.sum(ops.mul(part, filter)).at() as number) - 0.25, 12);
    }
  });

  it('accepts every geometry of the table of shapes that is small', () => {
    for (const { input, kernel, options, out } of convCases) {
      const size = [...input, ...kernel].reduce<number>((a, b) => a + (b ?? 1e9), 0);
      if (size > 100) continue;
      expect(ops.conv(zeros(input as number[]), zeros(kernel as number[]), options).shape).toEqual(out);
    }
  });
});

describe('algorithm', () => {
  it.each([
    [[1, 14, 14, 32], 32],
    [[2, 9, 13, 65], 17],
    [[1, 4, 3, 7], 80],
  ] as const)('winograd on %j with %i filters is close to direct', (shape, filters) => {
    const x = sample(shape, 'float32', 1);
    const w = sample([3, 3, shape[3], filters], 'float32', 2);
    const run = (algorithm: 'winograd' | 'direct') => [
      ...(ops.conv2d(x, w, { algorithm, padding: 'same', activation: 'relu' }).data as Float32Array),
    ];
    const got = run('winograd');
    const want = run('direct');
    const scale = Math.max(...want.map(Math.abs));
    // Rounding grows with the root of the sum's length; ten times that is far from any mistake.
    const allowed = 10 * 2 ** -23 * Math.sqrt(9 * shape[3]) * scale;
    expect(Math.max(...got.map((value, i) => Math.abs(value - (want[i] as number))))).toBeLessThan(allowed);
  });

  it('is an option of the layer, kept by its config', () => {
    const layer = new ops.Conv2D({ filters: 4, kernelSize: 3, algorithm: 'winograd' });
    expect(layer.getConfig().algorithm).toBe('winograd');
    expect(new ops.Conv2D({ filters: 4, kernelSize: 3 }).getConfig()).not.toHaveProperty('algorithm');
    expectError(
      () => new ops.Conv2D({ filters: 4, kernelSize: 3, algorithm: 'fft' as never }),
      'ERR_ARGUMENT',
      'algorithm',
    );
  });
});
