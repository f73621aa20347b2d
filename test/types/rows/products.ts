import { batchDot, dot, einsum, matmul, zeros } from '../../../lib/index.js';
import { open, type Row, row, some } from '../row.js';
import { flag, traced, wide } from './inputs.js';

export const rows: readonly Row[] = [
  // matmul
  row(() => matmul(zeros([2, 3]), zeros([3, 4])).shape, [2, 4]),
  row(() => matmul(zeros([3]), zeros([3, 4])).shape, [4]),
  row(() => matmul(zeros([2, 3]), zeros([3])).shape, [2]),
  row(() => matmul(zeros([3]), zeros([3])).shape, []),
  row(() => matmul(zeros([8, 2, 3]), zeros([3, 5])).shape, [8, 2, 5]),
  row(() => matmul(zeros([8, 2, 3]), zeros([8, 3, 5])).shape, [8, 2, 5]),
  row(() => matmul(zeros([7, 1, 2, 3]), zeros([8, 3, 5])).shape, [7, 8, 2, 5]),
  row(() => matmul(zeros([2, 3]), zeros([8, 3, 5])).shape, [8, 2, 5]),
  row(() => matmul(zeros([8, 2, 3]), zeros([3])).shape, [8, 2]),
  row(() => matmul(zeros([3]), zeros([8, 3, 5])).shape, [8, 5]),
  row(() => matmul(zeros([3, 2]), zeros([3, 4]), { transposeA: true }).shape, [2, 4]),
  row(() => matmul(zeros([2, 3]), zeros([4, 3]), { transposeB: true }).shape, [2, 4]),
  row(() => matmul(zeros([3, 2]), zeros([4, 3]), { transposeA: true, transposeB: true }).shape, [2, 4]),
  row(() => matmul(zeros([3]), zeros([4, 3]), { transposeA: true, transposeB: true }).shape, [4]),
  row(() => matmul(zeros([2, 3]), zeros([3, 4]), { bias: zeros([4]), activation: 'relu' }).shape, [2, 4]),
  row(() => matmul(zeros([2, 0]), zeros([0, 4])).shape, [2, 4]),
  row(() => matmul(traced([null, 784]), zeros([784, 10])).shape, [null, 10]),
  row(() => matmul(traced([null, 2, 3]), traced([null, 3, 5])).shape, [null, 2, 5]),
  row(() => matmul(traced([null, null]), zeros([784, 10])).shape, [null, 10]),
  row(() => matmul(zeros([some(2), 3]), zeros([3, 4])).shape, [some(2), 4]),
  row(() => matmul(zeros([2, some(3)]), zeros([3, 4])).shape, [2, 4]),
  row(() => matmul(zeros([2, 3]), zeros([3, some(4)])).shape, [2, some(4)]),
  row(() => matmul(zeros([some(8), 2, 3]), zeros([8, 3, 5])).shape, [8, 2, 5]),
  row(() => matmul(zeros([3, 3]), zeros([3, 3]), { transposeA: flag(true) }).shape, open(3, 3)),
  row(() => matmul(wide([2, 3]), zeros([3, 4])).shape, open(2, 4)),

  // dot
  row(() => dot(zeros([2, 3, 4]), zeros([5, 4, 6])).shape, [2, 3, 5, 6]),
  row(() => dot(zeros([2, 3]), zeros([3])).shape, [2]),
  row(() => dot(zeros([3]), zeros([3])).shape, []),
  row(() => dot(zeros([3]), zeros([3, 4])).shape, [4]),
  row(() => dot(zeros([]), zeros([3, 4])).shape, [3, 4]),
  row(() => dot(zeros([2, 3]), zeros([])).shape, [2, 3]),
  row(() => dot(traced([null, 3]), zeros([3, 4])).shape, [null, 4]),
  row(() => dot(zeros([some(2), 3]), zeros([3, 4])).shape, [some(2), 4]),

  // batchDot
  row(() => batchDot(zeros([8, 2, 3]), zeros([8, 3, 5])).shape, [8, 2, 5]),
  row(() => batchDot(zeros([8, 1, 50]), zeros([8, 50, 49]), [2, 1]).shape, [8, 1, 49]),
  row(() => batchDot(zeros([8, 3]), zeros([8, 3]), 1).shape, [8, 1]),
  row(() => batchDot(zeros([8, 3]), zeros([8, 3])).shape, [8, 1]),
  row(() => batchDot(zeros([8, 3, 4]), zeros([8, 4]), [2, 1]).shape, [8, 3]),
  row(() => batchDot(zeros([8, 3, 4]), zeros([8, 5, 4]), -1).shape, [8, 3, 5]),
  row(() => batchDot(zeros([8, 3, 4, 5]), zeros([8, 6, 5]), [3, 2]).shape, [8, 3, 4, 6]),
  row(() => batchDot(zeros([8, 3, 4]), zeros([8, 3]), 1).shape, [8, 4]),
  row(() => batchDot(traced([null, 50, 1]), traced([null, 49, 1]), [2, 2]).shape, [null, 50, 49]),
  row(() => batchDot(traced([null, 3]), traced([8, 3]), 1).shape, [8, 1]),
  row(() => batchDot(zeros([some(8), 2, 3]), zeros([8, 3, 5])).shape, [8, 2, 5]),
  row(() => batchDot(zeros([8, some(2), 3]), zeros([8, 3, 5])).shape, [8, some(2), 5]),
  row(() => batchDot(zeros([8, 3]), zeros([8, 3]), some(1)).shape, open(8, 1)),

  // einsum
  row(() => einsum('ij,jk->ik', zeros([2, 3]), zeros([3, 4])).shape, [2, 4]),
  row(() => einsum('bij,bjk->bik', zeros([8, 2, 3]), zeros([8, 3, 5])).shape, [8, 2, 5]),
  row(() => einsum('ij->ji', zeros([2, 3])).shape, [3, 2]),
  row(() => einsum('ij->', zeros([2, 3])).shape, []),
  row(() => einsum('i,j->ij', zeros([50]), zeros([49])).shape, [50, 49]),
  row(() => einsum('ij, jk -> ki', zeros([2, 3]), zeros([3, 4])).shape, [4, 2]),
  row(
    () => einsum('bhqd,bhkd->bhqk', traced([null, 2, 5, 4]), traced([null, 2, 7, 4])).shape,
    [null, 2, 5, 7],
  ),
  row(() => einsum('ij,jk->ik', zeros([2, 1]), zeros([3, 4])).shape, [2, 4]),
  row(() => einsum('ij,jk->ik', zeros([some(2), 3]), zeros([3, 4])).shape, [some(2), 4]),
  row(() => einsum('...ij,jk->...ik', zeros([8, 2, 3]), zeros([3, 4])).shape, open(8, 2, 4)),
  row(() => einsum('ii->i', zeros([2, 2])).shape, open(2)),
  row(() => einsum('ij,jk', zeros([2, 3]), zeros([3, 4])).shape, open(2, 4)),
];
