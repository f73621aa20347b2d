import {
  arange,
  clone,
  eye,
  full,
  linspace,
  ones,
  random,
  scalar,
  tensor,
  zeros,
} from '../../../lib/index.js';
import { type Row, row, some } from '../row.js';
import { list, sizes } from './inputs.js';

export const rows: readonly Row[] = [
  // creation
  row(() => tensor([1, 2, 3]).shape, [3]),
  row(
    () =>
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).shape,
    [2, 3],
  ),
  row(() => tensor([[[1]], [[2]]]).shape, [2, 1, 1]),
  row(() => tensor([]).shape, [0]),
  row(() => tensor([[], []]).shape, [2, 0]),
  row(() => tensor(7).shape, []),
  row(() => tensor([true, false]).shape, [2]),
  row(() => tensor([1, 2, 3, 4, 5, 6], [2, 3]).shape, [2, 3]),
  row(() => tensor([1, 2, 3, 4, 5, 6], [2, -1]).shape, [2, 3]),
  row(
    () =>
      tensor(
        [
          [1, 2],
          [3, 4],
        ],
        [2, 2],
      ).shape,
    [2, 2],
  ),
  row(() => tensor([1n, 2n], [2, 1]).shape, [2, 1]),
  row(() => tensor(new Float32Array(6), [2, 3]).shape, [2, 3]),
  row(() => tensor(new Float32Array(6)).shape, [some(6)]),
  row(() => tensor(new Float32Array(6), [-1, 3]).shape, [some(2), 3]),
  row(() => tensor(list(1, 2, 3)).shape, [some(3)]),
  row(() => tensor(list(1, 2, 3), [3, -1]).shape, [3, some(1)]),
  row(() => tensor(list([1, 2], [3, 4])).shape, sizes(2, 2)),
  row(() => tensor([1, 2, 3, 4], sizes(2, 2)).shape, sizes(2, 2)),
  row(() => scalar(3).shape, []),
  row(() => zeros([2, 3]).shape, [2, 3]),
  row(() => ones([2, 3], 'int32').shape, [2, 3]),
  row(() => full([2, 2], 7).shape, [2, 2]),
  row(() => full([], 1n).shape, []),
  row(() => zeros([some(2), 3]).shape, [some(2), 3]),
  row(() => zeros(sizes(2, 3)).shape, sizes(2, 3)),
  row(() => arange(5).shape, [some(5)]),
  row(() => linspace(0, 1, 5).shape, [some(5)]),
  row(() => eye(2).shape, [some(2), some(2)]),
  row(() => random([2, 3], { seed: 1 }).shape, [2, 3]),
  row(() => random([some(2), 3], { seed: 1 }).shape, [some(2), 3]),
  row(() => clone(zeros([2, 3])).shape, [2, 3]),
  row(() => zeros([2, 3]).to('cpu').shape, [2, 3]),
  row(() => zeros([some(2), 3]).to('cpu').shape, [some(2), 3]),
];
