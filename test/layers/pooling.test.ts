import { describe, expect, test } from 'vitest';
import {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  AvgPool2D,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  MaxPool2D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  tensor,
} from '../../lib/index.js';
import { runLayerTest, runRefusals } from '../support/layer.js';

runLayerTest('MaxPooling1D', () => new MaxPooling1D(), {
  input: [null, 9, 4],
  output: [null, 4, 4],
  nodes: ['pool'],
});
runLayerTest('MaxPooling2D same', () => new MaxPooling2D({ poolSize: 3, strides: 2, padding: 'same' }), {
  input: [null, 9, 8, 5],
  output: [null, 5, 4, 5],
  nodes: ['pool'],
});
runLayerTest(
  'MaxPooling2D channels first',
  () => new MaxPooling2D({ poolSize: [2, 3], dataFormat: 'channelsFirst' }),
  {
    input: [null, 5, 9, 9],
    output: [null, 5, 4, 3],
  },
);
runLayerTest('MaxPooling3D', () => new MaxPooling3D({ poolSize: [2, 3, 2], strides: [2, 2, 1] }), {
  input: [null, 6, 7, 5, 3],
  output: [null, 3, 3, 4, 3],
});
runLayerTest('AveragePooling1D', () => new AveragePooling1D({ poolSize: 3, strides: 1, padding: 'same' }), {
  input: [null, 7, 2],
  output: [null, 7, 2],
  nodes: ['pool'],
});
runLayerTest(
  'AveragePooling2D',
  () => new AveragePooling2D({ poolSize: 2, strides: 1, padding: 'same', dataFormat: 'channelsFirst' }),
  {
    input: [null, 3, 5, 6],
    output: [null, 3, 5, 6],
  },
);
runLayerTest('AveragePooling3D', () => new AveragePooling3D({ poolSize: 2 }), {
  input: [null, 4, 5, 6, 17],
  output: [null, 2, 2, 3, 17],
});

runLayerTest('GlobalAveragePooling1D', () => new GlobalAveragePooling1D(), {
  input: [null, 9, 4],
  output: [null, 4],
  nodes: ['reduce'],
});
runLayerTest('GlobalAveragePooling2D', () => new GlobalAveragePooling2D({ keepDims: true }), {
  input: [null, 5, 6, 7],
  output: [null, 1, 1, 7],
});
runLayerTest('GlobalAveragePooling3D', () => new GlobalAveragePooling3D({ dataFormat: 'channelsFirst' }), {
  input: [null, 3, 4, 5, 6],
  output: [null, 3],
});
runLayerTest('GlobalMaxPooling1D', () => new GlobalMaxPooling1D({ dataFormat: 'channelsFirst' }), {
  input: [null, 3, 9],
  output: [null, 3],
});
runLayerTest('GlobalMaxPooling2D', () => new GlobalMaxPooling2D(), {
  input: [null, 5, 6, 7],
  output: [null, 7],
});
runLayerTest('GlobalMaxPooling3D', () => new GlobalMaxPooling3D({ keepDims: true }), {
  input: [null, 2, 3, 4, 5],
  output: [null, 1, 1, 1, 5],
});

runLayerTest('AdaptiveAveragePooling1D', () => new AdaptiveAveragePooling1D({ outputSize: 4 }), {
  input: [null, 9, 3],
  output: [null, 4, 3],
});
runLayerTest('AdaptiveAveragePooling2D', () => new AdaptiveAveragePooling2D({ outputSize: [6, 5] }), {
  input: [null, 13, 13, 8],
  output: [null, 6, 5, 8],
  nodes: ['adaptivePool'],
});
runLayerTest(
  'AdaptiveAveragePooling3D',
  () => new AdaptiveAveragePooling3D({ outputSize: 2, dataFormat: 'channelsFirst' }),
  {
    input: [null, 3, 5, 4, 3],
    output: [null, 3, 2, 2, 2],
  },
);
runLayerTest(
  'AdaptiveMaxPooling1D',
  () => new AdaptiveMaxPooling1D({ outputSize: 4, dataFormat: 'channelsFirst' }),
  { input: [null, 3, 9], output: [null, 3, 4] },
);
runLayerTest('AdaptiveMaxPooling2D', () => new AdaptiveMaxPooling2D({ outputSize: 3 }), {
  input: [null, 7, 8, 2],
  output: [null, 3, 3, 2],
});
runLayerTest('AdaptiveMaxPooling3D', () => new AdaptiveMaxPooling3D({ outputSize: [1, 2, 3] }), {
  input: [null, 3, 4, 5, 2],
  output: [null, 1, 2, 3, 2],
});

describe('pooling layers', () => {
  test('2x2 of [[5, 8], [7, 2]] keeps 8', () => {
    expect(new MaxPooling2D().apply(tensor([5, 8, 7, 2], [1, 2, 2, 1])).toArray()).toEqual([[[[8]]]]);
  });

  test('1 to 9 with a window of 2 and a stride of 1 gives [[5, 6], [8, 9]]', () => {
    const x = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    expect(new MaxPooling2D({ strides: 1 }).apply(x).toArray()).toEqual([
      [
        [[5], [6]],
        [[8], [9]],
      ],
    ]);
  });

  test('means at the edge are over the elements inside', () => {
    const x = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    const layer = new AveragePooling2D({ strides: 2, padding: 'same' });
    expect(layer.apply(x).toArray()).toEqual([
      [
        [[3], [4.5]],
        [[7.5], [9]],
      ],
    ]);
  });

  test('the short names are the same classes', () => {
    expect(MaxPool2D).toBe(MaxPooling2D);
    expect(AvgPool2D).toBe(AveragePooling2D);
  });

  runRefusals([
    [
      () => new MaxPooling2D({ poolSize: 0 }),
      null,
      'ERR_ARGUMENT',
      'poolSize must be an integer of at least 1',
    ],
    [
      () => new MaxPooling2D({ poolSize: 2.5 }),
      null,
      'ERR_ARGUMENT',
      'poolSize must be an integer of at least 1',
    ],
    [
      () => new MaxPooling2D({ strides: [2] }),
      null,
      'ERR_ARGUMENT',
      'strides must be one integer or 2 integers',
    ],
    [
      () => new MaxPooling2D({ strides: -2 }),
      null,
      'ERR_ARGUMENT',
      'strides must be an integer of at least 1',
    ],
    [
      () => new AveragePooling3D({ padding: 'causal' as never }),
      null,
      'ERR_ARGUMENT',
      'padding must be one of',
    ],
    [() => new AdaptiveMaxPooling2D({} as never), null, 'ERR_ARGUMENT', 'outputSize is required'],
    [
      () => new AdaptiveMaxPooling2D({ outputSize: 0 }),
      null,
      'ERR_ARGUMENT',
      'outputSize must be an integer of at least 1',
    ],
    [
      () => new GlobalMaxPooling2D({ keepDims: 1 as never }),
      null,
      'ERR_ARGUMENT',
      'keepDims must be true or false',
    ],
    [() => new MaxPooling2D(), [null, 1, 8, 3], 'ERR_SHAPE', 'the window is wider than the padded input'],
    [() => new MaxPooling2D(), [null, 8, 3], 'ERR_SHAPE', 'the input must have rank 4'],
    [() => new GlobalMaxPooling1D(), [null, 8, 8, 3], 'ERR_SHAPE', 'the input must have rank 3'],
    [() => new AdaptiveMaxPooling1D({ outputSize: 2 }), [null, 3], 'ERR_SHAPE', 'the input must have rank 3'],
  ]);
});
