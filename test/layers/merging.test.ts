import { describe, expect, test } from 'vitest';
import {
  Add,
  Average,
  Concatenate,
  Dot,
  Maximum,
  Minimum,
  Multiply,
  Subtract,
  tensor,
} from '../../lib/index.js';
import { runLayerTest, runRefusals } from '../support/layer.js';

const pair = [
  [null, 4, 5],
  [null, 4, 5],
];
runLayerTest('Add of three', () => new Add(), {
  input: [...pair, [null, 4, 5]],
  output: [null, 4, 5],
  nodes: ['binary', 'binary'],
});
runLayerTest('Add with broadcasting', () => new Add(), {
  input: [
    [null, 1, 5],
    [null, 4, 1],
  ],
  output: [null, 4, 5],
  nodes: ['binary'],
});
runLayerTest('Add of different ranks', () => new Add(), {
  input: [
    [null, 5],
    [null, 4, 5],
  ],
  output: [null, 4, 5],
  nodes: ['reshape', 'binary'],
});
runLayerTest('Subtract', () => new Subtract(), { input: pair, output: [null, 4, 5] });
runLayerTest('Multiply', () => new Multiply(), {
  input: [
    [null, 50, 1],
    [null, 50, 49],
  ],
  output: [null, 50, 49],
  nodes: ['binary'],
});
runLayerTest('Average', () => new Average(), { input: [...pair, [null, 4, 5]], output: [null, 4, 5] });
runLayerTest('Maximum', () => new Maximum(), { input: pair, output: [null, 4, 5] });
runLayerTest('Minimum', () => new Minimum(), { input: pair, output: [null, 4, 5] });
runLayerTest('Concatenate', () => new Concatenate(), {
  input: [
    [null, 4, 5],
    [null, 4, 2],
  ],
  output: [null, 4, 7],
  nodes: ['concat'],
});
runLayerTest('Concatenate axis 1', () => new Concatenate({ axis: 1 }), {
  input: [
    [null, 4, 5],
    [null, 3, 5],
    [null, 1, 5],
  ],
  output: [null, 8, 5],
});
runLayerTest('Dot', () => new Dot({ axes: [2, 1] }), {
  input: [
    [null, 1, 50],
    [null, 50, 49],
  ],
  output: [null, 1, 49],
});
runLayerTest('Dot of vectors', () => new Dot({ axes: -1 }), {
  input: [
    [null, 4],
    [null, 4],
  ],
  output: [null, 1],
});
runLayerTest('Dot normalised', () => new Dot({ axes: 2, normalize: true }), {
  input: pair,
  output: [null, 4, 4],
});

describe('merging layers', () => {
  test('an input of a lower rank gets axes behind its batch axis', () => {
    const got = new Add().apply([
      tensor([
        [1, 2],
        [3, 4],
      ]),
      tensor([[[10, 20]], [[30, 40]]]),
    ]);
    expect(got.toArray()).toEqual([[[11, 22]], [[33, 44]]]);
  });

  test('the cosine of a vector with itself is 1', () => {
    const x = tensor([[3, 4]]);
    expect(new Dot({ axes: 1, normalize: true }).apply([x, x]).at(0, 0)).toBeCloseTo(1, 6);
  });

  test('averages keep one constant', () => {
    const layer = new Average();
    const x = tensor([[1, 2]]);
    expect(layer.apply([x, tensor([[3, 6]])]).toArray()).toEqual([[2, 4]]);
    expect(layer.apply([x, x, x, tensor([[5, 6]])]).toArray()).toEqual([[2, 3]]);
  });

  test('int32 inputs', () => {
    const x = tensor([[1, 2]], undefined, 'int32');
    expect(new Subtract().apply([x, x]).dtype).toBe('int32');
    expect(() => new Add().apply([x, tensor([[1, 2]])])).toThrow(/Add "\w+": the inputs must have one dtype/);
  });

  runRefusals([
    [() => new Add(), [[null, 2]], 'ERR_ARGUMENT', 'a list of at least 2 inputs'],
    [() => new Add(), [null, 2], 'ERR_ARGUMENT', 'a list of at least 2 inputs'],
    [
      () => new Add(),
      [
        [1, 2],
        [2, 2],
      ],
      'ERR_SHAPE',
      'the batch sizes of the inputs differ',
    ],
    [
      () => new Add(),
      [
        [null, 2],
        [null, 3],
      ],
      'ERR_SHAPE',
      'do not broadcast',
    ],
    [
      () => new Subtract(),
      [
        [null, 2],
        [null, 2],
        [null, 2],
      ],
      'ERR_ARGUMENT',
      'exactly two inputs',
    ],
    [() => new Concatenate({ axis: 0.5 }), null, 'ERR_ARGUMENT', 'axis must be an integer'],
    [() => new Concatenate(), [[null, 2]], 'ERR_ARGUMENT', 'a list of at least 2 inputs'],
    [
      () => new Concatenate(),
      [
        [null, 2, 3],
        [null, 3, 3],
      ],
      'ERR_SHAPE',
      'axis 1 has size 3',
    ],
    [
      () => new Concatenate(),
      [
        [null, 2, 3],
        [null, 3],
      ],
      'ERR_SHAPE',
      'one rank',
    ],
    [
      () => new Concatenate({ axis: 3 }),
      [
        [null, 2],
        [null, 2],
      ],
      'ERR_SHAPE',
      'axis is out of range',
    ],
    [() => new Dot({} as never), null, 'ERR_ARGUMENT', 'axes must be one integer or two'],
    [
      () => new Dot({ axes: -1 }),
      [
        [null, 2, 3],
        [null, 4],
      ],
      'ERR_SHAPE',
      'the contracted sizes differ',
    ],
    [() => new Dot({ axes: -1 }), [[null, 2]], 'ERR_ARGUMENT', 'exactly two inputs'],
  ]);
});
