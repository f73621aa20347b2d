import { describe, expect, test } from 'vitest';
import {
  Cropping1D,
  Cropping2D,
  Cropping3D,
  Flatten,
  Permute,
  RepeatVector,
  Reshape,
  tensor,
  UpSampling1D,
  UpSampling2D,
  UpSampling3D,
  ZeroPadding1D,
  ZeroPadding2D,
  ZeroPadding3D,
} from '../../lib/index.js';
import { runLayerTest, runRefusals } from '../support/layer.js';

runLayerTest('Flatten', () => new Flatten(), {
  input: [null, 7, 7, 16],
  output: [null, 784],
  nodes: ['reshape'],
});
runLayerTest('Flatten channels first', () => new Flatten({ dataFormat: 'channelsFirst' }), {
  input: [null, 3, 4, 5],
  output: [null, 60],
  nodes: ['copy', 'reshape'],
});
runLayerTest('Flatten of scalars', () => new Flatten(), { input: [null], output: [null, 1] });
runLayerTest('Reshape', () => new Reshape({ targetShape: [28, 28, 1] }), {
  input: [null, 784],
  output: [null, 28, 28, 1],
  nodes: ['reshape'],
});
runLayerTest('Reshape with -1', () => new Reshape({ targetShape: [-1, 7] }), {
  input: [null, 6, 14],
  output: [null, 12, 7],
});
runLayerTest('Permute', () => new Permute({ dims: [3, 1, 2] }), {
  input: [null, 4, 5, 6],
  output: [null, 6, 4, 5],
  nodes: ['copy'],
});
runLayerTest('RepeatVector', () => new RepeatVector({ n: 3 }), { input: [null, 5], output: [null, 3, 5] });
runLayerTest('ZeroPadding1D', () => new ZeroPadding1D({ padding: [2, 1] }), {
  input: [null, 5, 3],
  output: [null, 8, 3],
  nodes: ['pad'],
});
runLayerTest(
  'ZeroPadding2D',
  () =>
    new ZeroPadding2D({
      padding: [
        [1, 2],
        [3, 4],
      ],
      dataFormat: 'channelsFirst',
    }),
  { input: [null, 3, 5, 6], output: [null, 3, 8, 13] },
);
runLayerTest('ZeroPadding3D', () => new ZeroPadding3D({ padding: [1, 2, 3] }), {
  input: [null, 2, 3, 4, 2],
  output: [null, 4, 7, 10, 2],
});
runLayerTest('Cropping1D', () => new Cropping1D({ cropping: [1, 2] }), {
  input: [null, 7, 3],
  output: [null, 4, 3],
  nodes: ['copy'],
});
runLayerTest('Cropping1D of nothing', () => new Cropping1D({ cropping: 0 }), {
  input: [null, 7, 3],
  output: [null, 7, 3],
  nodes: [],
});
runLayerTest(
  'Cropping2D',
  () =>
    new Cropping2D({
      cropping: [
        [1, 0],
        [0, 2],
      ],
      dataFormat: 'channelsFirst',
    }),
  { input: [null, 3, 5, 6], output: [null, 3, 4, 4] },
);
runLayerTest('Cropping3D', () => new Cropping3D(), { input: [null, 4, 5, 6, 2], output: [null, 2, 3, 4, 2] });
runLayerTest('UpSampling1D', () => new UpSampling1D({ size: 3 }), {
  input: [null, 4, 3],
  output: [null, 12, 3],
  nodes: ['copy', 'reshape'],
});
runLayerTest('UpSampling2D', () => new UpSampling2D({ size: [2, 3] }), {
  input: [null, 4, 5, 3],
  output: [null, 8, 15, 3],
  nodes: ['copy', 'reshape'],
});
runLayerTest('UpSampling2D channels first', () => new UpSampling2D({ dataFormat: 'channelsFirst' }), {
  input: [null, 3, 4, 5],
  output: [null, 3, 8, 10],
});
for (const interpolation of ['bilinear', 'bicubic', 'lanczos3', 'lanczos5'] as const) {
  runLayerTest(`UpSampling2D ${interpolation}`, () => new UpSampling2D({ interpolation }), {
    input: [null, 6, 7, 3],
    output: [null, 12, 14, 3],
  });
}
runLayerTest('UpSampling3D', () => new UpSampling3D({ size: [1, 2, 2] }), {
  input: [null, 2, 3, 4, 2],
  output: [null, 2, 6, 8, 2],
});

