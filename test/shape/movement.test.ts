import { describe, expect, it } from 'vitest';
import { concatShape, splitSizes } from '../../lib/shape/concat.js';
import { elementCount, knownDims, rowMajorStrides } from '../../lib/shape/dims.js';
import { permutation } from '../../lib/shape/movement.js';
import { reduceShape } from '../../lib/shape/reduce.js';
import { type Bounds, sliceGeometry } from '../../lib/shape/slice.js';
import { tileView } from '../../lib/shape/tile.js';
import { expectError } from '../support/errors.js';

describe('sliceGeometry', () => {
  it.each<
    [
      n: number | null,
      begin: Bounds,
      end: Bounds,
      strides: Bounds,
      size: number | null,
      offset: number,
      stride: number,
    ]
  >([
    [10, [], [], [], 10, 0, 1],
    [10, [2], [5], [], 3, 2, 1],
    [10, [-3], [], [], 3, 7, 1],
    [10, [null], [-1], [], 9, 0, 1],
    [10, [5], [2], [], 0, 0, 1],
    [10, [20], [30], [], 0, 0, 1],
    [10, [-20], [30], [], 10, 0, 1],
    [10, [0], [10], [3], 4, 0, 3],
    [10, [1], [10], [3], 3, 1, 3],
    [10, [null], [null], [-1], 10, 9, -1],
    [10, [-1], [0], [-2], 5, 9, -2],
    [10, [2], [null], [-1], 3, 2, -1],
    [10, [2], [8], [-1], 0, 0, -1],
    [10, [0], [null], [Number.MAX_SAFE_INTEGER], 1, 0, 1],
    [10, [Number.MIN_SAFE_INTEGER], [Number.MAX_SAFE_INTEGER], [], 10, 0, 1],
    [0, [null], [null], [-1], 0, 0, -1],
    [null, [], [], [], null, 0, 1],
    [null, [2], [], [], null, 0, 1],
  ])('of %j by %j:%j:%j', (n, begin, end, strides, size, offset, stride) => {
    expect(sliceGeometry('slice', [n], begin, end, strides)).toEqual({
      shape: [size],
      offset,
      strides: [stride],
    });
  });

  it('counts offset and strides in elements of the whole tensor', () => {
    expect(sliceGeometry('slice', [4, 5, 6], [1, -2], [3], [1, 1, 2])).toEqual({
      shape: [2, 2, 3],
      offset: 1 * 30 + 3 * 6,
      strides: [30, 6, 2],
    });
  });

  it.each([
    [[0, 0], undefined, undefined, 'ERR_ARGUMENT', 'begin has 2 items for a tensor of rank 1'],
    [[0.5], undefined, undefined, 'ERR_ARGUMENT', 'every item of begin must be an integer or null'],
    [[Number.NaN], undefined, undefined, 'ERR_ARGUMENT', 'integer or null'],
    [[0], [Number.POSITIVE_INFINITY], undefined, 'ERR_ARGUMENT', 'integer or null'],
    [[0], [1], [0], 'ERR_ARGUMENT', 'strides must not be 0'],
    [0, undefined, undefined, 'ERR_ARGUMENT', 'begin must be an array'],
  ] as const)('refuses %j %j %j', (begin, end, strides, code, text) => {
    expectError(() => sliceGeometry('slice', [4], begin, end, strides), code, text);
  });
});

describe('knownDims', () => {
  it.each([
    ['ERR_ARGUMENT', 5],
    ['ERR_ARGUMENT', [-1]],
    ['ERR_ARGUMENT', [1.5]],
    ['ERR_ARGUMENT', [Number.NaN]],
    ['ERR_ARGUMENT', [2 ** 53]],
    ['ERR_ARGUMENT', [null]],
    ['ERR_SHAPE', [2 ** 27, 2 ** 27]],
    ['ERR_SHAPE', [0, 2 ** 52, 2 ** 52]],
    ['ERR_SHAPE', new Array(17).fill(1)],
  ] as const)('refuses with %s: %j', (code, dims) => {
    expectError(() => knownDims('zeros', 'shape', dims), code);
  });

  it('counts and strides', () => {
    expect(elementCount('zeros', [2, 0, 3])).toBe(0);
    expect(elementCount('zeros', [])).toBe(1);
    expect(rowMajorStrides([2, 3, 4])).toEqual([12, 4, 1]);
    expect(rowMajorStrides([2, null, 4])).toEqual([4, 4, 1]);
  });
});

