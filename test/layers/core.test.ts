import { describe, expect, test } from 'vitest';
import {
  AlphaDropout,
  batchDot,
  Dense,
  Dropout,
  EinsumDense,
  Embedding,
  GaussianDropout,
  GaussianNoise,
  Identity,
  Lambda,
  mul,
  reshape,
  SpatialDropout1D,
  SpatialDropout2D,
  SpatialDropout3D,
  tensor,
} from '../../lib/index.js';
import type { Tensor } from '../../lib/tensor/tensor.js';
import { runLayerTest, runRefusals } from '../support/layer.js';

runLayerTest('Dense', () => new Dense({ units: 10, activation: 'softmax' }), {
  input: [null, 84],
  output: [null, 10],
  weights: { kernel: [84, 10], bias: [10] },
  nodes: ['matmul', 'softmax'],
});
runLayerTest(
  'Dense over the last of several axes',
  () => new Dense({ units: 5, activation: 'relu', useBias: false }),
  {
    input: [null, 3, 4, 7],
    output: [null, 3, 4, 5],
    weights: { kernel: [7, 5] },
    nodes: ['matmul'],
  },
);
runLayerTest(
  'EinsumDense',
  () => new EinsumDense({ equation: 'abc,cde->abde', outputShape: [null, 3, 4], biasAxes: 'de' }),
  {
    input: [null, 2, 5],
    output: [null, 2, 3, 4],
    weights: { kernel: [5, 3, 4], bias: [3, 4] },
  },
);
runLayerTest(
  'EinsumDense with an ellipsis before',
  () => new EinsumDense({ equation: '...b,bc->...c', outputShape: 6, biasAxes: 'c', activation: 'tanh' }),
  {
    input: [null, 2, 5],
    output: [null, 2, 6],
    weights: { kernel: [5, 6], bias: [6] },
  },
);
runLayerTest(
  'EinsumDense with an ellipsis behind',
  () => new EinsumDense({ equation: 'ab...,bc->ac...', outputShape: 4, biasAxes: 'c' }),
  {
    input: [null, 3, 2, 5],
    output: [null, 4, 2, 5],
    weights: { kernel: [3, 4], bias: [4, 1, 1] },
  },
);
runLayerTest('Embedding', () => new Embedding({ inputDim: 4, outputDim: 3 }), {
  input: [null, 7],
  output: [null, 7, 3],
  weights: { embeddings: [4, 3] },
  dtype: 'int32',
  nodes: ['gather'],
});
runLayerTest('Identity', () => new Identity(), { input: [null, 3], output: [null, 3], nodes: [] });
runLayerTest('Lambda', () => new Lambda({ function: (x: Tensor) => mul(x, 2), outputShape: [3] }), {
  input: [null, 3],
  output: [null, 3],
  nodes: ['binary'],
  saved: false,
});

const same = { input: [null, 3, 4], output: [null, 3, 4], nodes: [] };
runLayerTest('Dropout', () => new Dropout({ rate: 0.5, noiseShape: [null, 1, 4], seed: 3 }), same);
runLayerTest('AlphaDropout', () => new AlphaDropout({ rate: 0.5 }), same);
runLayerTest('GaussianDropout', () => new GaussianDropout({ rate: 0.5 }), same);
runLayerTest('GaussianNoise', () => new GaussianNoise({ stddev: 0.5 }), same);
runLayerTest('SpatialDropout1D', () => new SpatialDropout1D({ rate: 0.5 }), same);
runLayerTest('SpatialDropout2D', () => new SpatialDropout2D({ rate: 0.5 }), {
  input: [null, 3, 4, 5],
  output: [null, 3, 4, 5],
  nodes: [],
});
runLayerTest('SpatialDropout3D', () => new SpatialDropout3D({ rate: 0.5 }), {
  input: [null, 2, 3, 4, 5],
  output: [null, 2, 3, 4, 5],
  nodes: [],
});

