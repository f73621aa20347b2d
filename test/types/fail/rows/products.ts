import { batchDot, dot, einsum, matmul, zeros } from '../../../../lib/index.js';
import { traced } from '../../rows/inputs.js';
import { type FailingRow, fails } from '../fails.js';

export const rows: readonly FailingRow[] = [
  fails('matmul: the inner sizes differ: 3 columns of a meet 4 rows of b. Received a=[2, 3], b=[4, 5]', () =>
    matmul(zeros([2, 3]), zeros([4, 5])),
  ),
  fails('matmul: the inner sizes differ: 2 columns of a meet 3 rows of b. Received a=[2, 3], b=[3, 4]', () =>
    matmul(zeros([2, 3]), zeros([3, 4]), { transposeA: true }),
  ),
  fails('matmul: a scalar has no axis to contract. Received a=[], b=[3, 4]', () =>
    matmul(zeros([]), zeros([3, 4])),
  ),
  fails('matmul: the shapes do not broadcast: 7 meets 8 at axis -3. Received a=[7, 2, 3], b=[8, 3, 5]', () =>
    matmul(zeros([7, 2, 3]), zeros([8, 3, 5])),
  ),
  fails(
    'matmul: the inner sizes differ: 784 columns of a meet 10 rows of b. Received a=[null, 784], b=[10, 784]',
    () => matmul(traced([null, 784]), zeros([10, 784])),
  ),
  fails('matmul: the inner sizes differ: 3 columns of a meet 4 rows of b. Received a=[2, 3], b=[4]', () =>
    matmul(zeros([2, 3]), zeros([4])),
  ),
  fails('dot: the contracted sizes differ: 3 and 2. Received a=[2, 3], b=[2, 3]', () =>
    dot(zeros([2, 3]), zeros([2, 3])),
  ),
  fails('dot: the contracted sizes differ: 4 and 3. Received a=[2, 3, 4], b=[5, 3, 6]', () =>
    dot(zeros([2, 3, 4]), zeros([5, 3, 6])),
  ),
  fails(
    'batchDot: the contracted sizes differ: 3 along axis 1 of x, 4 along axis 1 of y. Received x=[8, 3], y=[8, 4], axes=1',
    () => batchDot(zeros([8, 3]), zeros([8, 4]), 1),
  ),
  fails('batchDot: the batch sizes differ: 8 and 7. Received x=[8, 3], y=[7, 3], axes=1', () =>
    batchDot(zeros([8, 3]), zeros([7, 3]), 1),
  ),
  fails('batchDot: the batch axis of x cannot be contracted. Received x=[8, 3], y=[8, 3], axes=0', () =>
    batchDot(zeros([8, 3]), zeros([8, 3]), 0),
  ),
  fails('batchDot: axis 2 is out of range for y of rank 2. Received x=[8, 3], y=[8, 3], axes=[1, 2]', () =>
    batchDot(zeros([8, 3]), zeros([8, 3]), [1, 2]),
  ),
  fails('batchDot: both operands need a batch axis and at least one more. Received x=[8], y=[8, 3]', () =>
    batchDot(zeros([8]), zeros([8, 3])),
  ),
  fails(
    'batchDot: the contracted sizes differ: 1 along axis 2 of x, 2 along axis 2 of y. Received x=[null, 50, 1], y=[null, 49, 2], axes=[2, 2]',
    () => batchDot(traced([null, 50, 1]), traced([null, 49, 2]), [2, 2]),
  ),
  fails('einsum: "j" is 3 and, in operand 1, 4. Received equation="ij,jk->ik"', () =>
    einsum('ij,jk->ik', zeros([2, 3]), zeros([4, 5])),
  ),
  fails('einsum: the output names "k", which no operand has. Received equation="ij->ik"', () =>
    einsum('ij->ik', zeros([2, 3])),
  ),
  fails('einsum: the output names an axis twice. Received equation="ij->ii"', () =>
    einsum('ij->ii', zeros([2, 3])),
  ),
  fails('einsum: operand 0 has rank 2 but "ijk" names 3 axes. Received equation="ijk->ij"', () =>
    einsum('ijk->ij', zeros([2, 3])),
  ),
  fails('einsum: the equation names 2 operands, 1 were given. Received equation="ij,jk->ik"', () =>
    einsum('ij,jk->ik', zeros([2, 3])),
  ),
  fails('unknown option "transpose"', () => matmul(zeros([2, 3]), zeros([3, 4]), { transpose: true })),
];
