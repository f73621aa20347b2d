import { describe, expect, test } from 'vitest';
import {
  Activation,
  ELU,
  LeakyReLU,
  mul,
  PReLU,
  ReLU,
  Softmax,
  ThresholdedReLU,
  tensor,
} from '../../lib/index.js';
import { runLayerTest, runRefusals } from '../support/layer.js';

const shapes = { input: [null, 3, 4], output: [null, 3, 4] };
runLayerTest('ReLU', () => new ReLU(), { ...shapes, nodes: ['unary'] });
runLayerTest('ReLU with a maximum', () => new ReLU({ maxValue: 0.5 }), { ...shapes, nodes: ['unary'] });
runLayerTest('ReLU with a slope', () => new ReLU({ negativeSlope: 0.1 }), { ...shapes, nodes: ['unary'] });
runLayerTest(
  'ReLU with everything',
  () => new ReLU({ negativeSlope: 0.1, maxValue: 0.75, threshold: 0.25 }),
  shapes,
);
runLayerTest('LeakyReLU', () => new LeakyReLU(), { ...shapes, nodes: ['unary'] });
runLayerTest('ThresholdedReLU', () => new ThresholdedReLU({ theta: 0.5 }), { ...shapes, nodes: ['unary'] });
runLayerTest('ELU', () => new ELU({ alpha: 0.7 }), { ...shapes, nodes: ['unary'] });
runLayerTest('PReLU', () => new PReLU({ alphaInitializer: 'ones' }), {
  ...shapes,
  weights: { alpha: [3, 4] },
  nodes: ['binary'],
});
runLayerTest('PReLU with shared axes', () => new PReLU({ sharedAxes: [1, 2] }), {
  input: [null, 3, 4, 5],
  output: [null, 3, 4, 5],
  weights: { alpha: [1, 1, 5] },
});
runLayerTest('Softmax', () => new Softmax(), { ...shapes, nodes: ['softmax'] });
runLayerTest('Softmax over two axes', () => new Softmax({ axis: [1, 2] }), shapes);
runLayerTest('Activation', () => new Activation({ activation: 'tanh' }), { ...shapes, nodes: ['unary'] });
runLayerTest(
  'Activation with parameters',
  () => new Activation({ activation: { name: 'leakyRelu', alpha: 0.3 } }),
  shapes,
);
runLayerTest('Activation of a function', () => new Activation({ activation: (x) => mul(x, 2) }), {
  ...shapes,
  saved: false,
});

describe('activation layers', () => {
  test('a rectifier by hand: slope below the threshold, cut at the maximum', () => {
    const layer = new ReLU({ negativeSlope: 0.5, maxValue: 3, threshold: 1 });
    expect(layer.apply(tensor([-1, 0, 1, 2, 9])).toArray()).toEqual([-1, -0.5, 0, 2, 3]);
  });

  test('two axes of a softmax sum to 1 together', () => {
    const got = new Softmax({ axis: [-1, -2] }).apply(
      tensor([
        [
          [1, 2],
          [3, 4],
        ],
      ]),
    );
    expect([...(got.data as Float32Array)].reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
  });

  test('a function cannot be saved', () => {
    const layer = new Activation({ activation: (x) => x });
    expect(() => layer.getConfig()).toThrow(expect.objectContaining({ code: 'ERR_STATE' }));
  });

  runRefusals([
    [() => new ReLU({ maxValue: -10 }), null, 'ERR_ARGUMENT', 'maxValue must not be negative'],
    [
      () => new ReLU({ negativeSlope: null as never }),
      null,
      'ERR_ARGUMENT',
      'negativeSlope must be a finite number',
    ],
    [() => new ReLU({ threshold: -1 }), null, 'ERR_ARGUMENT', 'threshold must not be negative'],
    [
      () => new LeakyReLU({ negativeSlope: null as never }),
      null,
      'ERR_ARGUMENT',
      'negativeSlope must be a number of at least 0',
    ],
    [() => new ELU({ alpha: Number.NaN }), null, 'ERR_ARGUMENT', 'alpha must be a finite number'],
    [() => new PReLU({ sharedAxes: 0 }), null, 'ERR_ARGUMENT', 'sharedAxes must be axes of a sample'],
    [() => new Softmax({ axis: 0.5 }), null, 'ERR_ARGUMENT', 'axis must be an integer or a list'],
    [() => new Activation({} as never), null, 'ERR_ARGUMENT', 'activation is required'],
    [() => new Activation({ activation: 'no' as never }), null, 'ERR_ARGUMENT', 'unknown activation'],
    [() => new PReLU({ sharedAxes: 3 }), [null, 3], 'ERR_SHAPE', 'sharedAxes is out of range'],
    [() => new PReLU(), [null, null, 3], 'ERR_SHAPE', 'the size of axis 1 must be known'],
    [() => new Softmax({ axis: 5 }), [null, 3], 'ERR_SHAPE', 'axis is out of range'],
  ]);
});
