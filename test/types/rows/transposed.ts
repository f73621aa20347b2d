import { conv1dTranspose, conv2dTranspose, conv3dTranspose, zeros } from '../../../lib/index.js';
import { open, type Row, row, some } from '../row.js';
import { traced, wide } from './inputs.js';

export const rows: readonly Row[] = [
  // transposed
  row(() => conv1dTranspose(zeros([1, 8, 4]), zeros([2, 5, 4]), { strides: 2 }).shape, [1, 16, 5]),
  row(() => conv1dTranspose(zeros([1, 8, 4]), zeros([2, 5, 4]), { strides: 3 }).shape, [1, 24, 5]),
  row(
    () => conv1dTranspose(zeros([1, 8, 4]), zeros([2, 5, 4]), { strides: 3, padding: 'same' }).shape,
    [1, 24, 5],
  ),
  row(
    () =>
      conv1dTranspose(zeros([1, 8, 4]), zeros([2, 5, 4]), { strides: 3, padding: 'same', outputPadding: 1 })
        .shape,
    [1, 22, 5],
  ),
  row(
    () => conv1dTranspose(zeros([1, 8, 4]), zeros([3, 5, 4]), { strides: 2, padding: 1 }).shape,
    [1, 15, 5],
  ),
  row(
    () =>
      conv1dTranspose(zeros([1, 8, 4]), zeros([3, 5, 4]), { strides: 2, padding: 1, outputPadding: 1 }).shape,
    [1, 16, 5],
  ),
  row(
    () => conv1dTranspose(zeros([1, 8, 4]), zeros([3, 5, 4]), { strides: 2, padding: [[2, 1]] }).shape,
    [1, 14, 5],
  ),
  row(
    () => conv1dTranspose(zeros([1, 8, 4]), zeros([2, 5, 4]), { strides: 2, outputSize: 17 }).shape,
    [1, 17, 5],
  ),
  row(
    () =>
      conv1dTranspose(zeros([1, 8, 4]), zeros([2, 5, 4]), { strides: 2, padding: 'same', outputSize: 15 })
        .shape,
    [1, 15, 5],
  ),
  row(
    () => conv1dTranspose(zeros([1, 4, 8]), zeros([2, 5, 4]), { dataFormat: 'channelsFirst' }).shape,
    [1, 5, 9],
  ),
  row(() => conv1dTranspose(zeros([1, 8, 4]), zeros([2, 5, 4]), { groups: 2 }).shape, [1, 9, 10]),
  row(
    () => conv1dTranspose(zeros([1, 8, 4]), zeros([2, 5, 4]), { strides: 2, outputPadding: 0 }).shape,
    [1, 16, 5],
  ),
  row(
    () => conv2dTranspose(zeros([1, 7, 7, 8]), zeros([3, 3, 4, 8]), { strides: 2, padding: 'same' }).shape,
    [1, 14, 14, 4],
  ),
  row(
    () =>
      conv2dTranspose(zeros([1, 5, 6, 3]), zeros([2, 3, 4, 3]), { strides: [1, 2], dilationRate: [3, 1] })
        .shape,
    [1, 8, 13, 4],
  ),
  row(
    () => conv2dTranspose(traced([null, 7, 7, 8]), zeros([2, 2, 4, 8]), { strides: 2 }).shape,
    [null, 14, 14, 4],
  ),
  row(
    () => conv2dTranspose(traced([null, null, 7, 8]), zeros([2, 2, 4, 8]), { strides: 2 }).shape,
    [null, null, 14, 4],
  ),
  row(
    () =>
      conv2dTranspose(traced([null, null, 7, 8]), zeros([2, 2, 4, 8]), { strides: 2, outputSize: [14, 14] })
        .shape,
    [null, 14, 14, 4],
  ),
  row(() => conv2dTranspose(zeros([1, some(7), 7, 8]), zeros([2, 2, 4, 8])).shape, [1, some(8), 8, 4]),
  row(() => conv2dTranspose(zeros([1, 7, 7, 8]), zeros([2, 2, some(4), 8])).shape, [1, 8, 8, some(4)]),
  row(
    () => conv2dTranspose(zeros([1, 7, 7, 8]), zeros([2, 2, 4, 8]), { strides: some(2) }).shape,
    [1, some(14), some(14), 4],
  ),
  row(() => conv2dTranspose(wide([1, 7, 7, 8]), zeros([2, 2, 4, 8])).shape, open(1, 8, 8, 4)),
  row(
    () => conv3dTranspose(zeros([1, 2, 2, 2, 3]), zeros([2, 2, 2, 4, 3]), { strides: 2 }).shape,
    [1, 4, 4, 4, 4],
  ),
  row(
    () => conv3dTranspose(zeros([1, 2, 3, 4, 3]), zeros([1, 2, 3, 4, 3]), { padding: [0, 1, [0, 1]] }).shape,
    [1, 2, 2, 5, 4],
  ),
];
