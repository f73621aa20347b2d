import type { ErrorCode } from '../../lib/errors.js';
import type { BatchDotAxes } from '../../lib/shape/batch-dot.js';
import type { Dims } from '../../lib/shape/dims.js';

type Flags = { readonly transposeA?: boolean; readonly transposeB?: boolean };

export const matmulCases: readonly (readonly [a: Dims, b: Dims, flags: Flags, out: Dims])[] = [
  [[2, 3], [3, 4], {}, [2, 4]],
  [[3, 2], [3, 4], { transposeA: true }, [2, 4]],
  [[2, 3], [4, 3], { transposeB: true }, [2, 4]],
  [[3, 2], [4, 3], { transposeA: true, transposeB: true }, [2, 4]],
  [[20], [20], {}, []],
  [[5, 10], [10], {}, [5]],
  [[10], [10, 5], {}, [5]],
  [[10], [5, 10, 5], {}, [5, 5]],
  [[10], [5, 5, 10, 5], {}, [5, 5, 5]],
  [[7, 5, 10], [10], {}, [7, 5]],
  [[5, 0], [0, 10], {}, [5, 10]],
  [[0, 0], [5, 0, 0], {}, [5, 0, 0]],
  [[5, 10], [5, 10, 5], {}, [5, 5, 5]],
  [[3, 1, 1, 5, 5], [1, 1, 5, 7], {}, [3, 1, 1, 5, 7]],
  [[2, 1, 3, 4], [7, 4, 5], {}, [2, 7, 3, 5]],
  [[null, 3, 4], [4, 5], {}, [null, 3, 5]],
  [[null, 3, 4], [null, 4, 5], {}, [null, 3, 5]],
  [[null, null], [4, 5], {}, [null, 5]],
  [[3], [3, 2], { transposeA: true }, [2]],
];

export const badMatmulCases: readonly (readonly [
  why: string,
  a: Dims,
  b: Dims,
  code: ErrorCode,
  text: string,
])[] = [
  ['inner sizes', [2, 3], [4, 5], 'ERR_SHAPE', 'the inner sizes differ: 3 columns of a meet 4 rows of b'],
  ['inner size of a vector', [2, 2], [3], 'ERR_SHAPE', 'the inner sizes differ'],
  [
    'batches that do not broadcast',
    [4, 3, 2],
    [5, 2, 3],
    'ERR_SHAPE',
    '4 meets 5 at axis -3. Received a=[4, 3, 2]',
  ],
  ['a scalar', [], [3], 'ERR_SHAPE', 'a scalar has no axis to contract'],
  ['a NaN size', [2, Number.NaN], [3, 2], 'ERR_SHAPE', 'every size of the a'],
  ['an output that overflows', [2 ** 30, 1], [1, 2 ** 30], 'ERR_SHAPE', 'too many elements'],
];

export const dotCases: readonly (readonly [a: Dims, b: Dims, out: Dims])[] = [
  [[3], [3], []],
  [[2, 3], [3], [2]],
  [
    [2, 3],
    [3, 4],
    [2, 4],
  ],
  [[3], [3, 4], [4]],
  [
    [2, 3, 4],
    [5, 4, 6],
    [2, 3, 5, 6],
  ],
  [[2, 3, 4], [4], [2, 3]],
  [[], [4], [4]],
  [
    [null, 4],
    [4, 5],
    [null, 5],
  ],
];

/** Keras's `batch_dot`: every rank and form of the axes. */
export const batchDotCases: readonly (readonly [x: Dims, y: Dims, axes: BatchDotAxes, out: Dims])[] = [
  [[2, 4], [2, 4], -1, [2, 1]],
  [[2, 4], [2, 4], 1, [2, 1]],
  [[2, 4], [2, 4], null, [2, 1]],
  [[2, 4, 5], [2, 4, 5], -1, [2, 4, 4]],
  [[2, 4, 5], [2, 4, 5], 1, [2, 5, 5]],
  [
    [2, 4, 5],
    [2, 4, 5],
    [1, 1],
    [2, 5, 5],
  ],
  [
    [2, 4, 5],
    [2, 5, 4],
    [1, 2],
    [2, 5, 5],
  ],
  [[2, 4, 5], [2, 5, 3], null, [2, 4, 3]],
  [[2, 4, 5], [2, 5], null, [2, 4]],
  [[2, 5], [2, 5, 3], null, [2, 3]],
  [
    [1, 3, 2],
    [1, 1, 2, 3],
    [-2, -1],
    [1, 2, 1, 2],
  ],
  [[null, 8], [null, 8], -1, [null, 1]],
  [[null, 2, 3], [null, 2, 3], 2, [null, 2, 2]],
  [[null, 3], [null, 2, 3], -1, [null, 2]],
  [[null, 3], [null, 3, 4], 1, [null, 4]],
  [[null, 3, 4], [null, 3], 1, [null, 4]],
  [
    [null, 1, 50],
    [null, 50, 49],
    [2, 1],
    [null, 1, 49],
  ],
  [
    [null, 1, 50],
    [null, 1, 49],
    [1, 1],
    [null, 50, 49],
  ],
  [
    [null, 1, 50],
    [null, 49, 1],
    [1, 2],
    [null, 50, 49],
  ],
  [
    [3, 4, 5, 6],
    [3, 7, 5],
    [2, 2],
    [3, 4, 6, 7],
  ],
  [
    [3, 4, 5, 6],
    [3, 6, 8, 9],
    [3, 1],
    [3, 4, 5, 8, 9],
  ],
  [
    [3, 4, 5, 6],
    [3, 8, 4, 9],
    [1, 2],
    [3, 5, 6, 8, 9],
  ],
  [[null, 3], [8, 3], 1, [8, 1]],
];

export const badBatchDotCases: readonly (readonly [
  why: string,
  x: Dims,
  y: Dims,
  axes: unknown,
  code: ErrorCode,
  text: string,
])[] = [
  ['a vector', [4], [2, 4], 1, 'ERR_SHAPE', 'need a batch axis and at least one more'],
  ['different batches', [2, 4], [3, 4], 1, 'ERR_SHAPE', 'the batch sizes differ: 2 and 3'],
  [
    'different sizes',
    [2, 3, 4],
    [2, 5],
    -1,
    'ERR_SHAPE',
    'the contracted sizes differ: 4 along axis 2 of x, 5 along axis 1 of y',
  ],
  ['the batch axis', [2, 4], [2, 4], 0, 'ERR_SHAPE', 'the batch axis of x cannot be contracted'],
  [
    'the batch axis, from the end',
    [2, 4],
    [2, 4],
    -2,
    'ERR_SHAPE',
    'the batch axis of x cannot be contracted',
  ],
  ['an axis that is not there', [2, 4], [2, 4, 5], 2, 'ERR_SHAPE', 'axis 2 is out of range for x of rank 2'],
  [
    'three axes',
    [2, 4],
    [2, 4],
    [1, 1, 1],
    'ERR_ARGUMENT',
    'axes must be an integer, a pair of integers, or null',
  ],
  [
    'a list of axes',
    [2, 4, 5],
    [2, 4, 5],
    [
      [1, 2],
      [1, 2],
    ],
    'ERR_ARGUMENT',
    'each of axes must be one integer',
  ],
  ['half an axis', [2, 4], [2, 4], 0.5, 'ERR_ARGUMENT', 'each of axes must be one integer'],
];
