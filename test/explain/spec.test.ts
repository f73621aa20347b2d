import { describe, expect, it } from 'vitest';
import { explain } from '../../lib/shape/explain/explain.js';
import { parseSpec } from '../../lib/shape/explain/parse.js';
import { thrown } from '../support/errors.js';

const image = [null, 28, 28, 3];

describe('specs in words', () => {
  it.each([
    ['conv2d 28x28x3 8 5x3', { op: 'conv2d', inputShape: image, filters: 8, kernelSize: [5, 3] }],
    ['conv2d 28x28x3 8 3 stride 2 same', { filters: 8, kernelSize: 3, strides: 2, padding: 'same' }],
    ['Conv2D, 28x28x3, filters=8, 3', { inputShape: image, filters: 8, kernelSize: 3 }],
    [
      'conv2d 28x28x3 8 3 strides 2x1 padding [[1, 2], [0, 0]]',
      {
        strides: [2, 1],
        padding: [
          [1, 2],
          [0, 0],
        ],
      },
    ],
    ['conv2d 28x28x3 8 3 padding=1x2 dilation=2', { padding: [1, 2], dilationRate: 2 }],
    ['conv2d (None, 28, 28, 3) 8 (3, 3) nobias', { inputShape: image, kernelSize: [3, 3], useBias: false }],
    ['conv2d 28x28x3 8 3 batch 16 groups 1', { inputShape: [16, 28, 28, 3], groups: 1 }],
    [
      'conv2d [16, 3, 28, 28] 8 3 channelsFirst',
      { inputShape: [16, 3, 28, 28], dataFormat: 'channelsFirst' },
    ],
    ['conv2d 28x28x3 8 3 at [2, 5]', { at: [2, 5] }],
    ['conv1d 10x32 64 3 causal', { op: 'conv1d', inputShape: [null, 10, 32], padding: 'causal' }],
    ['conv3d 9x9x9x1 8 3', { op: 'conv3d', inputShape: [null, 9, 9, 9, 1] }],
    ['DepthwiseConv2D 28x28x3 3 multiplier 2', { op: 'depthwiseConv2d', kernelSize: 3, depthMultiplier: 2 }],
    ['separableconv2d 28x28x3 16 3', { op: 'separableConv2d', filters: 16 }],
    ['Conv2DTranspose 7x7x8 4 3 stride 2 outputPadding 1', { op: 'conv2dTranspose', outputPadding: 1 }],
    ['ConvTranspose2d 7x7x8 4 3', { op: 'conv2dTranspose' }],
    ['MaxPooling2D 28x28x6', { op: 'maxPool2d' }],
    ['averagePooling2D 28x28x6 3x2 stride 1 ceilMode', { op: 'avgPool2d', poolSize: [3, 2], ceilMode: true }],
    ['GlobalAveragePooling2D 7x7x512 keepDims', { op: 'globalAvgPool2d', keepDims: true }],
    ['AdaptiveAvgPool2d 13x13x256 6x6', { op: 'adaptiveAvgPool2d', outputSize: [6, 6] }],
    ['dense 84 10', { op: 'dense', inputShape: [null, 84], units: 10 }],
    ['Linear 84 units 10', { op: 'dense', units: 10 }],
    ['flatten 7x7x512', { op: 'flatten', inputShape: [null, 7, 7, 512] }],
    ['reshape 5x784 -1x28x28x1', { op: 'reshape', inputShape: [5, 784], targetShape: [-1, 28, 28, 1] }],
    [
      'matmul 8x2x3 5x3 transposeB',
      {
        op: 'matmul',
        inputShapes: [
          [8, 2, 3],
          [5, 3],
        ],
        transposeB: true,
      },
    ],
    ['batch_dot [null, 1, 50] [null, 50, 49] axes [2, 1]', { op: 'batchDot', axes: [2, 1] }],
    ['Concatenate 8x8x16 8x8x32 axis 2', { op: 'concat', axis: 2 }],
    [
      'Multiply (50, 1) (50, 49)',
      {
        op: 'mul',
        inputShapes: [
          [50, 1],
          [50, 49],
        ],
      },
    ],
  ])('%s', (text, wanted) => {
    expect(parseSpec(text)).toMatchObject(wanted);
    expect(explain(text).toString()).not.toMatch(/undefined|NaN/);
  });

  it.each([
    ['', 'the text is empty'],
    ['conf2d 28x28x3', 'there is no such op'],
    ['zeroPadding 28x28x3 1', 'zeroPadding has no form in words'],
    ['conv2d 28x28x3 8', 'it needs inputShape, filters, kernelSize'],
    ['conv2d 28x28x3 8 3 4', '"4" is one too many'],
    ['conv2d 28x28x3 8 3 stride', 'strides has no value'],
    ['conv2d 28x28x3 8 3 stride 2 strides 2', 'strides is given twice'],
    ['conv2d 28x28x3 8 3 colour red', '"colour" is no option'],
    ['conv2d 28x28x3 8 3 units 4', 'take no units'],
    ['conv2d 28x28x3 8 3 stride fast', '"fast" is no size and no shape'],
    ['conv2d [28, 28 8 3', 'a bracket is not closed'],
    ['conv2d [28, x] 8 3', 'is no list of sizes'],
    ['conv2d 28.5x28x3 8 3', '"28.5x28x3" is no size'],
    ['matmul 2x3', 'it needs the shapes of its operands'],
    ['dense 84 10 groups 2', 'take no groups'],
  ])('refuses "%s"', (text, message) => {
    const error = thrown(() => explain(text));
    expect(error.code).toBe('ERR_ARGUMENT');
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/^explain: /);
  });

  it('says an example that would do', () => {
    expect(thrown(() => explain('conv2d 28x28x3 8')).message).toBe(
      'explain: it needs inputShape, filters, kernelSize. Received spec="conv2d 28x28x3 8". ' +
        'Write for example conv2d 227x227x3 96 11x11 stride 4.',
    );
  });
});

