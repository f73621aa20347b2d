import {
  Activation,
  AlphaDropout,
  BatchNormalization,
  Dense,
  Dropout,
  EinsumDense,
  ELU,
  Embedding,
  GaussianDropout,
  GaussianNoise,
  GroupNormalization,
  Identity,
  Input,
  Lambda,
  LayerNormalization,
  LeakyReLU,
  mul,
  PReLU,
  ReLU,
  RMSNormalization,
  Softmax,
  SpatialDropout1D,
  SpatialDropout2D,
  SpatialDropout3D,
  ThresholdedReLU,
  UnitNormalization,
  zeros,
} from '../../../lib/index.js';
import { maybe, open, type Row, row, some } from '../row.js';

export const rows: readonly Row[] = [
  row(() => new Dense({ units: 10 }).computeOutputShape([null, 84]), [null, 10]),
  row(() => new Dense({ units: 10, activation: 'softmax' }).computeOutputShape([32, 84]), [32, 10]),
  row(() => new Dense({ units: 10 }).computeOutputShape([null, 7, 84]), [null, 7, 10]),
  row(() => new Dense({ units: 10 }).computeOutputShape([null, null, 84]), [null, null, 10]),
  row(() => new Dense({ units: some(10) }).computeOutputShape([null, 84]), [null, some(10)]),
  row(() => new Dense({ units: 10 }).computeOutputShape([some(3), some(84)]), [some(3), 10]),
  row(() => new Dense({ units: 10 }).computeOutputShape(open(null, 84)), open(null, 10)),
  row(() => new Dense({ units: 10 }).apply(Input({ shape: [84], batchSize: 8 })).shape, [8, 10]),
  row(() => new Dense({ units: 10 }).apply(zeros([2, 84])).shape, [2, 10]),

  row(
    () =>
      new EinsumDense({ equation: 'abc,cd->abd', outputShape: [null, 64] }).computeOutputShape([null, 8, 3]),
    [null, 8, 64],
  ),
  row(
    () => new EinsumDense({ equation: 'ab, bc -> ac', outputShape: 64 }).computeOutputShape([null, 8]),
    [null, 64],
  ),
  row(
    () =>
      new EinsumDense({ equation: 'abc,cde->abde', outputShape: [8, 2, 5] }).computeOutputShape([null, 8, 3]),
    [null, 8, 2, 5],
  ),
  row(
    () =>
      new EinsumDense({ equation: 'abc,cde->abde', outputShape: [null, 2, 5] }).computeOutputShape([
        null,
        null,
        3,
      ]),
    [null, null, 2, 5],
  ),
  row(
    () =>
      new EinsumDense({ equation: 'abcd,abde->abce', outputShape: [4, 7, 2] }).computeOutputShape([
        4, 4, 7, 5,
      ]),
    [4, 4, 7, 2],
  ),
  row(
    () => new EinsumDense({ equation: '...x,xy->...y', outputShape: 4 }).computeOutputShape([null, 8, 9, 3]),
    [null, 8, 9, 4],
  ),
  row(
    () =>
      new EinsumDense({ equation: 'ab...,bc->ac...', outputShape: 4 }).computeOutputShape([null, 8, 9, 3]),
    [null, 4, 9, 3],
  ),
  row(
    () =>
      new EinsumDense({ equation: 'abc,cd->abd', outputShape: [null, some(6)] }).computeOutputShape([
        null,
        8,
        3,
      ]),
    [null, 8, some(6)],
  ),
  row(
    () =>
      new EinsumDense({ equation: 'abc,cd->abd', outputShape: open(null, 6) }).computeOutputShape([
        null,
        8,
        3,
      ]),
    open(null, 8, 6),
  ),

  row(() => new Embedding({ inputDim: 1000, outputDim: 64 }).computeOutputShape([null, 10]), [null, 10, 64]),
  row(() => new Embedding({ inputDim: 10, outputDim: 6 }).computeOutputShape([null]), [null, 6]),
  row(
    () => new Embedding({ inputDim: 10, outputDim: some(6) }).computeOutputShape([2, null, 3]),
    [2, null, 3, some(6)],
  ),
  row(() => new Embedding({ inputDim: 10, outputDim: 6 }).apply(zeros([2, 3], 'int32')).shape, [2, 3, 6]),

  row(() => new Activation({ activation: 'relu' }).computeOutputShape([null, 8, 8, 3]), [null, 8, 8, 3]),
  row(() => new Activation({ activation: (x) => mul(x, 2) }).computeOutputShape([null, 3]), [null, 3]),
  row(() => new Dropout({ rate: 0.5 }).computeOutputShape([null, 8, maybe(3)]), [null, 8, maybe(3)]),
  row(() => new Dropout({ rate: 0.5 }).computeOutputShape([]), []),
  row(() => new AlphaDropout({ rate: 0.5 }).computeOutputShape([null, 84]), [null, 84]),
  row(() => new GaussianDropout({ rate: 0.5 }).computeOutputShape([null, 84]), [null, 84]),
  row(() => new GaussianNoise({ stddev: 0.5 }).computeOutputShape([null, 84]), [null, 84]),
  row(() => new SpatialDropout1D({ rate: 0.5 }).computeOutputShape([null, 8, 3]), [null, 8, 3]),
  row(() => new SpatialDropout2D({ rate: 0.5 }).computeOutputShape([null, 8, 8, 3]), [null, 8, 8, 3]),
  row(
    () =>
      new SpatialDropout2D({ rate: 0.5, dataFormat: 'channelsFirst' }).computeOutputShape([null, null, 8, 3]),
    [null, null, 8, 3],
  ),
  row(() => new SpatialDropout3D({ rate: 0.5 }).computeOutputShape([null, 8, 8, 8, 3]), [null, 8, 8, 8, 3]),
  row(() => new Identity().computeOutputShape([null, 84]), [null, 84]),
  row(() => new Identity().computeOutputShape(open(null, 84)), open(null, 84)),
  row(() => new Identity().apply([Input({ shape: [4] })]).shape, [null, 4]),

  row(
    () => new Lambda({ function: (x) => mul(x, 2), outputShape: [3] }).computeOutputShape([null, 3]),
    [maybe(null), 3],
  ),
  row(
    () => new Lambda({ function: (x) => mul(x, 2), outputShape: [null, 3] }).computeOutputShape([2, 4, 3]),
    [maybe(2), maybe(4), 3],
  ),
  row(() => new Lambda({ function: (x) => mul(x, 2) }).computeOutputShape([null, 3]), open(null, 3)),

  row(() => new ReLU().computeOutputShape([null, 8, 8, 3]), [null, 8, 8, 3]),
  row(() => new ReLU({ maxValue: 6 }).apply(zeros([3])).shape, [3]),
  row(() => new LeakyReLU().computeOutputShape([null, some(8)]), [null, some(8)]),
  row(() => new ThresholdedReLU().computeOutputShape([null, 8]), [null, 8]),
  row(() => new ELU({ alpha: 0.5 }).computeOutputShape([null, 8]), [null, 8]),
  row(() => new Softmax().computeOutputShape([null, 8]), [null, 8]),
  row(() => new Softmax({ axis: [1, 2] }).computeOutputShape([null, 8, null]), [null, 8, null]),
  row(() => new Softmax({ axis: some(1) }).computeOutputShape([null, 8]), [null, 8]),
  row(() => new PReLU().computeOutputShape([null, 8, 8, 3]), [null, 8, 8, 3]),
  row(
    () => new PReLU({ sharedAxes: [1, 2] }).computeOutputShape([null, null, null, 3]),
    [null, null, null, 3],
  ),
  row(() => new PReLU({ sharedAxes: -2 }).computeOutputShape([null, null, 3]), [null, null, 3]),
  row(() => new PReLU({ sharedAxes: [1, some(2)] }).computeOutputShape([null, 5, null]), [null, 5, null]),

  row(() => new BatchNormalization().computeOutputShape([null, 8, 8, 16]), [null, 8, 8, 16]),
  row(
    () => new BatchNormalization({ axis: 1 }).computeOutputShape([null, 16, null, null]),
    [null, 16, null, null],
  ),
  row(() => new BatchNormalization().computeOutputShape([null, some(16)]), [null, some(16)]),
  row(() => new LayerNormalization().computeOutputShape([null, null, 16]), [null, null, 16]),
  row(() => new LayerNormalization({ axis: [1, 2, 3] }).computeOutputShape([null, 8, 8, 3]), [null, 8, 8, 3]),
  row(() => new GroupNormalization({ groups: 4 }).computeOutputShape([null, 8, 8, 16]), [null, 8, 8, 16]),
  row(() => new GroupNormalization().computeOutputShape([null, 8, 8, 64]), [null, 8, 8, 64]),
  row(
    () => new GroupNormalization({ groups: -1, axis: 1 }).computeOutputShape([null, 7, 8, 8]),
    [null, 7, 8, 8],
  ),
  row(() => new RMSNormalization().computeOutputShape([null, 10, 64]), [null, 10, 64]),
  row(() => new UnitNormalization({ axis: 1 }).computeOutputShape([null, 10, null]), [null, 10, null]),
];
