import { describe, expect, it } from 'vitest';
import { show } from '../../lib/errors.js';
import type { Dims } from '../../lib/shape/dims.js';
import { reshapeShape } from '../../lib/shape/reshape.js';
import { thrown } from '../support/errors.js';

const good: readonly [input: Dims, target: Dims, result: Dims][] = [
  [
    [2, 15],
    [5, 6],
    [5, 6],
  ],
  [[2, 15], [-1], [30]],
  [
    [2, 15],
    [-1, 5],
    [6, 5],
  ],
  [
    [60, 784],
    [-1, 28, 28, 1],
    [60, 28, 28, 1],
  ],
  [[], [], []],
  [[], [1], [1]],
  [[], [-1], [1]],
  [[1, 1], [], []],
  [[0], [0, 5], [0, 5]],
  [
    [0, 4],
    [-1, 4],
    [0, 4],
  ],
  [
    [0, 4],
    [-1, 2, 2],
    [0, 2, 2],
  ],
  [[0], [-1], [0]],
  [[2, 3], [-0 + 6], [6]],
  // one unknown size
  [
    [null, 784],
    [-1, 28, 28, 1],
    [null, 28, 28, 1],
  ],
  [[null, 2, 3], [-1], [null]],
  [
    [null, 3],
    [-1, 4],
    [null, 4],
  ],
  [
    [null, 3],
    [6, 2],
    [6, 2],
  ],
  // a null in the target is the null of the input
  [
    [null, 784],
    [null, 28, 28, 1],
    [null, 28, 28, 1],
  ],
  [
    [null, 3, 8],
    [null, -1, 4],
    [null, 6, 4],
  ],
  [
    [null, null, 3],
    [null, null, 3, 1],
    [null, null, 3, 1],
  ],
  [
    [null, null, 3],
    [-1, 3],
    [null, 3],
  ],
  [
    [null, null, 3],
    [null, 3],
    [null, 3],
  ],
  [
    [null, null, 4],
    [null, -1, 2],
    [null, null, 2],
  ],
];

const bad: readonly [input: Dims, target: unknown, code: string, message: string][] = [
  [
    [2, 15],
    [-1, 8],
    'ERR_SHAPE',
    'reshape: cannot infer -1: 30 elements do not divide by 8. Received input=[2, 15], shape=[-1, 8].',
  ],
  [
    [2, 15],
    [4, 8],
    'ERR_SHAPE',
    'reshape: 30 elements cannot fill a shape of 32. Received input=[2, 15], shape=[4, 8].',
  ],
  [[2, 15], [-1, -1], 'ERR_SHAPE', 'only one size can be -1'],
  [[0, 4], [-1, 0], 'ERR_SHAPE', 'cannot infer -1: the other sizes hold no elements'],
  [[2], [], 'ERR_SHAPE', '2 elements cannot fill a shape of 1'],
  [[2], [0], 'ERR_SHAPE', '2 elements cannot fill a shape of 0'],
  [[0], [1], 'ERR_SHAPE', '0 elements cannot fill a shape of 1'],
  [[2, 3], [null, 3], 'ERR_ARGUMENT', 'the input has none'],
  [[null, 3], [null, 4], 'ERR_SHAPE', '3 elements cannot fill a shape of 4'],
  [[null, 3], [null, -1, 2], 'ERR_SHAPE', 'cannot infer -1: 3 elements do not divide by 2'],
  [[null, 3], [5, 2], 'ERR_SHAPE', 'a multiple of 3 elements cannot fill a shape of 10'],
  [[6], 6, 'ERR_ARGUMENT', 'shape must be an array'],
  [[6], [-2, 3], 'ERR_ARGUMENT', 'integer of at least 0'],
  [[6], [1.5, 4], 'ERR_ARGUMENT', 'integer of at least 0'],
  [[6], [Number.NaN], 'ERR_ARGUMENT', 'integer of at least 0'],
  [[6], [Number.POSITIVE_INFINITY], 'ERR_ARGUMENT', 'integer of at least 0'],
  [[6], [2 ** 53], 'ERR_ARGUMENT', 'integer of at least 0'],
  [[6], ['6'], 'ERR_ARGUMENT', 'integer of at least 0'],
  [[6], [6n], 'ERR_ARGUMENT', 'integer of at least 0'],
  [[6], [6, undefined], 'ERR_ARGUMENT', 'integer of at least 0'],
  [[0], [2 ** 30, 2 ** 30, 0], 'ERR_SHAPE', 'too many elements'],
  [[0], new Array(255).fill(0), 'ERR_SHAPE', '255 axes'],
  // biome-ignore lint/suspicious/noSparseArray: a hole is a wrong size, not a missing check
  [[6], [6, , 1], 'ERR_ARGUMENT', 'integer of at least 0'],
];

describe('reshapeShape', () => {
  it.each(good)('%j to %j gives %j', (input, target, result) => {
    expect(reshapeShape('reshape', input, target)).toEqual(result);
  });

  it.each(bad.map((row) => [show(row[0]), show(row[1]), ...row] as const))(
    '%s to %s is refused',
    (_input, _target, input, target, code, message) => {
      const error = thrown(() => reshapeShape('reshape', input, target));
      expect(error.code, error.message).toBe(code);
      expect(error.message).toContain(message);
    },
  );

  it('gives 0, not -0', () => {
    expect(Object.is(reshapeShape('reshape', [0], [-0])[0], 0)).toBe(true);
  });

  it('reads each size once', () => {
    let reads = 0;
    const target = [6];
    Object.defineProperty(target, 0, { get: () => (reads++ === 0 ? 6 : 1e9) });
    expect(reshapeShape('reshape', [6], target)).toEqual([6]);
    expect(reads).toBe(1);
  });
});
