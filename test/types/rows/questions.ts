import {
  add,
  arange,
  avgPool2d,
  batchDot,
  concat,
  conv1d,
  conv2d,
  flatten,
  globalAvgPool2d,
  matmul,
  maxPool2d,
  mul,
  random,
  reshape,
  slice,
  sum,
  take,
  tensor,
  tile,
  zeros,
} from '../../../lib/index.js';
import { type Row, row } from '../row.js';
import { traced } from './inputs.js';

/** The weights and biases of VGG16's 13 convolutions, one after the other. */
const vggConvolutions = concat([
  flatten(traced([3, 3, 3, 64])),
  zeros([64]),
  flatten(traced([3, 3, 64, 64])),
  zeros([64]),
  flatten(traced([3, 3, 64, 128])),
  zeros([128]),
  flatten(traced([3, 3, 128, 128])),
  zeros([128]),
  flatten(traced([3, 3, 128, 256])),
  zeros([256]),
  flatten(traced([3, 3, 256, 256])),
  zeros([256]),
  flatten(traced([3, 3, 256, 256])),
  zeros([256]),
  flatten(traced([3, 3, 256, 512])),
  zeros([512]),
  flatten(traced([3, 3, 512, 512])),
  zeros([512]),
  flatten(traced([3, 3, 512, 512])),
  zeros([512]),
  flatten(traced([3, 3, 512, 512])),
  zeros([512]),
  flatten(traced([3, 3, 512, 512])),
  zeros([512]),
  flatten(traced([3, 3, 512, 512])),
  zeros([512]),
]);

/** ResNet50's trained weights: a convolution without bias, then the factors and summands of its batch norm. */
const resnetStem = concat([flatten(traced([7, 7, 3, 64])), zeros([128])]);
const resnetBlock1 = concat([
  flatten(traced([1, 1, 256, 64])),
  zeros([128]),
  flatten(traced([3, 3, 64, 64])),
  zeros([128]),
  flatten(traced([1, 1, 64, 256])),
  zeros([512]),
]);
const resnetStage1 = concat([
  flatten(traced([1, 1, 64, 64])),
  zeros([128]),
  flatten(traced([3, 3, 64, 64])),
  zeros([128]),
  flatten(traced([1, 1, 64, 256])),
  zeros([512]),
  flatten(traced([1, 1, 64, 256])),
  zeros([512]),
  tile(resnetBlock1, 2),
]);
const resnetBlock2 = concat([
  flatten(traced([1, 1, 512, 128])),
  zeros([256]),
  flatten(traced([3, 3, 128, 128])),
  zeros([256]),
  flatten(traced([1, 1, 128, 512])),
  zeros([1024]),
]);
const resnetStage2 = concat([
  flatten(traced([1, 1, 256, 128])),
  zeros([256]),
  flatten(traced([3, 3, 128, 128])),
  zeros([256]),
  flatten(traced([1, 1, 128, 512])),
  zeros([1024]),
  flatten(traced([1, 1, 256, 512])),
  zeros([1024]),
  tile(resnetBlock2, 3),
]);
const resnetBlock3 = concat([
  flatten(traced([1, 1, 1024, 256])),
  zeros([512]),
  flatten(traced([3, 3, 256, 256])),
  zeros([512]),
  flatten(traced([1, 1, 256, 1024])),
  zeros([2048]),
]);
const resnetStage3 = concat([
  flatten(traced([1, 1, 512, 256])),
  zeros([512]),
  flatten(traced([3, 3, 256, 256])),
  zeros([512]),
  flatten(traced([1, 1, 256, 1024])),
  zeros([2048]),
  flatten(traced([1, 1, 512, 1024])),
  zeros([2048]),
  tile(resnetBlock3, 5),
]);
const resnetBlock4 = concat([
  flatten(traced([1, 1, 2048, 512])),
  zeros([1024]),
  flatten(traced([3, 3, 512, 512])),
  zeros([1024]),
  flatten(traced([1, 1, 512, 2048])),
  zeros([4096]),
]);
const resnetStage4 = concat([
  flatten(traced([1, 1, 1024, 512])),
  zeros([1024]),
  flatten(traced([3, 3, 512, 512])),
  zeros([1024]),
  flatten(traced([1, 1, 512, 2048])),
  zeros([4096]),
  flatten(traced([1, 1, 1024, 2048])),
  zeros([4096]),
  tile(resnetBlock4, 2),
]);

