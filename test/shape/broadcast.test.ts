import { describe, expect, it } from 'vitest';
import { broadcastAll, broadcastShapes, broadcastToShape } from '../../lib/shape/broadcast.js';
import type { Dims } from '../../lib/shape/dims.js';
import { expectError } from '../support/errors.js';

const pairs: readonly [a: Dims, b: Dims, result: Dims][] = [
  [[], [], []],
  [[2, 3], [], [2, 3]],
  [[2, 3], [3], [2, 3]],
  [
    [2, 1],
    [1, 3],
    [2, 3],
  ],
  [
    [7, 1, 5],
    [6, 1],
    [7, 6, 5],
  ],
  [
    [0, 3],
    [1, 3],
    [0, 3],
  ],
  [[0], [1], [0]],
  [[null, 28, 28, 3], [3], [null, 28, 28, 3]],
  [
    [null, 4],
    [null, 4],
    [null, 4],
  ],
  [
    [null, 4],
    [1, 4],
    [null, 4],
  ],
  [
    [null, 4],
    [8, 4],
    [8, 4],
  ],
  [[null], [0], [0]],
];

describe('broadcastShapes', () => {
  it.each(pairs)('[%j] with [%j] gives [%j], both ways round', (a, b, result) => {
    expect(broadcastShapes('add', a, b)).toEqual(result);
    expect(broadcastShapes('add', b, a)).toEqual(result);
  });

  it('names the axis that does not fit', () => {
    expectError(
      () => broadcastShapes('add', [2, 3], [2, 4]),
      'ERR_SHAPE',
      'add: the shapes do not broadcast: 3 meets 4 at axis -1. Received a=[2, 3], b=[2, 4]. Sizes must be equal, or one of them 1.',
    );
    expectError(() => broadcastShapes('mul', [2, 3], [0, 3]), 'ERR_SHAPE', '2 meets 0 at axis -2');
  });

  it('shows the shapes as the caller gave them', () => {
    expectError(
      () => broadcastAll('where', [[4], [3], [3]], { condition: [4], a: [3], b: [3] }),
      'ERR_SHAPE',
      '4 meets 3 at axis -1. Received condition=[4], a=[3], b=[3].',
    );
    expectError(
      () => broadcastAll('where', [[2], [1], [3]]),
      'ERR_SHAPE',
      'Received shapes=[[2], [1], [3]].',
    );
    const matrices = { received: { a: [4, 3, 2], b: [5, 2, 3] }, trailing: 2 };
    expectError(
      () => broadcastShapes('matmul', [4], [5], matrices),
      'ERR_SHAPE',
      '4 meets 5 at axis -3. Received a=[4, 3, 2], b=[5, 2, 3].',
    );
  });

  it('takes any number of shapes', () => {
    expect(broadcastAll('where', [[2, 1], [3], [4, 1, 1]])).toEqual([4, 2, 3]);
    expect(broadcastAll('where', [])).toEqual([]);
  });
});

describe('broadcastToShape', () => {
  it.each([
    [
      [1, 3],
      [2, 3],
      [2, 3],
    ],
    [[3], [5, 2, 3], [5, 2, 3]],
    [[], [2], [2]],
    [[1], [0], [0]],
    [
      [null, 3],
      [null, 3],
      [null, 3],
    ],
    [
      [null, 3],
      [7, 3],
      [7, 3],
    ],
  ] as const)('[%j] to [%j]', (input, shape, result) => {
    expect(broadcastToShape('broadcastTo', input, shape)).toEqual(result);
  });

  it('refuses what would change an axis', () => {
    expectError(
      () => broadcastToShape('broadcastTo', [2], [3]),
      'ERR_SHAPE',
      'axis 0 cannot be repeated from 2 to 3',
    );
    expectError(() => broadcastToShape('broadcastTo', [2, 2], [2]), 'ERR_SHAPE', 'fewer axes');
  });
});
