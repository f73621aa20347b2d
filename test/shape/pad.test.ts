import { describe, expect, it } from 'vitest';
import { padGeometry } from '../../lib/shape/pad.js';
import {
  type AxisResize,
  interpolationMatrix,
  nearestIndices,
  resizeGeometry,
} from '../../lib/shape/resize.js';
import { expectError } from '../support/errors.js';

describe('padGeometry', () => {
  it.each([
    [
      [2, 3],
      [
        [0, 0],
        [1, 2],
      ],
      'constant',
      [2, 6],
    ],
    [[2, 3], 1, 'constant', [4, 5]],
    [[2, 3, 4], [1, 2], 'constant', [5, 6, 7]],
    [[2, 3], [1, 2], 'constant', [4, 7]],
    [
      [0, 3],
      [
        [1, 1],
        [0, 0],
      ],
      'constant',
      [2, 3],
    ],
    [
      [null, 3],
      [
        [0, 0],
        [1, 1],
      ],
      'reflect',
      [null, 5],
    ],
    [[4], [[3, 3]], 'reflect', [10]],
    [[4], [[4, 4]], 'symmetric', [12]],
    [[4], [[4, 1]], 'wrap', [9]],
    [[1], [[5, 5]], 'edge', [11]],
    [
      [0, 3],
      [
        [0, 0],
        [1, 2],
      ],
      'reflect',
      [0, 6],
    ],
    [[], 0, 'constant', []],
  ] as const)('%j by %j, %s, gives %j', (input, widths, mode, out) => {
    expect(padGeometry('pad', input, widths, mode).outShape).toEqual(out);
  });

  it.each([
    ['a negative width', [4], [[-1, 1]], 'constant', 'ERR_ARGUMENT', 'at least 0'],
    ['a fractional width', [4], [[0.5, 1]], 'constant', 'ERR_ARGUMENT', 'at least 0'],
    ['three numbers', [4], [[1, 1, 1]], 'constant', 'ERR_ARGUMENT', 'pairs [begin, end]'],
    ['too few pairs', [4, 4], [[1, 1]], 'constant', 'ERR_ARGUMENT', 'one pair per axis, 2 in all'],
    ['a mode that does not exist', [4], 1, 'mirror', 'ERR_ARGUMENT', 'mode must be one of'],
    [
      'a mirror too short',
      [3],
      [[3, 0]],
      'reflect',
      'ERR_SHAPE',
      'axis 0 has 3 elements, enough to pad 2 in mode "reflect", not 3',
    ],
    [
      'a symmetric mirror too short',
      [2, 3],
      [
        [3, 1],
        [1, 1],
      ],
      'symmetric',
      'ERR_SHAPE',
      'enough to pad 2',
    ],
    ['wrapping more than there is', [3], [[0, 4]], 'wrap', 'ERR_SHAPE', 'enough to pad 3'],
    ['nothing to repeat', [0], [[1, 0]], 'edge', 'ERR_SHAPE', 'nothing to repeat'],
    ['a size that overflows', [2], [[2 ** 53 - 1, 2]], 'constant', 'ERR_SHAPE', 'too large'],
    [
      'an output that overflows',
      [2 ** 26, 2 ** 26],
      [
        [0, 2 ** 30],
        [0, 2 ** 30],
      ],
      'constant',
      'ERR_SHAPE',
      'too many',
    ],
    ['text', [4], 'all', 'constant', 'ERR_ARGUMENT', 'widths must be'],
  ] as const)('refuses %s', (_, input, widths, mode, code, text) => {
    expectError(() => padGeometry('pad', input, widths as never, mode), code, text);
  });
});

const axis = (size: number, out: number, more: Partial<AxisResize> = {}): AxisResize => ({
  size,
  out,
  method: 'linear',
  coordinates: 'halfPixel',
  rounding: 'roundUp',
  cubicCoefficient: -0.5,
  antialias: false,
  edges: 'drop',
  scale: out / size,
  ...more,
});

describe('resize', () => {
  it('picks the nearest samples', () => {
    expect([...nearestIndices(axis(2, 4))]).toEqual([0, 0, 1, 1]);
    expect([...nearestIndices(axis(4, 3, { coordinates: 'asymmetric', rounding: 'floor' }))]).toEqual([
      0, 1, 2,
    ]);
    expect([...nearestIndices(axis(3, 5, { coordinates: 'alignCorners' }))]).toEqual([0, 1, 1, 2, 2]);
  });

  it('weighs linearly between half pixels and between corners', () => {
    expect([...interpolationMatrix(axis(2, 4))]).toEqual([1, 0, 0.75, 0.25, 0.25, 0.75, 0, 1]);
    expect([...interpolationMatrix(axis(2, 3, { coordinates: 'alignCorners' }))]).toEqual([
      1, 0, 0.5, 0.5, 0, 1,
    ]);
    expect([...interpolationMatrix(axis(4, 2, { antialias: true }))].map((w) => +w.toFixed(4))).toEqual([
      0.4286, 0.4286, 0.1429, 0, 0, 0.1429, 0.4286, 0.4286,
    ]);
  });

  it.each(['linear', 'cubic', 'lanczos3', 'lanczos5'] as const)(
    '%s weights sum to 1 and keep samples they hit',
    (method) => {
      for (const edges of ['clamp', 'drop'] as const) {
        for (const [size, out] of [
          [1, 4],
          [5, 5],
          [3, 8],
          [8, 3],
          [2, 1],
        ] as const) {
          const matrix = interpolationMatrix(axis(size, out, { method, edges }));
          for (let i = 0; i < out; i++) {
            const row = matrix.subarray(i * size, (i + 1) * size);
            expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
            if (size === out) expect(row[i]).toBeCloseTo(1, 12);
          }
        }
      }
    },
  );

  it('needs known sizes of at least 1', () => {
    expect(resizeGeometry('resize', [null, 7, 7, 3], 14, {}).outShape).toEqual([null, 14, 14, 3]);
    expectError(() => resizeGeometry('resize', [1, null, 7, 3], 14, {}), 'ERR_SHAPE', 'must be known');
    expectError(() => resizeGeometry('resize', [1, 7, 7, 3], [14, 0], {}), 'ERR_ARGUMENT', 'size');
    expectError(() => resizeGeometry('resize', [7, 7], 14, {}), 'ERR_SHAPE', '1 to 3 spatial axes');
  });
});
