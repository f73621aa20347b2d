import {
  type ConvOptions,
  conv,
  conv1d,
  conv2d,
  conv3d,
  depthwiseConv1d,
  depthwiseConv2d,
  separableConv1d,
  separableConv2d,
  zeros,
} from '../../../lib/index.js';
import { open, type Row, row, some } from '../row.js';
import { either, traced, wide } from './inputs.js';

/** Options of which types know nothing. */
const convOptions: ConvOptions = {};

export const rows: readonly Row[] = [
  // conv1d
  row(() => conv1d(zeros([1, 10, 32]), zeros([3, 32, 64]), { padding: 'same' }).shape, [1, 10, 64]),
  row(() => conv1d(zeros([1, 10, 2]), zeros([3, 2, 4])).shape, [1, 8, 4]),
  row(() => conv1d(zeros([1, 10, 2]), zeros([3, 2, 4]), { padding: 'causal' }).shape, [1, 10, 4]),
  row(
    () => conv1d(zeros([1, 10, 2]), zeros([3, 2, 4]), { padding: 'causal', dilationRate: 4 }).shape,
    [1, 10, 4],
  ),
  row(() => conv1d(zeros([1, 10, 2]), zeros([3, 2, 4]), { padding: 'causal', strides: 3 }).shape, [1, 4, 4]),
  row(() => conv1d(zeros([1, 10, 2]), zeros([3, 2, 4]), { dilationRate: 4 }).shape, [1, 2, 4]),
  row(() => conv1d(zeros([1, 10, 2]), zeros([3, 2, 4]), { padding: 2 }).shape, [1, 12, 4]),
  row(
    () => conv1d(zeros([1, 10, 2]), zeros([3, 2, 4]), { padding: [[3, 0]], strides: [2] }).shape,
    [1, 6, 4],
  ),
  row(() => conv1d(zeros([1, 2, 10]), zeros([3, 2, 4]), { dataFormat: 'channelsFirst' }).shape, [1, 4, 8]),
  row(() => conv1d(traced([null, null, 2]), zeros([3, 2, 4])).shape, [null, null, 4]),
  row(
    () => conv1d(traced([null, 10, 2]), zeros([3, 2, 4]), { padding: 'sameLower', strides: 4 }).shape,
    [null, 3, 4],
  ),
  row(() => conv1d(zeros([1, some(10), 2]), zeros([3, 2, 4])).shape, [1, some(8), 4]),
  row(() => conv1d(zeros([1, 10, 2]), zeros([3, 2, 4]), { strides: some(2) }).shape, [1, some(4), 4]),

  // conv2d
  row(() => conv2d(zeros([1, 32, 32, 3]), zeros([5, 5, 3, 6])).shape, [1, 28, 28, 6]),
  row(() => conv2d(zeros([1, 5, 5, 1]), zeros([3, 3, 1, 8])).shape, [1, 3, 3, 8]),
  row(() => conv2d(zeros([1, 8, 9, 3]), zeros([3, 2, 3, 4]), { strides: 2 }).shape, [1, 3, 4, 4]),
  row(
    () => conv2d(zeros([1, 8, 9, 3]), zeros([3, 2, 3, 4]), { strides: [1, 3], padding: 'same' }).shape,
    [1, 8, 3, 4],
  ),
  row(() => conv2d(zeros([1, 8, 9, 3]), zeros([3, 2, 3, 4]), { padding: [1, 2] }).shape, [1, 8, 12, 4]),
  row(
    () =>
      conv2d(zeros([1, 8, 9, 3]), zeros([3, 2, 3, 4]), {
        padding: [
          [1, 0],
          [2, 3],
        ],
      }).shape,
    [1, 7, 13, 4],
  ),
  row(() => conv2d(zeros([1, 8, 9, 3]), zeros([3, 2, 3, 4]), { dilationRate: [3, 1] }).shape, [1, 2, 8, 4]),
  row(
    () => conv2d(zeros([1, 8, 9, 3]), zeros([3, 2, 3, 4]), { dilationRate: 2, strides: 2, padding: 1 }).shape,
    [1, 3, 5, 4],
  ),
  row(() => conv2d(zeros([1, 8, 9, 6]), zeros([3, 3, 2, 9]), { groups: 3 }).shape, [1, 6, 7, 9]),
  row(
    () => conv2d(zeros([1, 6, 8, 9]), zeros([3, 3, 2, 9]), { groups: 3, dataFormat: 'channelsFirst' }).shape,
    [1, 9, 6, 7],
  ),
  row(() => conv2d(zeros([1, 8, 9, 3]), zeros([1, 1, 3, 7]), { strides: 3 }).shape, [1, 3, 3, 7]),
  row(() => conv2d(zeros([0, 8, 9, 3]), zeros([3, 3, 3, 4])).shape, [0, 6, 7, 4]),
  row(
    () => conv2d(zeros([1, 8, 9, 3]), zeros([3, 3, 3, 4]), { bias: zeros([4]), activation: 'relu' }).shape,
    [1, 6, 7, 4],
  ),
  row(
    () => conv2d(traced([null, 227, 227, 3]), zeros([11, 11, 3, 96]), { strides: 4 }).shape,
    [null, 55, 55, 96],
  ),
  row(
    () => conv2d(traced([null, 224, 224, 3]), zeros([7, 7, 3, 64]), { strides: 2, padding: 3 }).shape,
    [null, 112, 112, 64],
  ),
  row(
    () => conv2d(traced([null, null, null, 3]), zeros([3, 3, 3, 4]), { padding: 'same' }).shape,
    [null, null, null, 4],
  ),
  row(
    () => conv2d(traced([null, null, 16, 3]), zeros([3, 3, 3, 4]), { strides: 2 }).shape,
    [null, null, 7, 4],
  ),
  row(() => conv2d(zeros([some(2), 8, 9, 3]), zeros([3, 3, 3, 4])).shape, [some(2), 6, 7, 4]),
  row(() => conv2d(zeros([1, 8, some(9), 3]), zeros([3, 3, 3, 4])).shape, [1, 6, some(7), 4]),
  row(() => conv2d(zeros([1, 8, 9, some(3)]), zeros([3, 3, 3, 4])).shape, [1, 6, 7, 4]),
  row(() => conv2d(zeros([1, 8, 9, 3]), zeros([some(3), 3, 3, 4])).shape, [1, some(6), 7, 4]),
  row(() => conv2d(zeros([1, 8, 9, 3]), zeros([3, 3, 3, some(4)])).shape, [1, 6, 7, some(4)]),
  row(
    () => conv2d(zeros([1, 8, 9, 3]), zeros([3, 3, 3, 4]), { padding: some(1) }).shape,
    [1, some(8), some(9), 4],
  ),
  row(
    () => conv2d(zeros([1, 8, 9, 3]), zeros([3, 3, 3, 4]), { strides: [2, some(2)], padding: 'same' }).shape,
    [1, 4, some(5), 4],
  ),
  row(
    () => conv2d(zeros([1, 8, 9, 3]), zeros([3, 3, 3, 4]), { dilationRate: some(2) }).shape,
    [1, some(4), some(5), 4],
  ),
  row(
    () => conv2d(zeros([1, 8, 9, 3]), zeros([3, 3, 3, 4]), { padding: either('same', 'valid') }).shape,
    [1, some(8), some(9), 4],
  ),
  row(() => conv2d(wide([1, 8, 9, 3]), zeros([3, 3, 3, 4])).shape, open(1, 6, 7, 4)),
  row(() => conv2d(zeros([1, 8, 9, 3]), wide([3, 3, 3, 4])).shape, open(1, 6, 7, 4)),
  row(() => conv2d(zeros([1, 8, 9, 3]), zeros([3, 3, 3, 4]), convOptions).shape, open(1, 6, 7, 4)),
  row(() => conv(zeros([1, 10, 2]), zeros([3, 2, 4])).shape, [1, 8, 4]),
  row(() => conv(zeros([1, 8, 9, 3]), zeros([3, 3, 3, 4])).shape, [1, 6, 7, 4]),

  // conv3d
  row(() => conv3d(zeros([1, 8, 8, 8, 2]), zeros([3, 3, 3, 2, 4])).shape, [1, 6, 6, 6, 4]),
  row(
    () =>
      conv3d(zeros([1, 4, 5, 6, 2]), zeros([1, 2, 3, 2, 4]), { strides: [1, 2, 3], padding: 'same' }).shape,
    [1, 4, 3, 2, 4],
  ),
  row(
    () =>
      conv3d(zeros([1, 2, 4, 5, 6]), zeros([2, 2, 2, 1, 4]), { groups: 2, dataFormat: 'channelsFirst' })
        .shape,
    [1, 4, 3, 4, 5],
  ),
  row(
    () => conv3d(traced([null, null, 5, 6, 2]), zeros([2, 2, 2, 2, 4]), { padding: 1 }).shape,
    [null, null, 6, 7, 4],
  ),

  // depthwise and separable
  row(() => depthwiseConv1d(zeros([1, 10, 4]), zeros([3, 4, 2])).shape, [1, 8, 8]),
  row(() => depthwiseConv2d(zeros([1, 8, 8, 3]), zeros([3, 3, 3, 2])).shape, [1, 6, 6, 6]),
  row(
    () =>
      depthwiseConv2d(traced([null, 8, 8, 3]), zeros([3, 3, 3, 1]), { strides: 2, padding: 'same' }).shape,
    [null, 4, 4, 3],
  ),
  row(
    () => depthwiseConv2d(zeros([1, 3, 8, 8]), zeros([3, 3, 3, 2]), { dataFormat: 'channelsFirst' }).shape,
    [1, 6, 6, 6],
  ),
  row(() => depthwiseConv2d(zeros([1, 8, 8, 3]), zeros([3, 3, 3, some(2)])).shape, [1, 6, 6, some(6)]),
  row(
    () =>
      separableConv1d(zeros([1, 10, 4]), { depthwise: zeros([3, 4, 1]), pointwise: zeros([1, 4, 8]) }).shape,
    [1, 8, 8],
  ),
  row(
    () =>
      separableConv2d(zeros([1, 8, 8, 3]), { depthwise: zeros([3, 3, 3, 2]), pointwise: zeros([1, 1, 6, 8]) })
        .shape,
    [1, 6, 6, 8],
  ),
  row(
    () =>
      separableConv2d(
        traced([null, 8, 8, 3]),
        { depthwise: zeros([3, 3, 3, 1]), pointwise: zeros([1, 1, 3, 8]) },
        { strides: 2 },
      ).shape,
    [null, 3, 3, 8],
  ),
  row(
    () =>
      separableConv2d(zeros([1, some(8), 8, 3]), {
        depthwise: zeros([3, 3, 3, 1]),
        pointwise: zeros([1, 1, 3, 8]),
      }).shape,
    [1, some(6), 6, 8],
  ),
];
