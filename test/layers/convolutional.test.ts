import { describe, expect, test } from 'vitest';
import {
  Conv1D,
  Conv1DTranspose,
  Conv2D,
  Conv2DTranspose,
  Conv3D,
  Conv3DTranspose,
  DepthwiseConv1D,
  DepthwiseConv2D,
  SeparableConv1D,
  SeparableConv2D,
  tensor,
  transpose,
} from '../../lib/index.js';
import type { Layer } from '../../lib/layers/layer.js';
import { random } from '../../lib/tensor/random.js';
import type { Tensor } from '../../lib/tensor/tensor.js';
import { firstDifference } from '../support/cases.js';
import { runLayerTest, runRefusals } from '../support/layer.js';

runLayerTest('Conv1D same', () => new Conv1D({ filters: 64, kernelSize: 3, padding: 'same' }), {
  input: [null, 10, 32],
  output: [null, 10, 64],
  weights: { kernel: [3, 32, 64], bias: [64] },
  nodes: ['conv'],
});
runLayerTest(
  'Conv1D causal',
  () => new Conv1D({ filters: 3, kernelSize: 2, padding: 'causal', dilationRate: 4 }),
  {
    input: [null, 11, 5],
    output: [null, 11, 3],
    weights: { kernel: [2, 5, 3], bias: [3] },
    nodes: ['conv'],
  },
);
runLayerTest(
  'Conv2D with activation',
  () => new Conv2D({ filters: 7, kernelSize: [3, 2], strides: [2, 1], activation: 'relu' }),
  {
    input: [null, 13, 11, 5],
    output: [null, 6, 10, 7],
    weights: { kernel: [3, 2, 5, 7], bias: [7] },
    nodes: ['conv'],
  },
);
runLayerTest(
  'Conv2D with softmax, no bias',
  () => new Conv2D({ filters: 4, kernelSize: 1, activation: 'softmax', useBias: false }),
  {
    input: [null, 3, 3, 5],
    output: [null, 3, 3, 4],
    weights: { kernel: [1, 1, 5, 4] },
    nodes: ['conv', 'softmax'],
  },
);
runLayerTest(
  'Conv2D channels first, groups',
  () => new Conv2D({ filters: 6, kernelSize: 3, groups: 2, padding: 'same', dataFormat: 'channelsFirst' }),
  {
    input: [null, 4, 9, 7],
    output: [null, 6, 9, 7],
    weights: { kernel: [3, 3, 2, 6], bias: [6] },
  },
);
runLayerTest('Conv2D padding pairs', () => new Conv2D({ filters: 2, kernelSize: 3, padding: [[1, 2], 0] }), {
  input: [null, 5, 5, 1],
  output: [null, 6, 3, 2],
  weights: { kernel: [3, 3, 1, 2], bias: [2] },
});
runLayerTest(
  'Conv2D padding 2',
  () => new Conv2D({ filters: 32, kernelSize: 5, padding: 2, dataFormat: 'channelsFirst' }),
  {
    input: [null, 3, 32, 32],
    output: [null, 32, 32, 32],
    weights: { kernel: [5, 5, 3, 32], bias: [32] },
  },
);
runLayerTest('Conv3D', () => new Conv3D({ filters: 3, kernelSize: [2, 2, 3], strides: [2, 1, 2] }), {
  input: [null, 5, 6, 7, 2],
  output: [null, 2, 5, 3, 3],
  weights: { kernel: [2, 2, 3, 2, 3], bias: [3] },
});
runLayerTest('DepthwiseConv1D', () => new DepthwiseConv1D({ kernelSize: 3, depthMultiplier: 2 }), {
  input: [null, 10, 4],
  output: [null, 8, 8],
  weights: { kernel: [3, 4, 2], bias: [8] },
  nodes: ['conv'],
});
runLayerTest(
  'DepthwiseConv2D',
  () => new DepthwiseConv2D({ kernelSize: 3, strides: 2, padding: 'same', activation: 'relu6' }),
  {
    input: [null, 9, 8, 17],
    output: [null, 5, 4, 17],
    weights: { kernel: [3, 3, 17, 1], bias: [17] },
    nodes: ['conv'],
  },
);
runLayerTest(
  'SeparableConv1D',
  () => new SeparableConv1D({ filters: 5, kernelSize: 3, depthMultiplier: 2 }),
  {
    input: [null, 9, 4],
    output: [null, 7, 5],
    weights: { depthwise_kernel: [3, 4, 2], pointwise_kernel: [1, 8, 5], bias: [5] },
    nodes: ['conv', 'conv'],
  },
);
runLayerTest(
  'SeparableConv2D channels first',
  () => new SeparableConv2D({ filters: 5, kernelSize: [2, 3], dataFormat: 'channelsFirst' }),
  {
    input: [null, 4, 6, 6],
    output: [null, 5, 5, 4],
    weights: { depthwise_kernel: [2, 3, 4, 1], pointwise_kernel: [1, 1, 4, 5], bias: [5] },
  },
);
runLayerTest(
  'Conv1DTranspose',
  () => new Conv1DTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }),
  {
    input: [null, 5, 8],
    output: [null, 10, 4],
    weights: { kernel: [3, 4, 8], bias: [4] },
    nodes: ['convTranspose'],
  },
);
runLayerTest(
  'Conv2DTranspose',
  () =>
    new Conv2DTranspose({
      filters: 3,
      kernelSize: [3, 2],
      strides: [2, 3],
      outputPadding: [1, 2],
      activation: 'tanh',
    }),
  {
    input: [null, 4, 5, 6],
    output: [null, 10, 16, 3],
    weights: { kernel: [3, 2, 3, 6], bias: [3] },
    nodes: ['convTranspose'],
  },
);
runLayerTest(
  'Conv3DTranspose',
  () => new Conv3DTranspose({ filters: 2, kernelSize: 2, strides: 2, useBias: false }),
  {
    input: [null, 3, 2, 4, 3],
    output: [null, 6, 4, 8, 2],
    weights: { kernel: [2, 2, 2, 2, 3] },
  },
);

