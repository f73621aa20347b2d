import {
  Conv1D,
  Conv1DTranspose,
  Conv2D,
  Conv2DTranspose,
  Conv3D,
  Conv3DTranspose,
  type ConvLayerOptions,
  DepthwiseConv1D,
  DepthwiseConv2D,
  Input,
  SeparableConv1D,
  SeparableConv2D,
  zeros,
} from '../../../lib/index.js';
import { maybe, open, type Row, row, some } from '../row.js';

const wide: ConvLayerOptions = { filters: 4, kernelSize: 3 };

export const rows: readonly Row[] = [
  row(() => new Conv1D({ filters: 4, kernelSize: 3 }).computeOutputShape([null, 10, 2]), [null, 8, 4]),
  row(
    () => new Conv1D({ filters: 4, kernelSize: 3, padding: 'causal' }).computeOutputShape([null, 10, 2]),
    [null, 10, 4],
  ),
  row(
    () => new Conv1D({ filters: 4, kernelSize: 3, dilationRate: 3 }).computeOutputShape([2, 10, 2]),
    [2, 4, 4],
  ),
  row(
    () =>
      new Conv1D({
        filters: 4,
        kernelSize: [2],
        strides: [2],
        dataFormat: 'channelsFirst',
      }).computeOutputShape([null, 3, 9]),
    [null, 4, 4],
  ),
  row(() => new Conv1D({ filters: 4, kernelSize: 3 }).computeOutputShape([null, null, 2]), [null, null, 4]),

  row(
    () => new Conv2D({ filters: 6, kernelSize: 5 }).computeOutputShape([null, 28, 28, 1]),
    [null, 24, 24, 6],
  ),
  row(
    () => new Conv2D({ filters: 64, kernelSize: 3, padding: 'same' }).computeOutputShape([null, 224, 224, 3]),
    [null, 224, 224, 64],
  ),
  row(
    () => new Conv2D({ filters: 96, kernelSize: 11, strides: 4 }).computeOutputShape([null, 227, 227, 3]),
    [null, 55, 55, 96],
  ),
  row(
    () => new Conv2D({ filters: 2, kernelSize: [3, 2], strides: [2, 1] }).computeOutputShape([1, 9, 8, 3]),
    [1, 4, 7, 2],
  ),
  row(
    () => new Conv2D({ filters: 2, kernelSize: 3, padding: 1 }).computeOutputShape([null, 8, 8, 3]),
    [null, 8, 8, 2],
  ),
  row(
    () => new Conv2D({ filters: 2, kernelSize: 3, padding: [[0, 1], 2] }).computeOutputShape([null, 8, 8, 3]),
    [null, 7, 10, 2],
  ),
  row(
    () => new Conv2D({ filters: 2, kernelSize: 3, dilationRate: [2, 1] }).computeOutputShape([null, 8, 8, 3]),
    [null, 4, 6, 2],
  ),
  row(
    () =>
      new Conv2D({ filters: 4, kernelSize: 3, groups: 2, dataFormat: 'channelsFirst' }).computeOutputShape([
        null,
        6,
        8,
        9,
      ]),
    [null, 4, 6, 7],
  ),
  row(
    () =>
      new Conv2D({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }).computeOutputShape([
        null,
        7,
        null,
        3,
      ]),
    [null, 4, null, 2],
  ),
  row(
    () => new Conv2D({ filters: 2, kernelSize: 3 }).computeOutputShape([null, some(8), 8, 3]),
    [null, some(6), 6, 2],
  ),
  row(
    () => new Conv2D({ filters: 2, kernelSize: 3 }).computeOutputShape([maybe(2), 8, 8, some(3)]),
    [maybe(2), 6, 6, 2],
  ),
  row(
    () => new Conv2D({ filters: some(2), kernelSize: some(3) }).computeOutputShape([null, 8, 8, 3]),
    [null, some(6), some(6), some(2)],
  ),
  row(() => new Conv2D(wide).computeOutputShape([null, 8, 8, 3]), open(null, 6, 6, 4)),
  row(
    () => new Conv2D({ filters: 6, kernelSize: 5 }).computeOutputShape(open(null, 9, 9, 3)),
    open(null, 5, 5, 6),
  ),
  row(
    () => new Conv2D({ filters: 6, kernelSize: 5 }).apply(Input({ shape: [28, 28, 1] })).shape,
    [null, 24, 24, 6],
  ),
  row(() => new Conv2D({ filters: 6, kernelSize: 5 }).apply(zeros([2, 9, 9, 1])).shape, [2, 5, 5, 6]),
  row(() => new Conv2D({ filters: 6, kernelSize: 5 }).apply([zeros([2, 9, 9, 1])]).shape, [2, 5, 5, 6]),

  row(
    () => new Conv3D({ filters: 8, kernelSize: 3 }).computeOutputShape([null, 16, 32, 32, 1]),
    [null, 14, 30, 30, 8],
  ),
  row(
    () =>
      new Conv3D({ filters: 8, kernelSize: [1, 2, 3], strides: 2, padding: 'same' }).computeOutputShape([
        null,
        5,
        6,
        7,
        1,
      ]),
    [null, 3, 3, 4, 8],
  ),

  row(
    () => new DepthwiseConv1D({ kernelSize: 3, depthMultiplier: 2 }).computeOutputShape([null, 10, 4]),
    [null, 8, 8],
  ),
  row(
    () => new DepthwiseConv2D({ kernelSize: 3, padding: 'same' }).computeOutputShape([null, 112, 112, 32]),
    [null, 112, 112, 32],
  ),
  row(
    () =>
      new DepthwiseConv2D({ kernelSize: 3, strides: 2, depthMultiplier: 3 }).computeOutputShape([
        null,
        9,
        9,
        4,
      ]),
    [null, 4, 4, 12],
  ),
  row(
    () =>
      new DepthwiseConv2D({ kernelSize: [3, 1], dataFormat: 'channelsFirst' }).computeOutputShape([
        null,
        4,
        9,
        9,
      ]),
    [null, 4, 7, 9],
  ),
  row(
    () =>
      new DepthwiseConv2D({ kernelSize: 3, depthMultiplier: some(2) }).computeOutputShape([null, 9, 9, 4]),
    [null, 7, 7, some(8)],
  ),

  row(
    () => new SeparableConv1D({ filters: 8, kernelSize: 3 }).computeOutputShape([null, 10, 4]),
    [null, 8, 8],
  ),
  row(
    () => new SeparableConv2D({ filters: 16, kernelSize: 3 }).computeOutputShape([null, 28, 28, 3]),
    [null, 26, 26, 16],
  ),
  row(
    () =>
      new SeparableConv2D({
        filters: 16,
        kernelSize: 3,
        depthMultiplier: 2,
        dataFormat: 'channelsFirst',
        padding: 'same',
      }).computeOutputShape([null, 3, 8, 9]),
    [null, 16, 8, 9],
  ),

  row(
    () =>
      new Conv1DTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }).computeOutputShape([
        null,
        5,
        8,
      ]),
    [null, 10, 4],
  ),
  row(
    () =>
      new Conv2DTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }).computeOutputShape([
        null,
        7,
        7,
        8,
      ]),
    [null, 14, 14, 4],
  ),
  row(
    () => new Conv2DTranspose({ filters: 4, kernelSize: 3, strides: 2 }).computeOutputShape([null, 7, 7, 8]),
    [null, 15, 15, 4],
  ),
  row(
    () =>
      new Conv2DTranspose({ filters: 4, kernelSize: 2, strides: 3 }).computeOutputShape([null, 7, null, 8]),
    [null, 21, null, 4],
  ),
  row(
    () =>
      new Conv2DTranspose({
        filters: 4,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        outputPadding: 1,
      }).computeOutputShape([null, 7, 7, 8]),
    [null, 14, 14, 4],
  ),
  row(
    () =>
      new Conv2DTranspose({
        filters: 4,
        kernelSize: 4,
        strides: 2,
        padding: 1,
        dataFormat: 'channelsFirst',
      }).computeOutputShape([null, 8, 7, 7]),
    [null, 4, 14, 14],
  ),
  row(
    () =>
      new Conv3DTranspose({ filters: 2, kernelSize: 2, strides: 2 }).computeOutputShape([null, 3, 3, 3, 1]),
    [null, 6, 6, 6, 2],
  ),
];
