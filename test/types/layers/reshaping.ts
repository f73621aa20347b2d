import {
  Cropping1D,
  Cropping2D,
  Cropping3D,
  Flatten,
  Input,
  Permute,
  RepeatVector,
  Reshape,
  UpSampling1D,
  UpSampling2D,
  UpSampling3D,
  ZeroPadding1D,
  ZeroPadding2D,
  ZeroPadding3D,
  zeros,
} from '../../../lib/index.js';
import { maybe, open, type Row, row, some } from '../row.js';

const bare: ZeroPadding2D = new ZeroPadding2D({ padding: 3 });

export const rows: readonly Row[] = [
  row(() => new Flatten().computeOutputShape([null, 7, 7, 512]), [null, 25088]),
  row(() => new Flatten({ dataFormat: 'channelsFirst' }).computeOutputShape([null, 3, 4, 5]), [null, 60]),
  row(() => new Flatten().computeOutputShape([5]), [5, 1]),
  row(() => new Flatten().computeOutputShape([null, null, 7]), [null, null]),
  row(() => new Flatten().computeOutputShape([null, some(3), 7]), [null, some(21)]),
  row(() => new Flatten().computeOutputShape([some(2), 3, 7]), [some(2), 21]),
  row(() => new Flatten().computeOutputShape(open(2, 3, 7)), [maybe(2), maybe(21)]),
  row(() => new Flatten().apply(Input({ shape: [5, 5, 16] })).shape, [null, 400]),

  row(() => new Reshape({ targetShape: [28, 28, 1] }).computeOutputShape([null, 784]), [null, 28, 28, 1]),
  row(() => new Reshape({ targetShape: [-1, 7] }).computeOutputShape([null, 84]), [null, 12, 7]),
  row(() => new Reshape({ targetShape: [null, 7] }).computeOutputShape([null, 84]), [null, 12, 7]),
  row(() => new Reshape({ targetShape: [] }).computeOutputShape([null, 1]), [null]),
  row(() => new Reshape({ targetShape: [4, 0] }).computeOutputShape([2, 0, 9]), [2, 4, 0]),
  row(() => new Reshape({ targetShape: [-1, 3] }).computeOutputShape([null, null, 6]), [null, null, 3]),
  row(() => new Reshape({ targetShape: [-1, 3] }).computeOutputShape([null, some(4), 6]), [null, some(8), 3]),
  row(() => new Reshape({ targetShape: [some(4), 6] }).computeOutputShape([null, 24]), [null, some(4), 6]),
  row(
    () => new Reshape({ targetShape: open(4, 6) as number[] }).computeOutputShape([null, 24]),
    open(null, 4, 6),
  ),
  row(() => new Reshape({ targetShape: [6, 4] }).apply(zeros([2, 24])).shape, [2, 6, 4]),

  row(() => new Permute({ dims: [2, 1] }).computeOutputShape([null, 10, 64]), [null, 64, 10]),
  row(() => new Permute({ dims: [3, 1, 2] }).computeOutputShape([null, 4, null, 6]), [null, 6, 4, null]),
  row(() => new Permute({ dims: [1] }).computeOutputShape([some(2), 4]), [some(2), 4]),

  row(() => new RepeatVector({ n: 3 }).computeOutputShape([null, 32]), [null, 3, 32]),
  row(() => new RepeatVector({ n: some(3) }).computeOutputShape([null, null]), [null, some(3), null]),
  row(() => new RepeatVector({ n: 3 }).computeOutputShape(open(2, 5)), [maybe(2), 3, maybe(5)]),

  row(() => new ZeroPadding1D().computeOutputShape([null, 10, 4]), [null, 12, 4]),
  row(() => new ZeroPadding1D({ padding: [2, 0] }).computeOutputShape([null, 10, 4]), [null, 12, 4]),
  row(() => new ZeroPadding2D().computeOutputShape([null, 8, 9, 3]), [null, 10, 11, 3]),
  row(() => new ZeroPadding2D({ padding: [1, 2] }).computeOutputShape([null, 8, 9, 3]), [null, 10, 13, 3]),
  row(
    () =>
      new ZeroPadding2D({
        padding: [
          [3, 3],
          [2, 4],
        ],
      }).computeOutputShape([null, 224, 224, 3]),
    [null, 230, 230, 3],
  ),
  row(
    () =>
      new ZeroPadding2D({ padding: 3, dataFormat: 'channelsFirst' }).computeOutputShape([null, 3, 8, null]),
    [null, 3, 14, null],
  ),
  row(
    () => new ZeroPadding2D({ padding: some(2) }).computeOutputShape([null, 8, 9, 3]),
    [null, some(12), some(13), 3],
  ),
  row(() => bare.computeOutputShape([null, 8, 9, 3]), open(null, 14, 15, 3)),
  row(
    () => new ZeroPadding3D({ padding: [1, 2, 3] }).computeOutputShape([null, 4, 4, 4, 1]),
    [null, 6, 8, 10, 1],
  ),

  row(() => new Cropping1D().computeOutputShape([null, 10, 4]), [null, 8, 4]),
  row(() => new Cropping1D({ cropping: [1, 2] }).computeOutputShape([null, 10, 4]), [null, 7, 4]),
  row(() => new Cropping2D().computeOutputShape([null, 28, 28, 3]), [null, 28, 28, 3]),
  row(
    () =>
      new Cropping2D({
        cropping: [
          [2, 2],
          [4, 4],
        ],
      }).computeOutputShape([null, 28, 28, 3]),
    [null, 24, 20, 3],
  ),
  row(
    () =>
      new Cropping2D({ cropping: 1, dataFormat: 'channelsFirst' }).computeOutputShape([
        null,
        3,
        some(8),
        null,
      ]),
    [null, 3, some(6), null],
  ),
  row(() => new Cropping3D().computeOutputShape([null, 8, 8, 8, 2]), [null, 6, 6, 6, 2]),

  row(() => new UpSampling1D({ size: 3 }).computeOutputShape([null, 10, 4]), [null, 30, 4]),
  row(() => new UpSampling2D().computeOutputShape([null, 7, 8, 3]), [null, 14, 16, 3]),
  row(
    () => new UpSampling2D({ size: [2, 3], interpolation: 'bilinear' }).computeOutputShape([null, 8, 8, 3]),
    [null, 16, 24, 3],
  ),
  row(
    () => new UpSampling2D({ dataFormat: 'channelsFirst' }).computeOutputShape([null, 3, 8, null]),
    [null, 3, 16, null],
  ),
  row(
    () => new UpSampling2D({ size: some(2) }).computeOutputShape([null, 8, 8, 3]),
    [null, some(16), some(16), 3],
  ),
  row(() => new UpSampling3D({ size: 2 }).computeOutputShape([null, 4, 4, 4, 1]), [null, 8, 8, 8, 1]),
];
