import {
  adaptiveAvgPool2d,
  avgPool2d,
  avgPool3d,
  globalAvgPool2d,
  globalMaxPool3d,
  maxPool1d,
  maxPool2d,
  resize,
  zeros,
} from '../../../../lib/index.js';
import { traced } from '../../rows/inputs.js';
import { type FailingRow, fails } from '../fails.js';

export const rows: readonly FailingRow[] = [
  fails(
    'maxPool2d: the window is wider than the padded input. Received input=[1, 2, 2, 3], poolSize=[3, 3]',
    () => maxPool2d(zeros([1, 2, 2, 3]), 3),
  ),
  fails(
    'maxPool2d: the input must have rank 4, [N, ...spatial, C] with two spatial axes, not rank 3. Received input=[28, 28, 3]',
    () => maxPool2d(zeros([28, 28, 3]), 2),
  ),
  fails(
    'maxPool2d: the padding is as wide as the window: a window would see nothing but padding. Received input=[1, 8, 8, 3], poolSize=[2, 2]',
    () => maxPool2d(zeros([1, 8, 8, 3]), 2, { padding: 2 }),
  ),
  fails(
    'maxPool2d: the window is wider than the padded input. Received input=[1, 5, 5, 3], poolSize=[3, 3]',
    () => maxPool2d(zeros([1, 5, 5, 3]), 3, { dilationRate: 3 }),
  ),
  fails(
    'maxPool1d: the input must have rank 3, [N, ...spatial, C] with one spatial axis, not rank 4. Received input=[1, 8, 8, 3]',
    () => maxPool1d(zeros([1, 8, 8, 3]), 2),
  ),
  fails(
    'avgPool2d: the window is wider than the padded input. Received input=[1, 1, 8, 3], poolSize=[2, 2]',
    () => avgPool2d(zeros([1, 1, 8, 3]), [2, 2]),
  ),
  fails(
    'avgPool3d: the input must have rank 5, [N, ...spatial, C] with three spatial axes, not rank 4. Received input=[1, 4, 4, 2]',
    () => avgPool3d(zeros([1, 4, 4, 2]), 2),
  ),
  fails(
    'globalAvgPool2d: the input must have rank 4, [N, ...spatial, C] with two spatial axes, not rank 3. Received input=[7, 7, 512]',
    () => globalAvgPool2d(zeros([7, 7, 512])),
  ),
  fails(
    'globalMaxPool3d: the input must have rank 5, [N, ...spatial, C] with three spatial axes, not rank 4. Received input=[2, 7, 7, 512]',
    () => globalMaxPool3d(zeros([2, 7, 7, 512])),
  ),
  fails(
    'adaptiveAvgPool2d: the input must have rank 4, [N, ...spatial, C] with two spatial axes, not rank 3. Received input=[13, 13, 3]',
    () => adaptiveAvgPool2d(zeros([13, 13, 3]), 6),
  ),
  fails(
    'resize: the spatial sizes must be known: the weights depend on them. Received input=[null, null, 7, 3]',
    () => resize(traced([null, null, 7, 3]), 14),
  ),
  fails(
    'resize: the input must have a batch axis, 1 to 3 spatial axes and channels. Received input=[4, 3]',
    () => resize(zeros([4, 3]), 8),
  ),
  fails('unknown option "stride"', () => maxPool2d(zeros([1, 8, 8, 3]), 2, { stride: 1 })),
];