describe('convolution layers', () => {
  test("VGG's first layer has 1,792 parameters", () => {
    const layer = new Conv2D({ filters: 64, kernelSize: 3, padding: 'same' });
    expect(layer.computeOutputShape([null, 224, 224, 3])).toEqual([null, 224, 224, 64]);
    expect(layer.countParams()).toBe(1792);
  });

  test('unknown heights and widths stay unknown', () => {
    const layer = new Conv2D({ filters: 8, kernelSize: 3, strides: 2, padding: 'same' });
    expect(layer.computeOutputShape([null, null, 32, 3])).toEqual([null, null, 16, 8]);
  });

  test('a 3x3 filter of ones sums its window and adds the bias', () => {
    const layer = new Conv2D({
      filters: 1,
      kernelSize: 3,
      kernelInitializer: 'ones',
      biasInitializer: 'ones',
    });
    const x = tensor(
      Array.from({ length: 16 }, (_, i) => i),
      [1, 4, 4, 1],
    );
    expect(layer.apply(x).toArray()).toEqual([
      [
        [[46], [55]],
        [[82], [91]],
      ],
    ]);
  });

  test('channels first is channels last with the axes moved', () => {
    const x = random([2, 7, 6, 3], { seed: 1 }) as unknown as Tensor;
    const options = { filters: 4, kernelSize: 3, strides: 2, padding: 'same' } as const;
    const pairs: [Layer, Layer][] = [
      [new Conv2D(options), new Conv2D({ ...options, dataFormat: 'channelsFirst' })],
      [new Conv2DTranspose(options), new Conv2DTranspose({ ...options, dataFormat: 'channelsFirst' })],
    ];
    for (const [last, first] of pairs) {
      const want = last.apply(x);
      first.computeOutputShape([null, 3, 7, 6]);
      first.setWeights(last.getWeights());
      const got = first.apply(transpose(x, [0, 3, 1, 2]));
      expect(firstDifference(transpose(got, [0, 2, 3, 1]), want, 1e-6)).toBeUndefined();
    }
  });

  test('float64 layers take float64 inputs', () => {
    const layer = new Conv2D({ filters: 2, kernelSize: 2, dtype: 'float64' });
    expect(layer.apply(random([1, 3, 3, 1], { seed: 1, dtype: 'float64' }) as unknown as Tensor).dtype).toBe(
      'float64',
    );
    expect(() => layer.apply(random([1, 3, 3, 1], { seed: 1 }) as unknown as Tensor)).toThrow(/one dtype/);
  });

  test('a regulariser is refused, null is not', () => {
    expect(() => new Conv2D({ filters: 1, kernelSize: 1, kernelRegularizer: null })).not.toThrow();
    expect(() => new Conv2D({ filters: 1, kernelSize: 1, kernelRegularizer: 'l2' as never })).toThrow(
      /inference only/,
    );
  });

  test('another number of channels than at first is refused with the name of the layer', () => {
    const layer = new Conv2D({ filters: 1, kernelSize: 1, name: 'conv1' });
    layer.computeOutputShape([null, 4, 4, 3]);
    expect(() => layer.computeOutputShape([null, 4, 4, 2])).toThrow(
      /^Conv2D "conv1": the input has 2 channels but the kernel reads 3/,
    );
  });

  const kernel = { filters: 4, kernelSize: 3 };
  runRefusals([
    [
      () => new Conv2D({ kernelSize: 3 } as never),
      null,
      'ERR_ARGUMENT',
      'filters must be an integer of at least 1',
    ],
    [
      () => new Conv2D({ ...kernel, filters: 0 }),
      null,
      'ERR_ARGUMENT',
      'filters must be an integer of at least 1',
    ],
    [() => new Conv2D({ filters: 4 } as never), null, 'ERR_ARGUMENT', 'kernelSize must be an integer'],
    [
      () => new Conv2D({ ...kernel, kernelSize: [1, 0] }),
      null,
      'ERR_ARGUMENT',
      'kernelSize must be an integer of at least 1',
    ],
    [
      () => new Conv2D({ ...kernel, kernelSize: [3, 3, 3] }),
      null,
      'ERR_ARGUMENT',
      'kernelSize must be one integer or 2 integers',
    ],
    [
      () => new Conv2D({ ...kernel, strides: [2] }),
      null,
      'ERR_ARGUMENT',
      'strides must be one integer or 2 integers',
    ],
    [
      () => new Conv2D({ ...kernel, strides: 2, dilationRate: 2 }),
      null,
      'ERR_ARGUMENT',
      'strides above 1 do not go with',
    ],
    [
      () => new Conv2D({ ...kernel, groups: 0 }),
      null,
      'ERR_ARGUMENT',
      'groups must be an integer of at least 1',
    ],
    [
      () => new Conv2D({ ...kernel, groups: 3 }),
      null,
      'ERR_ARGUMENT',
      '4 filters do not divide into 3 groups',
    ],
    [
      () => new Conv2D({ ...kernel, padding: 'causal' }),
      null,
      'ERR_ARGUMENT',
      'causal padding needs a 1D convolution',
    ],
    [
      () => new Conv1DTranspose({ ...kernel, padding: 'causal' }),
      null,
      'ERR_ARGUMENT',
      'causal padding needs a 1D convolution',
    ],
    [
      () => new Conv2D({ ...kernel, padding: 'full' as never }),
      null,
      'ERR_ARGUMENT',
      'padding must be one of',
    ],
    [
      () => new Conv2D({ ...kernel, padding: [1] as never }),
      null,
      'ERR_ARGUMENT',
      'padding must have one entry per spatial axis',
    ],
    [
      () => new Conv2D({ ...kernel, activation: 'rleu' as never }),
      null,
      'ERR_ARGUMENT',
      'unknown activation',
    ],
    [
      () => new Conv2D({ ...kernel, dataFormat: 'NCHW' as never }),
      null,
      'ERR_ARGUMENT',
      'dataFormat must be one of',
    ],
    [
      () => new DepthwiseConv1D({ kernelSize: 3, depthMultiplier: 0 }),
      null,
      'ERR_ARGUMENT',
      'depthMultiplier must be',
    ],
    [
      () => new Conv2DTranspose({ ...kernel, outputPadding: 1 }),
      null,
      'ERR_ARGUMENT',
      'outputPadding must be less than the stride',
    ],
    [() => new Conv2D(kernel), [null, 8, 3], 'ERR_SHAPE', 'the input must have rank 4'],
    [() => new Conv2D(kernel), [null, 8, 8, null], 'ERR_SHAPE', 'the number of channels must be known'],
    [
      () => new Conv2D({ ...kernel, groups: 2 }),
      [null, 8, 8, 3],
      'ERR_ARGUMENT',
      '3 channels do not divide into 2 groups',
    ],
    [
      () => new Conv2D({ ...kernel, kernelSize: 7 }),
      [null, 5, 5, 3],
      'ERR_SHAPE',
      'the window is wider than the padded input',
    ],
    [
      () => new SeparableConv2D({ ...kernel, kernelSize: 7 }),
      [null, 5, 5, 3],
      'ERR_SHAPE',
      'the window is wider than the padded input',
    ],
    [
      () => new DepthwiseConv2D({ kernelSize: 7 }),
      [null, 5, 5, 3],
      'ERR_SHAPE',
      'the window is wider than the padded input',
    ],
  ]);
});