describe('core layers', () => {
  test('a dense layer by hand', () => {
    const layer = new Dense({ units: 2, activation: 'relu' });
    layer.build([null, 2]);
    layer.setWeights([
      tensor([
        [1, -1],
        [2, -2],
      ]),
      tensor([0.5, 0.5]),
    ]);
    expect(layer.apply(tensor([[1, 1]])).toArray()).toEqual([[3.5, 0]]);
  });

  test('Dropout gives its input back, and refuses to train', () => {
    const x = tensor([[1, 2]]);
    const layer = new Dropout({ rate: 0.5 });
    expect(layer.apply(x)).toBe(x);
    expect(() => layer.apply(x, { training: true })).toThrow(/does inference only/);
  });

  test('an Embedding looks rows up, floats too', () => {
    const layer = new Embedding({ inputDim: 3, outputDim: 2 });
    layer.build([null]);
    layer.setWeights([
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    ]);
    expect(layer.apply(tensor([2, 0], undefined, 'int32')).toArray()).toEqual([
      [5, 6],
      [1, 2],
    ]);
    expect(layer.apply(tensor([1])).toArray()).toEqual([[3, 4]]);
    expect(() => layer.apply(tensor([3], undefined, 'int32'))).toThrow(
      expect.objectContaining({ code: 'ERR_ARGUMENT' }),
    );
  });

  test('a Lambda weighs rows by a batched dot product', () => {
    const layer = new Lambda({
      function: ([x, y]: readonly Tensor[]) => {
        const row = reshape(x as Tensor, [-1, 1, 50]);
        return reshape(batchDot(row, y as Tensor, [2, 1]), [-1, 49]);
      },
      outputShape: [49],
    });
    expect(
      layer.computeOutputShape([
        [null, 50],
        [null, 50, 49],
      ]),
    ).toEqual([null, 49]);
  });

  test('a Lambda that gives another shape, or no tensor, is refused', () => {
    const wrong = new Lambda({ function: (x: Tensor) => x, outputShape: [4] });
    expect(() => wrong.computeOutputShape([null, 3])).toThrow(/does not give the outputShape/);
    const nothing = new Lambda({ function: () => 3 as never });
    expect(() => nothing.computeOutputShape([null, 3])).toThrow(/must return a tensor/);
    expect(() => wrong.getConfig()).toThrow(expect.objectContaining({ code: 'ERR_STATE' }));
  });

  runRefusals([
    [() => new Dense({ units: 0 }), null, 'ERR_ARGUMENT', 'units must be an integer of at least 1'],
    [
      () => new Dense({ units: '2' as never }),
      null,
      'ERR_ARGUMENT',
      'units must be an integer of at least 1',
    ],
    [
      () => new Dense({ units: 2, activation: 'invalid' as never }),
      null,
      'ERR_ARGUMENT',
      'unknown activation',
    ],
    [
      () => new Dense({ units: 2, kernelInitializer: 'no' as never }),
      null,
      'ERR_ARGUMENT',
      'kernelInitializer is not an initialiser',
    ],
    [
      () => new Embedding({ inputDim: 3.7, outputDim: 8 }),
      null,
      'ERR_ARGUMENT',
      'inputDim must be an integer',
    ],
    [
      () => new Embedding({ inputDim: 3, outputDim: null as never }),
      null,
      'ERR_ARGUMENT',
      'outputDim must be an integer',
    ],
    [
      () => new Embedding({ inputDim: 3, outputDim: 8, maskZero: true as never }),
      null,
      'ERR_ARGUMENT',
      'masks are not computed',
    ],
    [() => new Dropout({ rate: 1.5 }), null, 'ERR_ARGUMENT', 'rate must be from 0 to 1'],
    [
      () => new Dropout({ rate: 0.5, noiseShape: [20, 1.5] }),
      null,
      'ERR_ARGUMENT',
      'noiseShape must be a list',
    ],
    [() => new Lambda({} as never), null, 'ERR_ARGUMENT', 'function must be a function'],
    [
      () => new EinsumDense({ equation: 'ab,bc', outputShape: 3 }),
      null,
      'ERR_ARGUMENT',
      'equation must look like',
    ],
    [
      () => new EinsumDense({ equation: 'ab,bc->ac', outputShape: 3, biasAxes: 'd' }),
      null,
      'ERR_ARGUMENT',
      'biasAxes must be letters',
    ],
    [() => new Dense({ units: 2 }), [null], 'ERR_SHAPE', 'at least rank 2'],
    [() => new Dense({ units: 2 }), [null, null], 'ERR_SHAPE', 'the number of features must be known'],
    [() => new SpatialDropout1D({ rate: 0.5 }), [null, 2, 3, 4], 'ERR_SHAPE', 'the input must have rank 3'],
    [
      () => new EinsumDense({ equation: 'ab,bc->ac', outputShape: 3 }),
      [null, 2, 3],
      'ERR_SHAPE',
      'names 2 axes of the input',
    ],
    [
      () => new EinsumDense({ equation: 'ab,bc->abc', outputShape: [5, 3] }),
      [null, 2],
      'ERR_SHAPE',
      '"b" is 2 in the input but 5',
    ],
  ]);
});