describe('specs as objects', () => {
  it('take the options of the op by their names', () => {
    const spec = { op: 'conv2d', inputShape: image, filters: 4, kernelSize: 3, strides: [2, 1] } as const;
    expect(explain(spec).shape).toEqual([null, 13, 26, 4]);
    expect(
      explain({
        op: 'zeroPadding',
        inputShape: image,
        widths: [
          [1, 2],
          [0, 0],
        ],
      }).formulas,
    ).toEqual(['oH = 1 + 28 + 2 = 31', 'oW = 0 + 28 + 0 = 28']);
  });

  it.each([
    [{ op: 'conv2d', inputShape: image, filters: 4, kernelSize: 3, stride: 2 }, 'unknown option "stride"'],
    [
      { op: 'conv2d', inputShape: image, filters: 0, kernelSize: 3 },
      'filters must be an integer of at least 1',
    ],
    [{ op: 'conv9d' }, 'there is no such op'],
    [{ inputShape: image }, 'there is no such op'],
    [null, 'it takes a text or an object'],
    [7, 'it takes a text or an object'],
    [{ op: 'matmul', inputShapes: [[2, 3]] }, 'a product has two operands'],
    [{ op: 'add', inputShapes: [[2, 3]] }, 'it takes at least two shapes'],
    [{ op: 'dense', inputShape: [null, null], units: 2 }, 'the number of features must be known'],
    [
      { op: 'conv2d', inputShape: image, filters: 4, kernelSize: 3, at: [26, 0] },
      'at lies outside the output',
    ],
    [
      { op: 'conv2d', inputShape: image, filters: 4, kernelSize: 3, at: [0] },
      'at must be a list of 2 indices',
    ],
    [{ op: 'conv2d', inputShape: image, filters: 4, kernelSize: 3, at: [0.5, 0] }, 'every index of at'],
    [
      { op: 'conv2d', inputShape: [1, null, 9, 1], filters: 4, kernelSize: 3, at: [0, 0] },
      'at needs an input',
    ],
  ])('refuses %j', (spec, message) => {
    const error = thrown(() => explain(spec as never));
    expect(error.message).toContain(message);
    expect(['ERR_ARGUMENT', 'ERR_SHAPE']).toContain(error.code);
  });

  it('leave open what is not known', () => {
    const { shape, formulas, multiplyAdds } = explain({
      op: 'conv2d',
      inputShape: [null, null, 28, 3],
      filters: 4,
      kernelSize: 3,
      padding: 'same',
      strides: 2,
    });
    expect(shape).toEqual([null, null, 14, 4]);
    expect(formulas).toEqual([
      'oH = ceil(H / 2)',
      'padH = max((oH-1)*2 + 1*(3-1) + 1 - H, 0)',
      'oW = ceil(28 / 2) = 14',
      'padW = max((14-1)*2 + 1*(3-1) + 1 - 28, 0) = 1: 0 left, 1 right',
    ]);
    expect(multiplyAdds).toBeUndefined();
  });
});
