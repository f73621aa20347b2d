import * as l from '../../../lib/index.js';
import { type WrongRow, wrong } from '../row.js';

const name = 'n';
const conv = { name, filters: 4, kernelSize: 3 } as const;

export const rows: readonly WrongRow[] = [
  wrong(
    () => new l.Conv2D(conv),
    [null, 8, 3],
    'Conv2D "n": the input must have rank 4, [N, ...spatial, C] with two spatial axes, not rank 3. Received input=[null, 8, 3]',
  ),
  wrong(
    () => new l.Conv2D({ ...conv, dataFormat: 'channelsFirst' }),
    [null, 8, 8, 8, 3],
    'Conv2D "n": the input must have rank 4, [N, C, ...spatial] with two spatial axes, not rank 5. Received input=[null, 8, 8, 8, 3]',
  ),
  wrong(
    () => new l.Conv1D(conv),
    [null, 8, 8, 3],
    'Conv1D "n": the input must have rank 3, [N, ...spatial, C] with one spatial axis, not rank 4. Received input=[null, 8, 8, 3]',
  ),
  wrong(
    () => new l.Conv3D(conv),
    [],
    'Conv3D "n": the input must have rank 5, [N, ...spatial, C] with three spatial axes, not rank 0. Received input=[]',
  ),
  wrong(
    () => new l.Conv2D({ ...conv, kernelSize: 7 }),
    [null, 5, 5, 3],
    'Conv2D "n": the window is wider than the padded input. Received input=[null, 5, 5, 3], kernelSize=[7, 7]',
  ),
  wrong(
    () => new l.Conv2D({ ...conv, dilationRate: 4 }),
    [null, 9, 8, 3],
    'Conv2D "n": the window is wider than the padded input. Received input=[null, 9, 8, 3], kernelSize=[3, 3]',
  ),
  wrong(
    () => new l.Conv2D({ ...conv, kernelSize: [3, 9], padding: 2 }),
    [null, null, 4, 3],
    'Conv2D "n": the window is wider than the padded input. Received input=[null, null, 4, 3], kernelSize=[3, 9]',
  ),
  wrong(
    () => new l.Conv2D(conv),
    [null, 8, 8, null],
    'Conv2D "n": the number of channels must be known. Received input=[null, 8, 8, null]',
  ),
  wrong(
    () => new l.Conv2D(conv),
    [null, 8, 8, 0],
    'Conv2D "n": the input has no channels. Received input=[null, 8, 8, 0]',
  ),
  wrong(
    () => new l.Conv2D(conv),
    [null, 8, 0, 3],
    'Conv2D "n": the input is empty along spatial axis 1. Received input=[null, 8, 0, 3]',
  ),
  wrong(
    () => new l.Conv2D({ ...conv, groups: 2 }),
    [null, 8, 8, 3],
    'Conv2D "n": 3 channels do not divide into 2 groups. Received input=[null, 8, 8, 3]',
  ),
  wrong(
    () => new l.Conv2D({ ...conv, groups: 3 }),
    [null, 8, 8, 3],
    'Conv2D "n": 4 filters do not divide into 3 groups. Received filters=4, groups=3',
  ),
  wrong(
    () => new l.DepthwiseConv1D({ name, kernelSize: 4 }),
    [null, 3, 2],
    'DepthwiseConv1D "n": the window is wider than the padded input. Received input=[null, 3, 2], kernelSize=[4]',
  ),
  wrong(
    () => new l.DepthwiseConv2D({ name, kernelSize: 4 }),
    [null, 3, 2],
    'DepthwiseConv2D "n": the input must have rank 4, [N, ...spatial, C] with two spatial axes, not rank 3. Received input=[null, 3, 2]',
  ),
  wrong(
    () => new l.SeparableConv1D(conv),
    [null, 2, 2],
    'SeparableConv1D "n": the window is wider than the padded input. Received input=[null, 2, 2], kernelSize=[3]',
  ),
  wrong(
    () => new l.SeparableConv2D(conv),
    [null, 2, 2],
    'SeparableConv2D "n": the input must have rank 4, [N, ...spatial, C] with two spatial axes, not rank 3. Received input=[null, 2, 2]',
  ),
  wrong(
    () => new l.Conv1DTranspose(conv),
    [null, 8],
    'Conv1DTranspose "n": the input must have rank 3, [N, ...spatial, C] with one spatial axis, not rank 2. Received input=[null, 8]',
  ),
  wrong(
    () => new l.Conv2DTranspose({ ...conv, padding: 4 }),
    [null, 3, 3, 2],
    'Conv2DTranspose "n": the padding leaves no output: a size of -3. Received input=[null, 3, 3, 2], kernelSize=[3, 3]',
  ),
  wrong(
    () => new l.Conv3DTranspose({ ...conv, groups: 3 }),
    [null, 3, 3, 3, 3],
    'Conv3DTranspose "n": 4 filters do not divide into 3 groups. Received filters=4, groups=3',
  ),
  wrong(
    () => new l.Conv2DTranspose({ ...conv, groups: 2 }),
    [null, 3, 3, 3],
    'Conv2DTranspose "n": 3 channels do not divide into 2 groups. Received input=[null, 3, 3, 3]',
  ),

  wrong(
    () => new l.MaxPooling1D({ name }),
    [null, 8, 8, 3],
    'MaxPooling1D "n": the input must have rank 3, [N, ...spatial, C] with one spatial axis, not rank 4. Received input=[null, 8, 8, 3]',
  ),
  wrong(
    () => new l.MaxPooling2D({ name }),
    [null, 8, 1, 3],
    'MaxPooling2D "n": the window is wider than the padded input. Received input=[null, 8, 1, 3], poolSize=[2, 2]',
  ),
  wrong(
    () => new l.MaxPooling2D({ name, padding: 2 }),
    [null, 8, 8, 3],
    'MaxPooling2D "n": the padding is as wide as the window: a window would see nothing but padding. Received input=[null, 8, 8, 3], poolSize=[2, 2]',
  ),
  wrong(
    () => new l.MaxPooling3D({ name, poolSize: [1, 2, 3] }),
    [null, 8, 8, 2, 3],
    'MaxPooling3D "n": the window is wider than the padded input. Received input=[null, 8, 8, 2, 3], poolSize=[1, 2, 3]',
  ),
  wrong(
    () => new l.AveragePooling1D({ name }),
    [null, 1, 3],
    'AveragePooling1D "n": the window is wider than the padded input. Received input=[null, 1, 3], poolSize=[2]',
  ),
  wrong(
    () => new l.AveragePooling2D({ name }),
    [null, 8, 8],
    'AveragePooling2D "n": the input must have rank 4, [N, ...spatial, C] with two spatial axes, not rank 3. Received input=[null, 8, 8]',
  ),
  wrong(
    () => new l.AveragePooling3D({ name }),
    [null, 8, 8, 3],
    'AveragePooling3D "n": the input must have rank 5, [N, ...spatial, C] with three spatial axes, not rank 4. Received input=[null, 8, 8, 3]',
  ),
  wrong(
    () => new l.GlobalAveragePooling1D({ name }),
    [null, 8, 8, 3],
    'GlobalAveragePooling1D "n": the input must have rank 3, [N, ...spatial, C] with one spatial axis, not rank 4. Received input=[null, 8, 8, 3]',
  ),
  wrong(
    () => new l.GlobalAveragePooling2D({ name }),
    [null, 512],
    'GlobalAveragePooling2D "n": the input must have rank 4, [N, ...spatial, C] with two spatial axes, not rank 2. Received input=[null, 512]',
  ),
  wrong(
    () => new l.GlobalMaxPooling3D({ name }),
    [null, 8, 8, 3],
    'GlobalMaxPooling3D "n": the input must have rank 5, [N, ...spatial, C] with three spatial axes, not rank 4. Received input=[null, 8, 8, 3]',
  ),
  wrong(
    () => new l.AdaptiveMaxPooling2D({ name, outputSize: 6 }),
    [null, 256],
    'AdaptiveMaxPooling2D "n": the input must have rank 4, [N, ...spatial, C] with two spatial axes, not rank 2. Received input=[null, 256]',
  ),
  wrong(
    () => new l.AdaptiveAveragePooling1D({ name, outputSize: 6 }),
    [null, 5, null],
    'AdaptiveAveragePooling1D "n": the number of channels must be known. Received input=[null, 5, null]',
  ),
];
