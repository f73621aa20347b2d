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

export const badMatmulCases: readonly (readonly [why: string, a: Dims, b: Dims, code: ErrorCode, text: string])[] = [
  ['inner sizes', [2, 3], [4, 5], 'ERR_SHAPE', 'the inner sizes differ: 3 columns of a meet 4 rows of b'],
  ['inner size of a vector', [2, 2], [3], 'ERR_SHAPE', 'the inner sizes differ'],
  ['batches that do not broadcast', [4, 3, 2], [5, 2, 3], 'ERR_SHAPE', 'do not broadcast'],
  ['a scalar', [], [3], 'ERR_SHAPE', 'a scalar has no axis to contract'],
  ['a NaN size', [2, Number.NaN], [3, 2], 'ERR_SHAPE', 'every size of the a'],
  ['an output that overflows', [2 ** 30, 1], [1, 2 ** 30], 'ERR_SHAPE', 'too many elements'],
];

export const dotCases: readonly (readonly [a: Dims, b: Dims, out: Dims])[] = [
  [[3], [3], []],
  [[2, 3], [3], [2]],
  [[2, 3], [3, 4], [2, 4]],
  [[3], [3, 4], [4]],
  [[2, 3, 4], [5, 4, 6], [2, 3, 5, 6]],
  [[2, 3, 4], [4], [2, 3]],
  [[], [4], [4]],
  [[null, 4], [4, 5], [null, 5]],
];

/** Keras's `batch_dot`: every rank and form of the axes. */
export const batchDotCases: readonly (readonly [x: Dims, y: Dims, axes: BatchDotAxes, out: Dims])[] = [
  [[2, 4], [2, 4], -1, [2, 1]],
  [[2, 4], [2, 4], 1, [2, 1]],
  [[2, 4], [2, 4], null, [2, 1]],
  [[2, 4, 5], [2, 4, 5], -1, [2, 4, 4]],
  [[2, 4, 5], [2, 4, 5], 1, [2, 5, 5]],
  [[2, 4, 5], [2, 4, 5], [1, 1], [2, 5, 5]],
  [[2, 4, 5], [2, 5, 4], [1, 2], [2, 5, 5]],
  [[2, 4, 5], [2, 5, 3], null, [2, 4, 3]],
  [[2, 4, 5], [2, 5], null, [2, 4]],
  [[2, 5], [2, 5, 3], null, [2, 3]],
  [[1, 3, 2], [1, 1, 2, 3], [-2, -1], [1, 2, 1, 2]],
  [[null, 8], [null, 8], -1, [null, 1]],
  [[null, 2, 3], [null, 2, 3], 2, [null, 2, 2]],
  [[null, 3], [null, 2, 3], -1, [null, 2]],
  [[null, 3], [null, 3, 4], 1, [null, 4]],
  [[null, 3, 4], [null, 3], 1, [null, 4]],
  [[null, 1, 50], [null, 50, 49], [2, 1], [null, 1, 49]],
  [[null, 1, 50], [null, 1, 49], [1, 1], [null, 50, 49]],
  [[null, 1, 50], [null, 49, 1], [1, 2], [null, 50, 49]],
  [[3, 4, 5, 6], [3, 7, 5], [2, 2], [3, 4, 6, 7]],
  [[3, 4, 5, 6], [3, 6, 8, 9], [3, 1], [3, 4, 5, 8, 9]],
  [[3, 4, 5, 6], [3, 8, 4, 9], [1, 2], [3, 5, 6, 8, 9]],
  [[null, 3], [8, 3], 1, [8, 1]],
];

export const badBatchDotCases: readonly (readonly [why: string, x: Dims, y: Dims, axes: unknown, code: ErrorCode, text: string])[] = [
  ['a vector', [4], [2, 4], 1, 'ERR_SHAPE', 'need a batch axis and at least one more'],
  ['different batches', [2, 4], [3, 4], 1, 'ERR_SHAPE', 'the batch sizes differ: 2 and 3'],
  ['different sizes', [2, 3, 4], [2, 5], -1, 'ERR_SHAPE', 'the contracted sizes differ: 4 along axis 2 of x, 5 along axis 1 of y'],
  ['the batch axis', [2, 4], [2, 4], 0, 'ERR_SHAPE', 'the batch axis of x cannot be contracted'],
  ['the batch axis, from the end', [2, 4], [2, 4], -2, 'ERR_SHAPE', 'the batch axis of x cannot be contracted'],
  ['an axis that is not there', [2, 4], [2, 4, 5], 2, 'ERR_SHAPE', 'axis 2 is out of range for x of rank 2'],
  ['three axes', [2, 4], [2, 4], [1, 1, 1], 'ERR_ARGUMENT', 'axes must be an integer, a pair of integers, or null'],
  ['a list of axes', [2, 4, 5], [2, 4, 5], [[1, 2], [1, 2]], 'ERR_ARGUMENT', 'each of axes must be one integer'],
  ['half an axis', [2, 4], [2, 4], 0.5, 'ERR_ARGUMENT', 'each of axes must be one integer'],
];

