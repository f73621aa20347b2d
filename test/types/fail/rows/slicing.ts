import { broadcastTo, flip, gather, pad, repeat, slice, take, tile, zeros } from '../../../../lib/index.js';
import { type FailingRow, fails } from '../fails.js';

export const rows: readonly FailingRow[] = [
  fails('slice: begin has 3 items for a tensor of rank 2. Received begin=[0, 0, 0]', () =>
    slice(zeros([10, 4]), [0, 0, 0]),
  ),
  fails('slice: end has 3 items for a tensor of rank 2. Received end=[1, 2, 3]', () =>
    slice(zeros([10, 4]), [0], [1, 2, 3]),
  ),
  fails('slice: strides must not be 0. Received strides=[0]', () => slice(zeros([10, 4]), [0], [5], [0])),
  fails('take: the index is outside axis 0 of size 2. Received index=2, input=[2, 3]', () =>
    take(zeros([2, 3]), 2),
  ),
  fails('take: the index is outside axis 1 of size 3. Received index=-4, input=[2, 3]', () =>
    take(zeros([2, 3]), -4, 1),
  ),
  fails('take: axis is out of range for a tensor of rank 2. Received axis=2', () =>
    take(zeros([2, 3]), 0, 2),
  ),
  fails('gather: the index is outside axis 0 of size 5. Received index=5, input=[5, 4]', () =>
    gather(zeros([5, 4]), 5),
  ),
  fails('gather: axis 0 has no elements to index. Received input=[0, 4]', () => gather(zeros([0, 4]), [0])),
  fails('gather: axis is out of range for a tensor of rank 2. Received axis=-3', () =>
    gather(zeros([5, 4]), [0, 1], -3),
  ),
  fails('flip: axis is out of range for a tensor of rank 2. Received axis=2', () => flip(zeros([2, 3]), 2)),
  fails('tile: every repetition must be an integer of at least 0. Received reps=-1', () =>
    tile(zeros([2, 3]), -1),
  ),
  fails('tile: every repetition must be an integer of at least 0. Received reps=[2, -2]', () =>
    tile(zeros([2, 3]), [2, -2]),
  ),
  fails('repeat: axis 0 of size 2 needs one number of repeats per slice. Received repeats=[1, 2, 3]', () =>
    repeat(zeros([2, 3]), [1, 2, 3], 0),
  ),
  fails('repeat: repeats must be an integer of at least 0. Received repeats=-1', () =>
    repeat(zeros([2, 3]), -1, 0),
  ),
  fails('repeat: axis is out of range for a tensor of rank 2. Received axis=2', () =>
    repeat(zeros([2, 3]), 2, 2),
  ),
  fails('broadcastTo: axis 1 cannot be repeated from 3 to 4. Received input=[2, 3], shape=[2, 4]', () =>
    broadcastTo(zeros([2, 3]), [2, 4]),
  ),
  fails('broadcastTo: the shape has fewer axes than the input. Received input=[2, 3], shape=[3]', () =>
    broadcastTo(zeros([2, 3]), [3]),
  ),
  fails('pad: widths must have one pair per axis, 2 in all. Received widths=[[1, 1]]', () =>
    pad(zeros([2, 3]), [[1, 1]]),
  ),
  fails('pad: every width must be an integer of at least 0, in pairs [begin, end]. Received widths=-1', () =>
    pad(zeros([2, 3]), -1),
  ),
  fails(
    'pad: axis 0 has 3 elements, enough to pad 2 in mode "reflect", not 3. Received input=[3], widths=[[3, 3]]',
    () => pad(zeros([3]), [[3, 3]], { mode: 'reflect' }),
  ),
  fails(
    'pad: axis 0 has 3 elements, enough to pad 3 in mode "wrap", not 4. Received input=[3], widths=[[4, 0]]',
    () => pad(zeros([3]), [[4, 0]], { mode: 'wrap' }),
  ),
  fails('pad: axis 0 is empty: there is nothing to repeat. Received input=[0], widths=[[1, 0]]', () =>
    pad(zeros([0]), [[1, 0]], { mode: 'edge' }),
  ),
];
