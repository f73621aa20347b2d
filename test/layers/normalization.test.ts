import { describe, expect, test } from 'vitest';
import {
  BatchNormalization,
  GroupNormalization,
  LayerNormalization,
  RMSNormalization,
  tensor,
  UnitNormalization,
} from '../../lib/index.js';
import { Trace } from '../../lib/tensor/traced.js';
import { runLayerTest, runRefusals } from '../support/layer.js';

const channels = (n: number) => ({ gamma: [n], beta: [n], moving_mean: [n], moving_variance: [n] });
runLayerTest('BatchNormalization', () => new BatchNormalization(), {
  input: [null, 5, 6, 7],
  output: [null, 5, 6, 7],
  weights: channels(7),
  fixed: 2,
  nodes: ['scaleShift'],
});
runLayerTest(
  'BatchNormalization axis 1',
  () => new BatchNormalization({ axis: 1, epsilon: 0.1, momentum: 0.9 }),
  {
    input: [null, 5, 6, 7],
    output: [null, 5, 6, 7],
    weights: channels(5),
    fixed: 2,
    nodes: ['scaleShift'],
  },
);
runLayerTest(
  'BatchNormalization without gamma and beta',
  () => new BatchNormalization({ center: false, scale: false }),
  {
    input: [null, 3],
    output: [null, 3],
    weights: { moving_mean: [3], moving_variance: [3] },
    fixed: 2,
  },
);
runLayerTest('LayerNormalization', () => new LayerNormalization(), {
  input: [null, 5, 6],
  output: [null, 5, 6],
  weights: { gamma: [6], beta: [6] },
});
runLayerTest(
  'LayerNormalization of several axes',
  () => new LayerNormalization({ axis: [1, 3], epsilon: 1e-6 }),
  {
    input: [null, 5, 6, 7],
    output: [null, 5, 6, 7],
    weights: { gamma: [5, 7], beta: [5, 7] },
  },
);
runLayerTest('LayerNormalization by the deviation', () => new LayerNormalization({ rmsScaling: true }), {
  input: [null, 5],
  output: [null, 5],
  weights: { gamma: [5] },
});
runLayerTest('GroupNormalization', () => new GroupNormalization({ groups: 2 }), {
  input: [null, 3, 4, 6],
  output: [null, 3, 4, 6],
  weights: { gamma: [6], beta: [6] },
});
runLayerTest(
  'GroupNormalization channels first',
  () => new GroupNormalization({ groups: -1, axis: 1, center: false }),
  {
    input: [null, 6, 3, 4],
    output: [null, 6, 3, 4],
    weights: { gamma: [6] },
  },
);
runLayerTest('RMSNormalization', () => new RMSNormalization({ axis: [-1, -2] }), {
  input: [null, 3, 4],
  output: [null, 3, 4],
  weights: { scale: [3, 4] },
});
runLayerTest('UnitNormalization', () => new UnitNormalization({ axis: [1, 2] }), {
  input: [null, 3, 4],
  output: [null, 3, 4],
});

describe('normalisation layers', () => {
  test('a batch normalisation by hand: (3 - 1) / sqrt(4) * 3 + 0.5', () => {
    const layer = new BatchNormalization({ epsilon: 0 });
    layer.build([null, 1]);
    layer.setWeights([tensor([3]), tensor([0.5]), tensor([1]), tensor([4])]);
    expect(layer.apply(tensor([[3]])).toArray()).toEqual([[3.5]]);
  });

  test('its two constants stay the same objects until a weight changes', () => {
    const layer = new BatchNormalization();
    const constants = () => {
      const trace = new Trace();
      layer.apply(trace.input([null, 4], 'float32'));
      return trace.nodes[0]?.inputs.slice(1);
    };
    const before = constants();
    constants()?.forEach((tensor, i) => {
      expect(tensor).toBe(before?.[i]);
    });
    layer.setWeights(layer.getWeights());
    expect(constants()?.[0]).not.toBe(before?.[0]);
  });

  test('training is refused', () => {
    const layer = new BatchNormalization();
    expect(() => layer.apply(tensor([[1]]), { training: true })).toThrow(/does inference only/);
    expect(() => layer.apply(tensor([[1]]), { training: false })).not.toThrow();
  });

  runRefusals([
    [() => new BatchNormalization({ axis: 1.5 }), null, 'ERR_ARGUMENT', 'axis must be an integer'],
    [() => new BatchNormalization({ epsilon: -1 }), null, 'ERR_ARGUMENT', 'epsilon must not be negative'],
    [
      () => new BatchNormalization({ renorm: true as never }),
      null,
      'ERR_ARGUMENT',
      'batch renormalisation concerns training',
    ],
    [() => new LayerNormalization({ axis: 1.2 }), null, 'ERR_ARGUMENT', 'axis must be an integer or a list'],
    [
      () => new LayerNormalization({ axis: { axis: -1 } as never }),
      null,
      'ERR_ARGUMENT',
      'axis must be an integer or a list',
    ],
    [
      () => new GroupNormalization({ groups: 0 }),
      null,
      'ERR_ARGUMENT',
      'groups must be an integer of at least 1, or -1',
    ],
    [
      () => new GroupNormalization({ groups: '32' as never }),
      null,
      'ERR_ARGUMENT',
      'groups must be an integer of at least 1, or -1',
    ],
    [() => new BatchNormalization({ axis: 3 }), [null, 4], 'ERR_SHAPE', 'axis is out of range'],
    [
      () => new BatchNormalization({ axis: 0 }),
      [null, 4],
      'ERR_SHAPE',
      'the number of channels must be known',
    ],
    [
      () => new LayerNormalization({ axis: [-1, 1] }),
      [null, 4],
      'ERR_ARGUMENT',
      'axis must not name an axis twice',
    ],
    [() => new LayerNormalization(), [null, null], 'ERR_SHAPE', 'the size of axis 1 must be known'],
    [
      () => new GroupNormalization({ groups: 3 }),
      [null, 4],
      'ERR_SHAPE',
      '4 channels do not divide into 3 groups',
    ],
    [() => new RMSNormalization({ axis: 5 }), [null, 4], 'ERR_SHAPE', 'axis is out of range'],
    [() => new UnitNormalization({ axis: 5 }), [null, 4], 'ERR_SHAPE', 'axis is out of range'],
  ]);
});
