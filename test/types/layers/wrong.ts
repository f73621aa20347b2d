import * as l from '../../../lib/index.js';
import { typesOnly, type WrongRow, wrong } from '../row.js';
import { rows as windows } from './wrong-windows.js';

const name = 'n';

export const rows: readonly WrongRow[] = [
  ...windows,
  wrong(
    () => new l.Dense({ name, units: 10 }),
    [84],
    'Dense "n": the input must have at least rank 2, [N, ..., features]. Received input=[84]',
  ),
  wrong(
    () => new l.Dense({ name, units: 10 }),
    [],
    'Dense "n": the input must have at least rank 2, [N, ..., features]. Received input=[]',
  ),
  wrong(
    () => new l.Dense({ name, units: 10 }),
    [null, null],
    'Dense "n": the number of features must be known: the weights depend on it. Received input=[null, null]',
  ),
  typesOnly(
    () => new l.Dense({ name, units: 10 }),
    [null, 24, 24, 6],
    'Dense "n": the input [null, 24, 24, 6] is a map, not a vector. Use Flatten before it, or a convolution with kernelSize 1 for each position',
    [null, 24, 24, 10],
  ),
  typesOnly(
    () => new l.Dense({ name, units: 2 }),
    [1, 4, 4, 4, 3],
    'Dense "n": the input [1, 4, 4, 4, 3] is a map, not a vector. Use Flatten before it, or a convolution with kernelSize 1 for each position',
    [1, 4, 4, 4, 2],
  ),
  wrong(
    () => new l.EinsumDense({ name, equation: 'abc,cd->abd', outputShape: [null, 64] }),
    [null, 8],
    'EinsumDense "n": the equation names 3 axes of the input. Received input=[null, 8], equation="abc,cd->abd", outputShape=[null, 64]',
  ),
  wrong(
    () => new l.EinsumDense({ name, equation: 'abc,cd->abd', outputShape: [64] }),
    [null, 8, 3],
    'EinsumDense "n": outputShape must have one size for every letter of the output but the batch. Received input=[null, 8, 3], equation="abc,cd->abd", outputShape=[64]',
  ),
  wrong(
    () => new l.EinsumDense({ name, equation: 'abc,cd->abd', outputShape: [9, 64] }),
    [null, 8, 3],
    'EinsumDense "n": "b" is 8 in the input but 9 in outputShape. Received input=[null, 8, 3], equation="abc,cd->abd", outputShape=[9, 64]',
  ),
  wrong(
    () => new l.EinsumDense({ name, equation: 'abc,cd->abd', outputShape: [null, 64] }),
    [null, 8, null],
    'EinsumDense "n": the size of "c" must be known: the kernel depends on it. Received equation="abc,cd->abd", outputShape=[null, 64]',
  ),
  wrong(
    () => new l.SpatialDropout2D({ name, rate: 0.5 }),
    [null, 8, 3],
    'SpatialDropout2D "n": the input must have rank 4, [N, ...spatial, C] with two spatial axes, not rank 3. Received input=[null, 8, 3]',
  ),
  wrong(
    () => new l.SpatialDropout1D({ name, rate: 0.5, dataFormat: 'channelsFirst' }),
    [null, 8],
    'SpatialDropout1D "n": the input must have rank 3, [N, C, ...spatial] with one spatial axis, not rank 2. Received input=[null, 8]',
  ),
  wrong(
    () => new l.PReLU({ name }),
    [null, null, 8, 3],
    'PReLU "n": the size of axis 1 must be known: the weights depend on it. Received input=[null, null, 8, 3]',
  ),
  wrong(
    () => new l.PReLU({ name, sharedAxes: [1, 3] }),
    [null, 8, 3],
    'PReLU "n": sharedAxes is out of range for a tensor of rank 3. Received sharedAxes=3',
  ),
  wrong(
    () => new l.Softmax({ name, axis: 2 }),
    [null, 8],
    'Softmax "n": axis is out of range for a tensor of rank 2. Received axis=2',
  ),
  wrong(
    () => new l.Softmax({ name, axis: [1, -1] }),
    [null, 8],
    'Softmax "n": axis must not name an axis twice. Received axis=[1, -1]',
  ),
  wrong(
    () => new l.BatchNormalization({ name }),
    [null, 8, null],
    'BatchNormalization "n": the number of channels must be known: the weights depend on it. Received input=[null, 8, null]',
  ),
  wrong(
    () => new l.BatchNormalization({ name, axis: 4 }),
    [null, 8, 8, 3],
    'BatchNormalization "n": axis is out of range for a tensor of rank 4. Received axis=4',
  ),
  wrong(
    () => new l.LayerNormalization({ name, axis: [1, 2] }),
    [null, 8, null, 3],
    'LayerNormalization "n": the size of axis 2 must be known: the weights depend on it. Received input=[null, 8, null, 3]',
  ),
  wrong(
    () => new l.LayerNormalization({ name, axis: [1, 1] }),
    [null, 8, 3],
    'LayerNormalization "n": axis must not name an axis twice. Received axis=[1, 1]',
  ),
  wrong(
    () => new l.GroupNormalization({ name }),
    [null, 8, 8, 16],
    'GroupNormalization "n": 16 channels do not divide into 32 groups. Received input=[null, 8, 8, 16], groups=32',
  ),
  wrong(
    () => new l.GroupNormalization({ name, groups: 3, axis: 1 }),
    [null, 8, 8, 6],
    'GroupNormalization "n": 8 channels do not divide into 3 groups. Received input=[null, 8, 8, 6], groups=3',
  ),
  wrong(
    () => new l.RMSNormalization({ name, axis: -3 }),
    [null, 8],
    'RMSNormalization "n": axis is out of range for a tensor of rank 2. Received axis=-3',
  ),
  wrong(
    () => new l.UnitNormalization({ name, axis: 2 }),
    [null, 8],
    'UnitNormalization "n": axis is out of range for a tensor of rank 2. Received axis=2',
  ),

  wrong(
    () => new l.Flatten({ name }),
    [],
    'Flatten "n": the input must have a batch axis. Received input=[]',
  ),
  wrong(
    () => new l.Reshape({ name, targetShape: [5, 5] }),
    [null, 24],
    'Reshape "n": 24 elements cannot fill a shape of 25. Received input=[24], shape=[5, 5]',
  ),
  wrong(
    () => new l.Reshape({ name, targetShape: [-1, 8] }),
    [2, 3, 10],
    'Reshape "n": cannot infer -1: 30 elements do not divide by 8. Received input=[3, 10], shape=[-1, 8]',
  ),
  wrong(
    () => new l.Reshape({ name, targetShape: [-1, -1] }),
    [null, 24],
    'Reshape "n": only one size can be -1. Received input=[24], shape=[-1, -1]',
  ),
  wrong(
    () => new l.Reshape({ name, targetShape: [-1, 0] }),
    [null, 24],
    'Reshape "n": cannot infer -1: the other sizes hold no elements. Received input=[24], shape=[-1, 0]',
  ),
  wrong(
    () => new l.Reshape({ name, targetShape: [7] }),
    [null, null, 2],
    'Reshape "n": a multiple of 2 elements cannot fill a shape of 7. Received input=[null, 2], shape=[7]',
  ),
  wrong(
    () => new l.Reshape({ name, targetShape: [4] }),
    [],
    'Reshape "n": the input must have a batch axis. Received input=[]',
  ),
  wrong(
    () => new l.Permute({ name, dims: [2, 1] }),
    [null, 3],
    'Permute "n": the input must have rank 3: the batch and an axis per entry of dims. Received input=[null, 3], dims=[2, 1]',
  ),
  wrong(
    () => new l.RepeatVector({ name, n: 2 }),
    [null, 3, 4],
    'RepeatVector "n": the input must have rank 2, [N, features]. Received input=[null, 3, 4]',
  ),
  wrong(
    () => new l.ZeroPadding2D({ name }),
    [null, 9, 9],
    'ZeroPadding2D "n": the input must have rank 4, [N, ...spatial, C] with two spatial axes, not rank 3. Received input=[null, 9, 9]',
  ),
  wrong(
    () => new l.ZeroPadding1D({ name, dataFormat: 'channelsFirst' }),
    [null, 9],
    'ZeroPadding1D "n": the input must have rank 3, [N, C, ...spatial] with one spatial axis, not rank 2. Received input=[null, 9]',
  ),
  wrong(
    () =>
      new l.Cropping2D({
        name,
        cropping: [
          [3, 2],
          [1, 1],
        ],
      }),
    [null, 5, 5, 3],
    'Cropping2D "n": the cropping takes all 5 elements of axis 1. Received input=[null, 5, 5, 3], cropping=[[3, 2], [1, 1]]',
  ),
  wrong(
    () => new l.Cropping1D({ name, cropping: 4 }),
    [null, 8, 3],
    'Cropping1D "n": the cropping takes all 8 elements of axis 1. Received input=[null, 8, 3], cropping=[[4, 4]]',
  ),
  wrong(
    () => new l.Cropping3D({ name }),
    [null, 8, 3],
    'Cropping3D "n": the input must have rank 5, [N, ...spatial, C] with three spatial axes, not rank 3. Received input=[null, 8, 3]',
  ),
  wrong(
    () => new l.UpSampling2D({ name }),
    [null, 9, 9],
    'UpSampling2D "n": the input must have rank 4, [N, ...spatial, C] with two spatial axes, not rank 3. Received input=[null, 9, 9]',
  ),
  wrong(
    () => new l.UpSampling3D({ name }),
    [null, 9, 9, 1],
    'UpSampling3D "n": the input must have rank 5, [N, ...spatial, C] with three spatial axes, not rank 4. Received input=[null, 9, 9, 1]',
  ),

  wrong(
    () => new l.Add({ name }),
    [null, 8],
    'Add "n": it takes a list of at least 2 inputs. Received inputs=1',
  ),
  wrong(
    () => new l.Add({ name }),
    [
      [null, 8, 3],
      [null, 8, 4],
    ],
    'Add "n": the shapes do not broadcast: 3 meets 4 at axis -1. Received inputs=[[null, 8, 3], [null, 8, 4]]',
  ),
  wrong(
    () => new l.Add({ name }),
    [
      [null, 8, 4],
      [null, 3],
    ],
    'Add "n": the shapes do not broadcast: 4 meets 3 at axis -1. Received inputs=[[null, 8, 4], [null, 3]]',
  ),
  wrong(
    () => new l.Add({ name }),
    [
      [2, 8],
      [null, 8],
      [3, 8],
    ],
    'Add "n": the batch sizes of the inputs differ. Received inputs=[[2, 8], [null, 8], [3, 8]]',
  ),
  wrong(
    () => new l.Subtract({ name }),
    [
      [null, 8],
      [null, 8],
      [null, 8],
    ],
    'Subtract "n": it takes exactly two inputs. Received inputs=3',
  ),
  wrong(
    () => new l.Multiply({ name }),
    [[null, 8]],
    'Multiply "n": it takes a list of at least 2 inputs. Received inputs=1',
  ),
  wrong(
    () => new l.Maximum({ name }),
    [
      [null, 8, 2],
      [null, 7, 2],
    ],
    'Maximum "n": the shapes do not broadcast: 8 meets 7 at axis -2. Received inputs=[[null, 8, 2], [null, 7, 2]]',
  ),
  wrong(
    () => new l.Concatenate({ name }),
    [
      [null, 8, 8, 16],
      [null, 7, 8, 16],
    ],
    'Concatenate "n": only axis 3 may differ: axis 1 has size 7 in tensor 1 and 8 before it. Received shapes=[[null, 8, 8, 16], [null, 7, 8, 16]], axis=3',
  ),
  wrong(
    () => new l.Concatenate({ name }),
    [
      [null, 8, 16],
      [null, 8],
    ],
    'Concatenate "n": all tensors must have one rank: tensor 1 has 2 axes, tensor 0 has 3. Received shapes=[[null, 8, 16], [null, 8]]',
  ),
  wrong(
    () => new l.Concatenate({ name, axis: 3 }),
    [
      [null, 8, 16],
      [null, 8, 2],
    ],
    'Concatenate "n": axis is out of range for a tensor of rank 3. Received axis=3',
  ),
  wrong(
    () => new l.Concatenate({ name }),
    [
      [2, 8],
      [3, 8],
    ],
    'Concatenate "n": the batch sizes of the inputs differ. Received inputs=[[2, 8], [3, 8]]',
  ),
  wrong(
    () => new l.Concatenate({ name }),
    [null, 8],
    'Concatenate "n": it takes a list of at least 2 inputs. Received inputs=1',
  ),
  wrong(
    () => new l.Dot({ name, axes: 1 }),
    [
      [null, 8],
      [null, 7],
    ],
    'Dot "n": the contracted sizes differ: 8 along axis 1 of x, 7 along axis 1 of y. Received x=[null, 8], y=[null, 7], axes=1',
  ),
  wrong(
    () => new l.Dot({ name, axes: 0 }),
    [
      [null, 8],
      [null, 8],
    ],
    'Dot "n": the batch axis of x cannot be contracted. Received x=[null, 8], y=[null, 8], axes=0',
  ),
  wrong(
    () => new l.Dot({ name, axes: [2, 1] }),
    [
      [null, 8],
      [null, 8],
    ],
    'Dot "n": axis 2 is out of range for x of rank 2. Received x=[null, 8], y=[null, 8], axes=[2, 1]',
  ),
  wrong(
    () => new l.Dot({ name, axes: 1 }),
    [[null, 8]],
    'Dot "n": it takes exactly two inputs. Received inputs=1',
  ),
  wrong(
    () => new l.Dot({ name, axes: 1 }),
    [
      [2, 8],
      [3, 8],
    ],
    'Dot "n": the batch sizes differ: 2 and 3. Received x=[2, 8], y=[3, 8], axes=1',
  ),
  wrong(
    () => new l.Dot({ name, axes: 1 }),
    [[2], [3, 8]],
    'Dot "n": both operands need a batch axis and at least one more. Received x=[2], y=[3, 8]',
  ),
];