describe('reshaping layers', () => {
  test('both data formats flatten alike', () => {
    const first = tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2]);
    expect(new Flatten({ dataFormat: 'channelsFirst' }).apply(first).toArray()).toEqual([
      [1, 5, 2, 6, 3, 7, 4, 8],
    ]);
  });

  test('unknown sizes beside the batch', () => {
    expect(new Flatten().computeOutputShape([null, null, 5])).toEqual([null, null]);
    expect(new Reshape({ targetShape: [-1, 5] }).computeOutputShape([null, null, 10])).toEqual([
      null,
      null,
      5,
    ]);
    expect(new UpSampling2D({ interpolation: 'bilinear' }).computeOutputShape([null, null, 5, 3])).toEqual([
      null,
      null,
      10,
      3,
    ]);
    expect(new Cropping1D({ cropping: [0, 1] }).computeOutputShape([null, null, 3])).toEqual([null, null, 3]);
  });

  test('nearest neighbours repeat rows and columns', () => {
    const x = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
    expect(new UpSampling2D({ size: [1, 2] }).apply(x).toArray()).toEqual([
      [
        [[1], [1], [2], [2]],
        [[3], [3], [4], [4]],
      ],
    ]);
  });

  test('a matrix of one row and one of one column', () => {
    expect(new Reshape({ targetShape: [1, 50] }).computeOutputShape([null, 50])).toEqual([null, 1, 50]);
    expect(new Reshape({ targetShape: [49, 1] }).computeOutputShape([null, 49])).toEqual([null, 49, 1]);
  });

  runRefusals([
    [
      () => new Reshape({ targetShape: [-2, 5] }),
      null,
      'ERR_ARGUMENT',
      'targetShape must be a list of integers',
    ],
    [
      () => new Reshape({ targetShape: 5 as never }),
      null,
      'ERR_ARGUMENT',
      'targetShape must be a list of integers',
    ],
    [() => new Permute({} as never), null, 'ERR_ARGUMENT', 'dims must name each axis of a sample once'],
    [() => new Permute({ dims: [0, 1] }), null, 'ERR_ARGUMENT', 'dims must name each axis of a sample once'],
    [
      () => new Permute({ dims: [1, 1, 3] }),
      null,
      'ERR_ARGUMENT',
      'dims must name each axis of a sample once',
    ],
    [() => new RepeatVector({ n: 0 }), null, 'ERR_ARGUMENT', 'n must be an integer of at least 1'],
    [() => new RepeatVector({ n: [3] as never }), null, 'ERR_ARGUMENT', 'n must be an integer of at least 1'],
    [
      () => new ZeroPadding2D({ padding: [1, 2, 3] }),
      null,
      'ERR_ARGUMENT',
      'padding must be one integer or have 2 entries',
    ],
    [
      () =>
        new ZeroPadding2D({
          padding: [
            [1, 2],
            [3, 4, 5],
          ],
        }),
      null,
      'ERR_ARGUMENT',
      'padding[1] must be an integer or two',
    ],
    [
      () => new ZeroPadding1D({ padding: '1' as never }),
      null,
      'ERR_ARGUMENT',
      'padding must be an integer or two',
    ],
    [
      () =>
        new Cropping3D({
          cropping: [
            [1, 2],
            [3, 4],
            [5, -6],
          ],
        }),
      null,
      'ERR_ARGUMENT',
      'cropping[2] must be an integer of at least 0',
    ],
    [() => new UpSampling1D({ size: 0 }), null, 'ERR_ARGUMENT', 'size must be an integer of at least 1'],
    [
      () => new UpSampling1D({ size: true as never }),
      null,
      'ERR_ARGUMENT',
      'size must be an integer of at least 1',
    ],
    [
      () => new UpSampling2D({ interpolation: 'linear' as never }),
      null,
      'ERR_ARGUMENT',
      'interpolation must be one of',
    ],
    [
      () => new Reshape({ targetShape: [3, 3] }),
      [null, 8],
      'ERR_SHAPE',
      '8 elements cannot fill a shape of 9',
    ],
    [() => new Reshape({ targetShape: [-1, 8] }), [null, 30], 'ERR_SHAPE', 'cannot infer -1'],
    [() => new Reshape({ targetShape: [-1, -1] }), [null, 30], 'ERR_SHAPE', 'only one size can be -1'],
    [() => new Permute({ dims: [2, 1] }), [null, 3], 'ERR_SHAPE', 'the input must have rank 3'],
    [() => new RepeatVector({ n: 2 }), [null, 3, 4], 'ERR_SHAPE', 'the input must have rank 2'],
    [
      () =>
        new Cropping2D({
          cropping: [
            [5, 4],
            [0, 0],
          ],
        }),
      [null, 9, 9, 1],
      'ERR_SHAPE',
      'the cropping takes all 9 elements of axis 1',
    ],
    [() => new ZeroPadding2D(), [null, 9, 9], 'ERR_SHAPE', 'the input must have rank 4'],
    [() => new UpSampling3D(), [null, 9, 9, 1], 'ERR_SHAPE', 'the input must have rank 5'],
  ]);
});
