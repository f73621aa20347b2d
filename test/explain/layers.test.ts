import { describe, expect, it } from 'vitest';
import * as lw from '../../lib/index.js';
import type { Layer, ShapeOrList } from '../../lib/layers/layer.js';
import { expectError } from '../support/errors.js';

const image = [null, 9, 11, 4];
const first = [null, 4, 9, 11];
const steps = [null, 10, 32];

const cases: readonly (readonly [Layer, ShapeOrList])[] = [
  [new lw.Conv1D({ filters: 6, kernelSize: 3, padding: 'causal', dilationRate: 2 }), steps],
  [new lw.Conv2D({ filters: 6, kernelSize: [3, 2], strides: [2, 3], padding: 'same', groups: 2 }), image],
  [
    new lw.Conv2D({ filters: 6, kernelSize: 3, padding: 1, dataFormat: 'channelsFirst', useBias: false }),
    first,
  ],
  [new lw.Conv2D({ filters: 6, kernelSize: 3, padding: [[1, 0], 2], activation: 'relu' }), image],
  [new lw.Conv3D({ filters: 2, kernelSize: 2 }), [null, 5, 6, 7, 1]],
  [new lw.DepthwiseConv1D({ kernelSize: 3, depthMultiplier: 2 }), steps],
  [new lw.DepthwiseConv2D({ kernelSize: 3, strides: 2, padding: 'same' }), image],
  [new lw.SeparableConv1D({ filters: 5, kernelSize: 3, depthMultiplier: 2 }), steps],
  [new lw.SeparableConv2D({ filters: 5, kernelSize: 3, useBias: false }), image],
  [new lw.Conv1DTranspose({ filters: 4, kernelSize: 3, strides: 2 }), steps],
  [new lw.Conv2DTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', groups: 2 }), image],
  [
    new lw.Conv2DTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', outputPadding: 1 }),
    image,
  ],
  [
    new lw.Conv3DTranspose({ filters: 2, kernelSize: 2, strides: 2, padding: [1, 0, [1, 0]] }),
    [1, 3, 4, 5, 1],
  ],
  [new lw.MaxPooling1D({ poolSize: 3 }), steps],
  [new lw.MaxPooling2D({ poolSize: 3, strides: 2, padding: 1 }), image],
  [new lw.MaxPooling3D({}), [null, 5, 6, 7, 1]],
  [new lw.AveragePooling2D({ padding: 'same', dataFormat: 'channelsFirst' }), first],
  [new lw.GlobalMaxPooling1D(), steps],
  [new lw.GlobalAveragePooling2D({ keepDims: true }), image],
  [new lw.GlobalAveragePooling3D({ dataFormat: 'channelsFirst' }), [null, 2, 3, 4, 5]],
  [new lw.AdaptiveAveragePooling2D({ outputSize: [3, 4] }), image],
  [new lw.AdaptiveMaxPooling1D({ outputSize: 4 }), steps],
  [new lw.AdaptiveMaxPooling3D({ outputSize: 2 }), [null, 5, 6, 7, 1]],
  [new lw.Dense({ units: 10 }), [null, 84]],
  [new lw.Dense({ units: 10, useBias: false }), [null, 7, 84]],
  [new lw.EinsumDense({ equation: 'abc,cd->abd', outputShape: [null, 8], biasAxes: 'd' }), steps],
  [new lw.Embedding({ inputDim: 100, outputDim: 8 }), [null, 10]],
  [new lw.Activation({ activation: 'relu' }), image],
  [new lw.Dropout({ rate: 0.5 }), image],
  [new lw.Identity(), image],
  [new lw.Lambda({ function: (x: lw.Tensor) => lw.sum(x, { axis: 1 }) as lw.Tensor }), image],
  [new lw.ReLU(), image],
  [new lw.PReLU({ sharedAxes: [1, 2] }), image],
  [new lw.Softmax(), image],
  [new lw.BatchNormalization(), image],
  [new lw.LayerNormalization(), image],
  [new lw.GroupNormalization({ groups: 2 }), image],
  [new lw.Flatten(), image],
  [new lw.Flatten({ dataFormat: 'channelsFirst' }), first],
  [new lw.Reshape({ targetShape: [-1, 11] }), image],
  [new lw.Reshape({ targetShape: [9 * 11 * 4] }), image],
  [new lw.Permute({ dims: [3, 1, 2] }), image],
  [new lw.RepeatVector({ n: 3 }), [null, 5]],
  [new lw.ZeroPadding1D({ padding: [2, 0] }), steps],
  [
    new lw.ZeroPadding2D({
      padding: [
        [3, 3],
        [2, 4],
      ],
    }),
    image,
  ],
  [new lw.ZeroPadding3D({ padding: 1, dataFormat: 'channelsFirst' }), [null, 2, 3, 4, 5]],
  [new lw.Cropping1D({ cropping: [1, 2] }), steps],
  [
    new lw.Cropping2D({
      cropping: [
        [1, 2],
        [0, 4],
      ],
    }),
    image,
  ],
  [new lw.UpSampling1D({ size: 3 }), steps],
  [new lw.UpSampling2D({ size: [2, 3], interpolation: 'bilinear' }), image],
  [new lw.UpSampling3D({}), [null, 2, 3, 4, 5]],
  [new lw.Add(), [image, image]],
  [new lw.Add(), [image, [null, 4]]],
  [
    new lw.Multiply(),
    [
      [null, 50, 1],
      [null, 50, 49],
    ],
  ],
  [new lw.Average(), [image, image, image]],
  [new lw.Concatenate(), [image, [null, 9, 11, 5]]],
  [new lw.Concatenate({ axis: 1 }), [image, [null, 2, 11, 4]]],
  [
    new lw.Dot({ axes: [2, 1] }),
    [
      [null, 1, 50],
      [null, 50, 49],
    ],
  ],
];

describe('explain of a layer', () => {
  it.each(
    cases.map(([layer, shape]) => [`${layer.className} on ${JSON.stringify(shape)}`, layer, shape] as const),
  )('%s has the shape and the parameters of the layer', (_, layer, shape) => {
    const explanation = layer.explain(shape);
    expect(explanation.shape).toEqual(layer.computeOutputShape(shape));
    expect(explanation.parameters?.count ?? 0).toBe(layer.countParams());
    expect(explanation.axes.map(({ size }) => size)).toEqual(explanation.shape);
    expect(explanation.title).toContain(`${layer.className} "${layer.name}"`);
    const text = explanation.toString();
    expect(text.split('\n').length, text).toBeLessThan(26);
    for (const line of text.split('\n').slice(1)) expect(line.length, line).toBeLessThanOrEqual(100);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });

  it('covers every layer that there is', () => {
    const explained = new Set<unknown>(cases.map(([layer]) => layer.constructor));
    const exported = Object.values(lw).filter(
      (value) => typeof value === 'function' && value.prototype instanceof lw.Layer,
    );
    const alike =
      /Dropout|Noise|ELU|ReLU|Sequential|Model|InputLayer|Normalization|Pooling|Conv|Cropping|Subtract|Maximum|Minimum/;
    const missing = exported.filter(
      (value) => !explained.has(value) && !alike.test((value as typeof lw.Layer).className),
    );
    expect(missing).toEqual([]);
  });

  it('needs a shape, or a layer that was built', () => {
    const layer = new lw.Conv2D({ name: 'c', filters: 2, kernelSize: 3 });
    expectError(
      () => layer.explain(),
      'ERR_STATE',
      'cannot be explained before the shape of its input is known',
    );
    layer.build([null, 5, 5, 1]);
    expect(layer.explain().shape).toEqual([null, 3, 3, 2]);
  });

  it('refuses what is no shape, an unknown option, and at where there is no window', () => {
    const layer = new lw.Dense({ name: 'd', units: 2 });
    expectError(() => layer.explain([null, 1.5]), 'ERR_SHAPE', 'a shape is a list of integers');
    expectError(
      () => layer.explain([null, 5], { at: [0] }),
      'ERR_ARGUMENT',
      'at is for layers with windows, and for those that work element by element',
    );
    expectError(
      () => layer.explain([null, 5], { where: 1 } as never),
      'ERR_ARGUMENT',
      'unknown option "where"',
    );
  });

  it('knows that an element made from another sees that one', () => {
    const at = [1, 2] as const;
    for (const layer of [
      new lw.Activation({ activation: 'relu' }),
      new lw.BatchNormalization(),
      new lw.Dropout({ rate: 0.5 }),
      new lw.PReLU({ sharedAxes: [1, 2] }),
      new lw.Identity(),
    ] as Layer[]) {
      const { sees } = layer.explain([null, 3, 4, 2], { at });
      expect(sees?.ranges).toEqual([{ begin: (1 * 4 + 2) * 8, end: (1 * 4 + 2) * 8 + 8 }]);
      expect(sees?.toString()).toContain(
        'output [1, 2] sees row 1 and column 2 of the input, each channel its own',
      );
    }
    for (const layer of [
      new lw.Softmax(),
      new lw.LayerNormalization(),
      new lw.Lambda({ function: (x: lw.Tensor) => lw.sum(x, { axis: 3 }) }),
      new lw.Flatten(),
    ] as Layer[]) {
      expectError(
        () => layer.explain([null, 3, 4, 2], { at }),
        'ERR_ARGUMENT',
        'at is for layers with windows',
      );
    }
    expectError(
      () => new lw.ReLU().explain([null, 3], { at: [] }),
      'ERR_ARGUMENT',
      'at is for layers with windows',
    );
  });

  it('says the activation that follows', () => {
    const { notes } = new lw.Dense({ units: 2, activation: 'softmax' }).explain([null, 5]);
    expect(notes.at(-1)).toBe('Then softmax, applied to the result.');
  });
});