export const einsumCases: readonly (readonly [equation: string, shapes: readonly Dims[], out: Dims])[] = [
  ['ij,jk->ik', [[2, 3], [3, 4]], [2, 4]],
  ['ij,jk->ki', [[2, 3], [3, 4]], [4, 2]],
  ['ij,jk', [[2, 3], [3, 4]], [2, 4]],
  ['ba', [[2, 3]], [3, 2]],
  ['ij,jk->ikj', [[2, 3], [3, 4]], [2, 4, 3]],
  [' i j , j k -> i k ', [[2, 3], [3, 4]], [2, 4]],
  ['bij,bjk->bik', [[8, 2, 3], [8, 3, 5]], [8, 2, 5]],
  [',->', [[], []], []],
  [',ij', [[], [null, 3]], [null, 3]],
  ['i->', [[3]], []],
  ['ii', [[3, 3]], []],
  ['ii->i', [[3, 3]], [3]],
  ['iji->j', [[1, 3, 1]], [3]],
  ['i,j->ij', [[3], [4]], [3, 4]],
  ['ij,Ab->ijAb', [[2, 3], [4, 4]], [2, 3, 4, 4]],
  ['ij,kj->ik', [[2, 3], [1, 3]], [2, 1]],
  ['aecd,abcd->acbe', [[2, 4, 2, 2], [2, 3, 2, 2]], [2, 2, 3, 4]],
  ['ij,jk,kl->il', [[2, 3], [3, 4], [4, 5]], [2, 5]],
  ['i...,j...k->...ijk', [[2, 3, 4], [2, 4, 3]], [3, 4, 2, 2, 3]],
  ['...ij,...jk->...ik', [[7, 1, 2, 3], [5, 3, 4]], [7, 5, 2, 4]],
  ['...ij->...', [[7, 2, 3]], [7]],
  ['...ij->ij', [[7, 2, 3]], [2, 3]],
  ['ij,jk->ik', [[2, 1], [3, 4]], [2, 4]],
  ['ijk,jkl->li', [[null, 3, 4], [null, 4, 5]], [5, null]],
  ['...,...j->...j', [[null, 3, 4], [null, 4, 5]], [null, 3, 4, 5]],
  ['i...,...j', [[null, 3, 4], [null, 4, 5]], [3, 4, null, 5]],
  ['i...,...j,...k', [[null, 3, 4], [null, 4, 5], [1, 1, 1, 9]], [1, 3, 4, null, 5, 9]],
];

export const badEinsumCases: readonly (readonly [equation: unknown, shapes: readonly Dims[], code: ErrorCode, text: string])[] = [
  ['ij,jk->ik', [[2, 3], [2, 2]], 'ERR_SHAPE', '"j" is 3 and, in operand 1, 2'],
  ['ij,jk>ik', [[2, 2], [2, 2]], 'ERR_ARGUMENT', 'may hold letters'],
  ['ij->ji', [[2, 2], [2, 2]], 'ERR_ARGUMENT', 'names 1 operands, 2 were given'],
  ['ij,jk->ik->i', [[2, 3], [3, 2]], 'ERR_ARGUMENT', 'more than one arrow'],
  ['ij->iij', [[2, 3]], 'ERR_ARGUMENT', 'names an axis twice'],
  ['ij->k', [[2, 3]], 'ERR_ARGUMENT', 'the output names "k", which no operand has'],
  ['ijk->i', [[2, 3]], 'ERR_SHAPE', 'operand 0 has rank 2 but "ijk" names 3 axes'],
  ['i->i', [[2, 3]], 'ERR_SHAPE', 'operand 0 has rank 2 but "i" names 1 axes'],
  ['ijk...->i', [[2, 3]], 'ERR_SHAPE', 'names 3 axes'],
  ['ii->i', [[2, 3]], 'ERR_SHAPE', '"i" is 2 and'],
  ['ii->i', [[1, 3]], 'ERR_SHAPE', 'no diagonal'],
  ['...i...->i', [[2, 3]], 'ERR_ARGUMENT', 'may hold letters'],
  ['i1->i', [[2, 3]], 'ERR_ARGUMENT', 'may hold letters'],
  ['...i,...i->...', [[2, 3], [4, 3]], 'ERR_SHAPE', 'an axis of "..." is 2'],
  [7, [[2]], 'ERR_ARGUMENT', 'must be a string'],
  ['i,j->ij', [[2 ** 30], [2 ** 30]], 'ERR_SHAPE', 'too many elements'],
];
