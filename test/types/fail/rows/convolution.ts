import {
  conv,
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  conv3d,
  depthwiseConv2d,
  separableConv2d,
  zeros,
} from '../../../../lib/index.js';
import { traced } from '../../rows/inputs.js';
import { type FailingRow, fails } from '../fails.js';

export const rows: readonly FailingRow[] = [
  fails(
    'conv1d: the input has 2 channels but the kernel reads 3. Received input=[1, 10, 2], kernel=[3, 3, 4]',
    () => conv1d(zeros([1, 10, 2]), zeros([3, 3, 4])),
  ),
  fails(
    'conv1d: the input must have rank 3, [N, ...spatial, C] with one spatial axis, not rank 2. Received input=[10, 2]',
    () => conv1d(zeros([10, 2]), zeros([3, 2, 4])),
  ),
  fails('conv1d: the window is wider than the padded input. Received input=[1, 10, 2], kernelSize=[11]', () =>
    conv1d(zeros([1, 10, 2]), zeros([11, 2, 4])),
  ),
  fails(
    'conv2d: the window is wider than the padded input. Received input=[1, 5, 5, 3], kernelSize=[7, 7]',
    () => conv2d(zeros([1, 5, 5, 3]), zeros([7, 7, 3, 4])),
  ),
  fails(
    'conv2d: the window is wider than the padded input. Received input=[1, 5, 5, 3], kernelSize=[3, 3]',
    () => conv2d(zeros([1, 5, 5, 3]), zeros([3, 3, 3, 4]), { dilationRate: 3 }),
  ),
  fails(
    'conv2d: the input has 3 channels but the kernel reads 1. Received input=[1, 32, 32, 3], kernel=[5, 5, 1, 6]',
    () => conv2d(zeros([1, 32, 32, 3]), zeros([5, 5, 1, 6])),
  ),
  fails(
    'conv2d: the input must have rank 4, [N, ...spatial, C] with two spatial axes, not rank 3. Received input=[32, 32, 3]',
    () => conv2d(zeros([32, 32, 3]), zeros([5, 5, 3, 6])),
  ),
  fails(
    'conv2d: the input has 32 channels but the kernel reads 3. Received input=[1, 3, 32, 32], kernel=[5, 5, 3, 6]',
    () => conv2d(zeros([1, 3, 32, 32]), zeros([5, 5, 3, 6])),
  ),
  fails(
    'conv2d: the input has 32 channels but the kernel reads 3. Received input=[1, 32, 32, 3], kernel=[5, 5, 3, 6]',
    () => conv2d(zeros([1, 32, 32, 3]), zeros([5, 5, 3, 6]), { dataFormat: 'channelsFirst' }),
  ),
  fails(
    'conv2d: the input has 3 channels in each of 2 groups but the kernel reads 6. Received input=[1, 8, 8, 6], kernel=[3, 3, 6, 4]',
    () => conv2d(zeros([1, 8, 8, 6]), zeros([3, 3, 6, 4]), { groups: 2 }),
  ),
  fails(
    'conv2d: 6 channels do not divide into 4 groups. Received input=[1, 8, 8, 6], kernel=[3, 3, 2, 4]',
    () => conv2d(zeros([1, 8, 8, 6]), zeros([3, 3, 2, 4]), { groups: 4 }),
  ),
  fails(
    'conv2d: 5 filters do not divide into 2 groups. Received input=[1, 8, 8, 6], kernel=[3, 3, 3, 5]',
    () => conv2d(zeros([1, 8, 8, 6]), zeros([3, 3, 3, 5]), { groups: 2 }),
  ),
  fails('conv2d: the kernel must have rank 4, not 3. Received kernel=[3, 3, 3]', () =>
    conv2d(zeros([1, 8, 8, 3]), zeros([3, 3, 3])),
  ),
  fails('conv2d: the kernel is empty. Received kernel=[3, 0, 3, 4]', () =>
    conv2d(zeros([1, 8, 8, 3]), zeros([3, 0, 3, 4])),
  ),
  fails('conv2d: the input is empty along spatial axis 0. Received input=[1, 0, 8, 3]', () =>
    conv2d(zeros([1, 0, 8, 3]), zeros([3, 3, 3, 4])),
  ),
  fails('conv2d: the number of channels must be known. Received input=[null, 8, 8, null]', () =>
    conv2d(traced([null, 8, 8, null]), zeros([3, 3, 3, 4])),
  ),
  fails('unknown option "stride"', () => conv2d(zeros([1, 8, 8, 3]), zeros([3, 3, 3, 4]), { stride: 2 })),
  fails('conv: the kernel must have 1 to 3 spatial axes and two of channels. Received kernel=[3, 4]', () =>
    conv(zeros([1, 8]), zeros([3, 4])),
  ),
  fails(
    'conv3d: the input has 2 channels but the kernel reads 1. Received input=[1, 8, 8, 8, 2], kernel=[3, 3, 3, 1, 4]',
    () => conv3d(zeros([1, 8, 8, 8, 2]), zeros([3, 3, 3, 1, 4])),
  ),
  fails(
    'depthwiseConv2d: the input has 3 channels but the kernel reads 4. Received input=[1, 8, 8, 3], kernel=[3, 3, 4, 1]',
    () => depthwiseConv2d(zeros([1, 8, 8, 3]), zeros([3, 3, 4, 1])),
  ),
  fails(
    'separableConv2d: the depthwise step gives 6 channels but the pointwise kernel reads 3. Received input=[1, 8, 8, 3], depthwiseKernel=[3, 3, 3, 2], pointwiseKernel=[1, 1, 3, 8]',
    () =>
      separableConv2d(zeros([1, 8, 8, 3]), {
        depthwise: zeros([3, 3, 3, 2]),
        pointwise: zeros([1, 1, 3, 8]),
      }),
  ),
  fails(
    'separableConv2d: the pointwise kernel must have a window of 1 along every spatial axis. Received depthwiseKernel=[3, 3, 3, 1], pointwiseKernel=[2, 1, 3, 8]',
    () =>
      separableConv2d(zeros([1, 8, 8, 3]), {
        depthwise: zeros([3, 3, 3, 1]),
        pointwise: zeros([2, 1, 3, 8]),
      }),
  ),
  fails(
    'conv2dTranspose: the input has 8 channels but the kernel reads 4. Received input=[1, 7, 7, 8], kernel=[3, 3, 8, 4]',
    () => conv2dTranspose(zeros([1, 7, 7, 8]), zeros([3, 3, 8, 4])),
  ),
  fails('conv2dTranspose: 8 channels do not divide into 3 groups. Received input=[1, 7, 7, 8]', () =>
    conv2dTranspose(zeros([1, 7, 7, 8]), zeros([3, 3, 4, 8]), { groups: 3 }),
  ),
  fails(
    'conv2dTranspose: the padding leaves no output: a size of -2. Received input=[1, 1, 1, 8], kernelSize=[2, 2]',
    () => conv2dTranspose(zeros([1, 1, 1, 8]), zeros([2, 2, 4, 8]), { padding: 2 }),
  ),
  fails('conv2dTranspose: outputPadding must be less than the larger of stride and dilation', () =>
    conv2dTranspose(zeros([1, 7, 7, 8]), zeros([3, 3, 4, 8]), { strides: 2, outputPadding: 2 }),
  ),
  fails('conv2dTranspose: outputPadding and outputSize exclude each other', () =>
    conv2dTranspose(zeros([1, 7, 7, 8]), zeros([3, 3, 4, 8]), {
      strides: 2,
      outputPadding: 1,
      outputSize: 16,
    }),
  ),
  fails(
    "conv2dTranspose: a convolution takes 18 to 8, not to the input's 7. Received input=[1, 7, 7, 8], kernelSize=[3, 3]",
    () => conv2dTranspose(zeros([1, 7, 7, 8]), zeros([3, 3, 4, 8]), { strides: 2, outputSize: 18 }),
  ),
  fails('conv1dTranspose: a transposed convolution has no causal padding', () =>
    conv1dTranspose(zeros([1, 7, 8]), zeros([3, 4, 8]), { padding: 'causal' }),
  ),
  fails(
    'conv1dTranspose: the input must have rank 3, [N, ...spatial, C] with one spatial axis, not rank 2. Received input=[7, 8]',
    () => conv1dTranspose(zeros([7, 8]), zeros([3, 4, 8])),
  ),
];
