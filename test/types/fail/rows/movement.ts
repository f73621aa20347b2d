import {
  concat,
  moveaxis,
  split,
  stack,
  swapaxes,
  transpose,
  unstack,
  zeros,
} from '../../../../lib/index.js';
import { traced } from '../../rows/inputs.js';
import { type FailingRow, fails } from '../fails.js';

export const rows: readonly FailingRow[] = [
  fails('transpose: perm must name each of the 2 axes once. Received perm=[0, 0]', () =>
    transpose(zeros([2, 3]), [0, 0]),
  ),
  fails('transpose: perm must name each of the 2 axes once. Received perm=[0]', () =>
    transpose(zeros([2, 3]), [0]),
  ),
  fails('transpose: perm is out of range for a tensor of rank 2. Received perm=2', () =>
    transpose(zeros([2, 3]), [0, 2]),
  ),
  fails(
    'moveaxis: source and destination must name equally many axes. Received source=0, destination=[1, 2]',
    () => moveaxis(zeros([1, 2, 3]), 0, [1, 2]),
  ),
  fails('moveaxis: source is out of range for a tensor of rank 3. Received source=3', () =>
    moveaxis(zeros([1, 2, 3]), 3, 0),
  ),
  fails('moveaxis: source must not name an axis twice. Received source=[0, 0]', () =>
    moveaxis(zeros([1, 2, 3]), [0, 0], [1, 2]),
  ),
  fails('moveaxis: destination must not name an axis twice. Received destination=[1, 1]', () =>
    moveaxis(zeros([1, 2, 3]), [0, 1], [1, 1]),
  ),
  fails('swapaxes: axis2 is out of range for a tensor of rank 2. Received axis2=2', () =>
    swapaxes(zeros([2, 3]), 0, 2),
  ),
  fails('swapaxes: axis1 is out of range for a tensor of rank 2. Received axis1=-3', () =>
    swapaxes(zeros([2, 3]), -3, 0),
  ),
  fails(
    'concat: only axis 0 may differ: axis 1 has size 4 in tensor 1 and 3 before it. Received shapes=[[2, 3], [2, 4]], axis=0',
    () => concat([zeros([2, 3]), zeros([2, 4])]),
  ),
  fails(
    'concat: all tensors must have one rank: tensor 1 has 3 axes, tensor 0 has 2. Received shapes=[[2, 3], [2, 3, 1]]',
    () => concat([zeros([2, 3]), zeros([2, 3, 1])]),
  ),
  fails('concat: axis is out of range for a tensor of rank 2. Received axis=2', () =>
    concat([zeros([2, 3]), zeros([2, 3])], 2),
  ),
  fails(
    'concat: only axis 1 may differ: axis 0 has size 5 in tensor 2 and 4 before it. Received shapes=[[null, 8], [4, 8], [5, 8]], axis=1',
    () => concat([traced([null, 8]), traced([4, 8]), traced([5, 8])], 1),
  ),
  fails('concat: scalars have no axis to join', () => concat([zeros([]), zeros([])])),
  fails('stack: all tensors must have one shape. Received shapes=[[2, 3], [3, 2]]', () =>
    stack([zeros([2, 3]), zeros([3, 2])]),
  ),
  fails('stack: axis is out of range for a tensor of rank 3. Received axis=-4', () =>
    stack([zeros([2, 3]), zeros([2, 3])], -4),
  ),
  fails('split: an axis of 6 does not divide into 4 equal parts. Received size=6, sections=4', () =>
    split(zeros([6, 2]), 4),
  ),
  fails('split: the parts add up to 3, the axis has 6. Received sections=[1, 2]', () =>
    split(zeros([6, 2]), [1, 2]),
  ),
  fails('split: only one size can be -1. Received sections=[-1, -1]', () => split(zeros([6, 2]), [-1, -1])),
  fails('split: the parts add up to 7, the axis has 6. Received sections=[7, -1]', () =>
    split(zeros([6, 2]), [7, -1]),
  ),
  fails('split: axis is out of range for a tensor of rank 2. Received axis=2', () =>
    split(zeros([6, 2]), 2, 2),
  ),
  fails('split: the size of axis 0 is not known. Received input=[null, 2], axis=0', () =>
    split(traced([null, 2]), 2),
  ),
  fails('unstack: axis is out of range for a tensor of rank 2. Received axis=2', () =>
    unstack(zeros([2, 3]), 2),
  ),
];
