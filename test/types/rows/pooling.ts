import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  globalAvgPool1d,
  globalAvgPool2d,
  globalMaxPool2d,
  globalMaxPool3d,
  maxPool1d,
  maxPool2d,
  maxPool2dWithIndices,
  maxPool3d,
  resize,
  zeros,
} from '../../../lib/index.js';
import { open, type Row, row, some } from '../row.js';
import { flag, list, traced, wide } from './inputs.js';

export const rows: readonly Row[] = [
  // max pooling
  row(() => maxPool1d(zeros([1, 8, 3]), 2).shape, [1, 4, 3]),
  row(() => maxPool2d(zeros([1, 28, 28, 6]), 2).shape, [1, 14, 14, 6]),
  row(() => maxPool2d(zeros([1, 7, 9, 3]), 2).shape, [1, 3, 4, 3]),
  row(() => maxPool2d(zeros([1, 7, 9, 3]), 3, { strides: 2 }).shape, [1, 3, 4, 3]),
  row(() => maxPool2d(zeros([1, 7, 9, 3]), [3, 2], { strides: [2, 1] }).shape, [1, 3, 8, 3]),
  row(() => maxPool2d(zeros([1, 7, 9, 3]), 2, { padding: 'same' }).shape, [1, 4, 5, 3]),
  row(() => maxPool2d(zeros([1, 7, 9, 3]), 3, { strides: 2, padding: 1 }).shape, [1, 4, 5, 3]),
  row(
    () =>
      maxPool2d(zeros([1, 7, 9, 3]), 3, {
        strides: 2,
        padding: [
          [1, 0],
          [0, 1],
        ],
      }).shape,
    [1, 3, 4, 3],
  ),
  row(() => maxPool2d(zeros([1, 7, 9, 3]), 2, { ceilMode: true }).shape, [1, 4, 5, 3]),
  row(
    () => maxPool2d(zeros([1, 8, 8, 3]), 2, { strides: 3, padding: 1, ceilMode: true }).shape,
    [1, 3, 3, 3],
  ),
  row(() => maxPool2d(zeros([1, 8, 8, 3]), 3, { dilationRate: 2, strides: 1 }).shape, [1, 4, 4, 3]),
  row(() => maxPool2d(zeros([1, 3, 8, 8]), 2, { dataFormat: 'channelsFirst' }).shape, [1, 3, 4, 4]),
  row(() => maxPool2d(zeros([1, 7, 9, 3]), 3, { strides: 2, padding: 'sameLower' }).shape, [1, 4, 5, 3]),
  row(() => maxPool2d(traced([null, 55, 55, 96]), 3, { strides: 2 }).shape, [null, 27, 27, 96]),
  row(() => maxPool2d(traced([null, null, 56, 64]), 2).shape, [null, null, 28, 64]),
  row(() => maxPool2d(zeros([some(1), 8, 8, 3]), 2).shape, [some(1), 4, 4, 3]),
  row(() => maxPool2d(zeros([1, some(8), 8, 3]), 2).shape, [1, some(4), 4, 3]),
  row(() => maxPool2d(zeros([1, 8, 8, some(3)]), 2).shape, [1, 4, 4, some(3)]),
  row(() => maxPool2d(zeros([1, 8, 8, 3]), some(2)).shape, [1, some(4), some(4), 3]),
  row(() => maxPool2d(zeros([1, 8, 8, 3]), 2, { strides: some(1) }).shape, [1, some(7), some(7), 3]),
  row(() => maxPool2d(zeros([1, 8, 8, 3]), 2, { ceilMode: flag(true) }).shape, [1, some(4), some(4), 3]),
  row(() => maxPool2d(zeros([1, 8, 8, 3]), list(2, 2)).shape, [1, some(4), some(4), 3]),
  row(() => maxPool2d(wide([1, 8, 8, 3]), 2).shape, open(1, 4, 4, 3)),
  row(() => maxPool3d(zeros([1, 4, 4, 4, 2]), 2).shape, [1, 2, 2, 2, 2]),
  row(() => maxPool3d(traced([null, 4, 5, 6, 2]), [1, 2, 3]).shape, [null, 4, 2, 2, 2]),
  row(() => maxPool2dWithIndices(zeros([1, 8, 8, 3]), 2).output.shape, [1, 4, 4, 3]),
  row(() => maxPool2dWithIndices(zeros([1, 8, 8, 3]), 2).indices.shape, [1, 4, 4, 3]),

  // average pooling
  row(() => avgPool1d(zeros([1, 8, 3]), 3).shape, [1, 2, 3]),
  row(() => avgPool2d(zeros([1, 28, 28, 6]), 2).shape, [1, 14, 14, 6]),
  row(() => avgPool2d(zeros([1, 7, 9, 3]), 3, { strides: 2, padding: 'same' }).shape, [1, 4, 5, 3]),
  row(() => avgPool2d(zeros([1, 7, 9, 3]), 3, { padding: 1, countIncludePad: true }).shape, [1, 3, 3, 3]),
  row(() => avgPool2d(traced([null, 10, 10, 16]), 2).shape, [null, 5, 5, 16]),
  row(() => avgPool3d(zeros([1, 4, 4, 4, 2]), [4, 2, 1]).shape, [1, 1, 2, 4, 2]),
  row(() => avgPool2d(zeros([1, 8, some(8), 3]), 2).shape, [1, 4, some(4), 3]),

  // global and adaptive pooling
  row(() => globalAvgPool1d(zeros([2, 7, 5])).shape, [2, 5]),
  row(() => globalAvgPool2d(zeros([2, 7, 7, 512])).shape, [2, 512]),
  row(() => globalAvgPool2d(traced([null, 7, 7, 2048])).shape, [null, 2048]),
  row(() => globalAvgPool2d(traced([null, null, null, 2048]), { keepDims: true }).shape, [null, 1, 1, 2048]),
  row(() => globalMaxPool2d(zeros([2, 512, 7, 7]), { dataFormat: 'channelsFirst' }).shape, [2, 512]),
  row(
    () => globalMaxPool2d(zeros([2, 512, 7, 7]), { dataFormat: 'channelsFirst', keepDims: true }).shape,
    [2, 512, 1, 1],
  ),
  row(() => globalMaxPool3d(zeros([2, 3, 4, 5, 6])).shape, [2, 6]),
  row(() => globalAvgPool2d(zeros([some(2), 7, 7, 5])).shape, [some(2), 5]),
  row(() => globalAvgPool2d(zeros([2, 7, 7, 5]), { keepDims: flag(true) }).shape, open(2, 1, 1, 5)),
  row(() => adaptiveAvgPool1d(zeros([1, 13, 3]), 4).shape, [1, 4, 3]),
  row(() => adaptiveAvgPool2d(zeros([1, 13, 13, 256]), 6).shape, [1, 6, 6, 256]),
  row(() => adaptiveAvgPool2d(zeros([1, 13, 12, 3]), [null, 4]).shape, [1, 13, 4, 3]),
  row(() => adaptiveMaxPool2d(traced([null, null, 12, 3]), [5, null]).shape, [null, 5, 12, 3]),
  row(
    () => adaptiveMaxPool2d(zeros([1, 3, 13, 12]), [2, 3], { dataFormat: 'channelsFirst' }).shape,
    [1, 3, 2, 3],
  ),
  row(() => adaptiveMaxPool3d(zeros([1, 5, 6, 7, 2]), 3).shape, [1, 3, 3, 3, 2]),
  row(() => adaptiveAvgPool2d(zeros([1, 13, 13, 3]), some(6)).shape, [1, some(6), some(6), 3]),

  // resize
  row(() => resize(zeros([1, 4, 4, 3]), [8, 8]).shape, [1, 8, 8, 3]),
  row(() => resize(zeros([1, 4, 4, 3]), 6, { method: 'nearest' }).shape, [1, 6, 6, 3]),
  row(() => resize(zeros([1, 10, 3]), 5).shape, [1, 5, 3]),
  row(() => resize(zeros([1, 3, 4, 4]), [2, 3], { dataFormat: 'channelsFirst' }).shape, [1, 3, 2, 3]),
  row(() => resize(traced([null, 7, 7, 3]), [14, 14]).shape, [null, 14, 14, 3]),
  row(() => resize(zeros([1, 4, 4, 3]), [8, some(8)]).shape, [1, 8, some(8), 3]),
  row(() => resize(zeros([some(1), 4, 4, 3]), 8).shape, [some(1), 8, 8, 3]),
];