describe('permutation', () => {
  it('reverses by default and counts negative axes from the end', () => {
    expect(permutation('transpose', undefined, 3)).toEqual([2, 1, 0]);
    expect(permutation('transpose', [0, -1, 1], 3)).toEqual([0, 2, 1]);
  });
  it.each([[[0, 0, 1]], [[0, 1]], [[0, 1, 3]], [[0, 1, -1, 2]]])('refuses %j', (perm) => {
    expectError(() => permutation('transpose', perm, 3), 'ERR_SHAPE');
  });
  it('refuses what is no list of integers', () => {
    expectError(() => permutation('transpose', 1, 3), 'ERR_ARGUMENT', 'perm must be an array');
    expectError(() => permutation('transpose', [0, 1, 1.5], 3), 'ERR_ARGUMENT', 'perm must be an integer');
  });
});

describe('concatShape', () => {
  it('adds the sizes along the axis, unknown if one is', () => {
    expect(
      concatShape(
        'concat',
        [
          [2, 3],
          [2, 4],
          [2, 0],
        ],
        1,
      ),
    ).toEqual([2, 7]);
    expect(
      concatShape(
        'concat',
        [
          [null, 3],
          [null, 4],
        ],
        1,
      ),
    ).toEqual([null, 7]);
    expect(
      concatShape(
        'concat',
        [
          [null, 3],
          [2, 4],
        ],
        1,
      ),
    ).toEqual([2, 7]);
    expect(
      concatShape(
        'concat',
        [
          [null, 3],
          [2, 3],
        ],
        0,
      ),
    ).toEqual([null, 3]);
  });
  it('names the tensor and the axis that differ', () => {
    expectError(
      () =>
        concatShape(
          'concat',
          [
            [2, 3],
            [3, 3],
          ],
          1,
        ),
      'ERR_SHAPE',
      'only axis 1 may differ: axis 0 has size 3 in tensor 1 and 2 before it. Received shapes=[[2, 3], [3, 3]], axis=1.',
    );
    expectError(() => concatShape('concat', [[2, 3], [2]], 1), 'ERR_SHAPE', 'one rank');
  });
});

describe('splitSizes', () => {
  it.each([
    [6, 3, [2, 2, 2]],
    [6, [1, 5], [1, 5]],
    [6, [1, -1, 2], [1, 3, 2]],
    [6, [6, -1], [6, 0]],
    [0, 2, [0, 0]],
  ] as const)('%j by %j', (size, sections, result) => {
    expect(splitSizes('split', size, sections)).toEqual(result);
  });
  it.each([
    [6, 4, 'ERR_SHAPE'],
    [6, [1, 2], 'ERR_SHAPE'],
    [6, [7, -1], 'ERR_SHAPE'],
    [6, 0, 'ERR_ARGUMENT'],
    [6, 1.5, 'ERR_ARGUMENT'],
    [6, [], 'ERR_ARGUMENT'],
    [6, [-1, -1], 'ERR_ARGUMENT'],
    [6, [-2, 8], 'ERR_ARGUMENT'],
    [6, '3', 'ERR_ARGUMENT'],
  ] as const)('refuses %j by %j', (size, sections, code) => {
    expectError(() => splitSizes('split', size, sections), code);
  });
});

describe('tileView', () => {
  it('doubles repeated axes and merges the others', () => {
    expect(tileView([2, 3, 4], [1, 5, 1])).toEqual({ shape: [2, 5, 12], strides: [12, 0, 1] });
    expect(tileView([2, 3, 4], [1, 1, 5])).toEqual({ shape: [6, 5, 4], strides: [4, 0, 1] });
    expect(tileView([2, 3], [4, 5])).toEqual({ shape: [4, 2, 5, 3], strides: [0, 3, 0, 1] });
  });
});

describe('reduceShape', () => {
  it('drops the axes or keeps them as 1', () => {
    expect(reduceShape([null, 3, 4], [1], false)).toEqual([null, 4]);
    expect(reduceShape([null, 3, 4], [0, 2], true)).toEqual([1, 3, 1]);
  });
});