export const rows: readonly Row[] = [
  // conv1d.mjs
  row(() => conv1d(traced([null, 10, 32]), zeros([3, 32, 64]), { padding: 'same' }).shape, [null, 10, 64]),
  row(() => zeros([3, 32, 64]).shape, [3, 32, 64]),
  row(
    () => conv1d(random([1, 10, 32], { seed: 1 }), zeros([3, 32, 64]), { padding: 'same' }).shape,
    [1, 10, 64],
  ),
  row(() => zeros([64]).shape, [64]),
  row(() => concat([flatten(zeros([3, 32, 64])), zeros([64])]).shape, [6208]),

  // lenet.mjs
  row(() => conv2d(traced([null, 32, 32, 3]), zeros([5, 5, 3, 6])).shape, [null, 28, 28, 6]),
  row(() => avgPool2d(traced([null, 28, 28, 6]), 2).shape, [null, 14, 14, 6]),
  row(() => conv2d(traced([null, 14, 14, 6]), zeros([5, 5, 6, 16])).shape, [null, 10, 10, 16]),
  row(() => avgPool2d(traced([null, 10, 10, 16]), 2).shape, [null, 5, 5, 16]),
  row(() => flatten(traced([null, 5, 5, 16]), 1).shape, [null, 400]),
  row(() => matmul(traced([null, 400]), zeros([400, 120])).shape, [null, 120]),
  row(() => matmul(traced([null, 120]), zeros([120, 84])).shape, [null, 84]),
  row(() => matmul(traced([null, 84]), zeros([84, 10])).shape, [null, 10]),
  row(() => conv2d(zeros([1, 5, 5, 3]), zeros([5, 5, 3, 6])).shape, [1, 1, 1, 6]),
  row(() => avgPool2d(conv2d(zeros([1, 6, 6, 3]), zeros([5, 5, 3, 6])), 2).shape, [1, 1, 1, 6]),
  row(
    () =>
      conv2d(avgPool2d(conv2d(zeros([1, 14, 14, 3]), zeros([5, 5, 3, 6])), 2), zeros([5, 5, 6, 16])).shape,
    [1, 1, 1, 16],
  ),
  row(
    () =>
      avgPool2d(
        conv2d(avgPool2d(conv2d(zeros([1, 16, 16, 3]), zeros([5, 5, 3, 6])), 2), zeros([5, 5, 6, 16])),
        2,
      ).shape,
    [1, 1, 1, 16],
  ),

  // max-pooling.mjs
  row(() => maxPool2d(tensor([5, 8, 7, 2], [1, 2, 2, 1]), 2).shape, [1, 1, 1, 1]),
  row(() => reshape(maxPool2d(tensor([5, 8, 7, 2], [1, 2, 2, 1]), 2), [1, 1]).shape, [1, 1]),
  row(() => maxPool2d(tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]), 2).shape, [1, 1, 1, 1]),
  row(
    () => maxPool2d(tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]), 2, { strides: 1 }).shape,
    [1, 2, 2, 1],
  ),
  row(() => reshape(arange(144), [1, 12, 12, 1]).shape, [1, 12, 12, 1]),
  row(() => maxPool2d(zeros([1, 12, 12, 1]), 2).shape, [1, 6, 6, 1]),
  row(() => maxPool2d(zeros([1, 12, 12, 1]), 3).shape, [1, 4, 4, 1]),
  row(() => maxPool2d(zeros([1, 12, 12, 1]), 4).shape, [1, 3, 3, 1]),
  row(() => maxPool2d(zeros([1, 12, 12, 1]), 6).shape, [1, 2, 2, 1]),

  // minus-one.mjs
  row(() => reshape(random([5, 784], { seed: 1 }), [-1, 28, 28, 1]).shape, [5, 28, 28, 1]),
  row(() => reshape(zeros([5, 784]), [-1]).shape, [3920]),
  row(
    () => conv2d(traced([null, 28, 28, 1]), zeros([3, 3, 1, 32]), { activation: 'relu' }).shape,
    [null, 26, 26, 32],
  ),
  row(() => maxPool2d(traced([null, 26, 26, 32]), 2).shape, [null, 13, 13, 32]),
  row(
    () => conv2d(traced([null, 13, 13, 32]), zeros([3, 3, 32, 64]), { activation: 'relu' }).shape,
    [null, 11, 11, 64],
  ),
  row(() => maxPool2d(traced([null, 11, 11, 64]), 2).shape, [null, 5, 5, 64]),
  row(() => flatten(traced([null, 5, 5, 64]), 1).shape, [null, 1600]),
  row(() => matmul(traced([null, 1600]), zeros([1600, 10])).shape, [null, 10]),
  row(() => matmul(zeros([5, 1600]), zeros([1600, 10])).shape, [5, 10]),
  row(
    () =>
      concat([
        flatten(zeros([3, 3, 1, 32])),
        zeros([32]),
        flatten(zeros([3, 3, 32, 64])),
        zeros([64]),
        flatten(zeros([1600, 10])),
        zeros([10]),
      ]).shape,
    [34826],
  ),

  // torch-convolution.mjs
  row(
    () =>
      conv2d(traced([16, 3, 256, 256]), zeros([5, 5, 3, 32]), {
        strides: 1,
        padding: 2,
        dataFormat: 'channelsFirst',
      }).shape,
    [16, 32, 256, 256],
  ),
  row(() => conv2d(random([1, 5, 5, 1], { seed: 1 }), random([3, 3, 1, 1], { seed: 2 })).shape, [1, 3, 3, 1]),
  row(() => conv2d(random([1, 5, 5, 1], { seed: 1 }), random([3, 3, 1, 4], { seed: 3 })).shape, [1, 3, 3, 4]),
  row(() => slice(zeros([3, 3, 1, 4]), [0, 0, 0, 1], [3, 3, 1, 2]).shape, [3, 3, 1, 1]),
  row(() => reshape(slice(zeros([1, 3, 3, 4]), [0, 0, 0, 1], [1, 3, 3, 2]), [9]).shape, [9]),
  row(() => slice(zeros([1, 5, 5, 3]), [0, 0, 0, 1], [1, 5, 5, 2]).shape, [1, 5, 5, 1]),
  row(() => conv2d(random([1, 5, 5, 3], { seed: 4 }), random([3, 3, 3, 1], { seed: 5 })).shape, [1, 3, 3, 1]),
  row(() => flatten(zeros([3, 3, 3, 1])).shape, [27]),

  // volume-by-hand.mjs
  row(
    () => conv2d(zeros([1, 11, 11, 4]), zeros([5, 5, 4, 2]), { strides: 2, bias: zeros([2]) }).shape,
    [1, 4, 4, 2],
  ),
  row(
    () => reshape(conv2d(zeros([1, 11, 11, 4]), zeros([5, 5, 4, 2]), { strides: 2 }), [4, 4, 2]).shape,
    [4, 4, 2],
  ),
  row(() => slice(zeros([11, 11, 4]), [3, 5, 0], [4, 6, 4]).shape, [1, 1, 4]),
  row(() => take(zeros([11, 11, 4]), 0, 2).shape, [11, 11]),
  row(() => take(zeros([5, 5, 4, 2]), 1, 3).shape, [5, 5, 4]),
  row(
    () => sum(mul(slice(zeros([11, 11, 4]), [2, 4, 0], [7, 9, 4]), take(zeros([5, 5, 4, 2]), 1, 3))).shape,
    [],
  ),

  // weigh-rows.mjs
  row(() => reshape(traced([null, 50]), [null, 50, 1]).shape, [null, 50, 1]),
  row(() => mul(traced([null, 50, 1]), traced([null, 50, 49])).shape, [null, 50, 49]),
  row(
    () => mul(reshape(random([4, 50], { seed: 1 }), [4, 50, 1]), random([4, 50, 49], { seed: 2 })).shape,
    [4, 50, 49],
  ),
  row(() => reshape(zeros([4, 50]), [-1, 1, 1]).shape, [200, 1, 1]),
  row(() => reshape(zeros([4, 50, 49]), [-1, 49, 1]).shape, [200, 49, 1]),
  row(() => batchDot(zeros([200, 1, 1]), zeros([200, 49, 1]), [1, 2]).shape, [200, 1, 49]),
  row(
    () => reshape(batchDot(zeros([200, 1, 1]), zeros([200, 49, 1]), [1, 2]), [-1, 50, 49]).shape,
    [4, 50, 49],
  ),
  row(() => batchDot(traced([null, 1, 50]), traced([null, 49, 1]), [1, 2]).shape, [null, 50, 49]),
  row(() => batchDot(zeros([4, 1, 50]), zeros([4, 49, 1]), [1, 2]).shape, [4, 50, 49]),

  // parameters.mjs and resnet50.mjs
  row(
    () =>
      conv2d(traced([null, 3, 224, 224]), zeros([3, 3, 3, 64]), {
        padding: 'same',
        dataFormat: 'channelsFirst',
      }).shape,
    [null, 64, 224, 224],
  ),
  row(() => concat([flatten(zeros([3, 3, 3, 64])), zeros([64])]).shape, [1792]),
  row(
    () => conv2d(traced([null, 227, 227, 3]), zeros([11, 11, 3, 96]), { strides: 4 }).shape,
    [null, 55, 55, 96],
  ),
  row(
    () => conv2d(traced([null, 224, 224, 3]), zeros([3, 3, 3, 64]), { padding: 'same' }).shape,
    [null, 224, 224, 64],
  ),
  row(() => maxPool2d(traced([null, 224, 224, 64]), 2).shape, [null, 112, 112, 64]),
  row(() => maxPool2d(traced([null, 112, 112, 128]), 2).shape, [null, 56, 56, 128]),
  row(() => maxPool2d(traced([null, 56, 56, 256]), 2).shape, [null, 28, 28, 256]),
  row(() => maxPool2d(traced([null, 28, 28, 512]), 2).shape, [null, 14, 14, 512]),
  row(() => maxPool2d(traced([null, 14, 14, 512]), 2).shape, [null, 7, 7, 512]),
  row(() => flatten(traced([null, 7, 7, 512]), 1).shape, [null, 25088]),
  row(() => matmul(traced([null, 25_088]), traced([25_088, 4096])).shape, [null, 4096]),
  row(() => matmul(traced([null, 4096]), traced([4096, 1000])).shape, [null, 1000]),
  row(() => concat([flatten(traced([25_088, 4096])), zeros([4096])]).shape, [102_764_544]),
  row(
    () => conv2d(traced([null, 224, 224, 3]), zeros([7, 7, 3, 64]), { strides: 2, padding: 3 }).shape,
    [null, 112, 112, 64],
  ),
  row(() => maxPool2d(traced([null, 112, 112, 64]), 3, { strides: 2, padding: 1 }).shape, [null, 56, 56, 64]),
  row(() => add(traced([null, 56, 56, 256]), traced([null, 56, 56, 256])).shape, [null, 56, 56, 256]),
  row(
    () => conv2d(traced([null, 56, 56, 128]), traced([3, 3, 128, 128]), { strides: 2, padding: 1 }).shape,
    [null, 28, 28, 128],
  ),
  row(
    () => conv2d(traced([null, 28, 28, 256]), traced([3, 3, 256, 256]), { strides: 2, padding: 1 }).shape,
    [null, 14, 14, 256],
  ),
  row(
    () => conv2d(traced([null, 14, 14, 512]), traced([3, 3, 512, 512]), { strides: 2, padding: 1 }).shape,
    [null, 7, 7, 512],
  ),
  row(() => globalAvgPool2d(traced([null, 7, 7, 2048])).shape, [null, 2048]),
  row(() => matmul(traced([null, 2048]), traced([2048, 1000])).shape, [null, 1000]),
  row(
    () =>
      concat([
        vggConvolutions,
        flatten(traced([25_088, 4096])),
        zeros([4096]),
        flatten(traced([4096, 4096])),
        zeros([4096]),
        flatten(traced([4096, 1000])),
        zeros([1000]),
      ]).shape,
    [138_357_544],
  ),
  row(
    () =>
      concat([
        resnetStem,
        resnetStage1,
        resnetStage2,
        resnetStage3,
        resnetStage4,
        flatten(traced([2048, 1000])),
        zeros([1000]),
      ]).shape,
    [25_557_032],
  ),
];
