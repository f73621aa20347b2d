import {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  AvgPool2D,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  Input,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  type PoolingOptions,
  zeros,
} from '../../../lib/index.js';
import { maybe, open, type Row, row, some } from '../row.js';

/** No subclass and no variable of the bare class knows the options: it must not say that they are the defaults. */
class Thirds extends MaxPooling2D {
  constructor() {
    super({ poolSize: 3 });
  }
}
const bare: MaxPooling2D = new MaxPooling2D({ poolSize: 3 });
const wide: PoolingOptions = { poolSize: 3 };
const either: { poolSize: 3 } | { padding: 'same' } =
  Math.random() < 2 ? { poolSize: 3 } : { padding: 'same' };

export const rows: readonly Row[] = [
  row(() => new MaxPooling1D().computeOutputShape([null, 10, 4]), [null, 5, 4]),
  row(() => new MaxPooling1D({ poolSize: 3, strides: 1 }).computeOutputShape([null, 10, 4]), [null, 8, 4]),
  row(() => new MaxPooling2D().computeOutputShape([null, 28, 28, 6]), [null, 14, 14, 6]),
  row(() => new MaxPooling2D({}).computeOutputShape([null, 29, 29, 6]), [null, 14, 14, 6]),
  row(() => new MaxPooling2D({ name: 'pool' }).computeOutputShape([null, 29, 29, 6]), [null, 14, 14, 6]),
  row(
    () => new MaxPooling2D({ poolSize: 3, strides: 2, padding: 'same' }).computeOutputShape([null, 7, 8, 6]),
    [null, 4, 4, 6],
  ),
  row(() => new MaxPooling2D({ poolSize: [3, 2] }).computeOutputShape([null, 9, 9, 6]), [null, 3, 4, 6]),
  row(
    () => new MaxPooling2D({ poolSize: 3, strides: null }).computeOutputShape([null, 9, 9, 6]),
    [null, 3, 3, 6],
  ),
  row(
    () => new MaxPooling2D({ poolSize: 3, strides: 2, padding: 1 }).computeOutputShape([null, 112, 112, 64]),
    [null, 56, 56, 64],
  ),
  row(
    () => new MaxPooling2D({ dataFormat: 'channelsFirst' }).computeOutputShape([null, 6, 28, 28]),
    [null, 6, 14, 14],
  ),
  row(() => new MaxPooling2D().computeOutputShape([null, null, 28, 6]), [null, null, 14, 6]),
  row(() => new MaxPooling2D().computeOutputShape([some(4), some(9), 28, 6]), [some(4), some(4), 14, 6]),
  row(
    () => new MaxPooling2D({ poolSize: some(3) }).computeOutputShape([null, 9, 9, 6]),
    [null, some(3), some(3), 6],
  ),
  row(() => new MaxPooling2D(wide).computeOutputShape([null, 9, 9, 6]), open(null, 3, 3, 6)),
  row(() => new MaxPooling2D(either).computeOutputShape([null, 9, 9, 6]), [null, some(3), some(3), 6]),
  row(() => bare.computeOutputShape([null, 9, 9, 6]), open(null, 3, 3, 6)),
  row(() => new Thirds().computeOutputShape([null, 9, 9, 6]), open(null, 3, 3, 6)),
  row(() => new MaxPooling2D().apply(Input({ shape: [28, 28, 6] })).shape, [null, 14, 14, 6]),
  row(() => new MaxPooling2D().apply(zeros([2, 4, 4, 1])).shape, [2, 2, 2, 1]),
  row(() => new MaxPooling3D().computeOutputShape([null, 8, 8, 9, 2]), [null, 4, 4, 4, 2]),

  row(() => new AveragePooling1D({ poolSize: 5 }).computeOutputShape([null, 10, 4]), [null, 2, 4]),
  row(() => new AveragePooling2D().computeOutputShape([null, 28, 28, 6]), [null, 14, 14, 6]),
  row(() => new AvgPool2D({ poolSize: 7 }).computeOutputShape([null, 7, 7, 512]), [null, 1, 1, 512]),
  row(
    () =>
      new AveragePooling2D({ poolSize: 2, strides: 1, padding: 'same' }).computeOutputShape([null, 7, 7, 5]),
    [null, 7, 7, 5],
  ),
  row(
    () => new AveragePooling3D({ poolSize: [2, 2, 4] }).computeOutputShape([null, 8, 8, 8, 2]),
    [null, 4, 4, 2, 2],
  ),

  row(() => new GlobalAveragePooling1D().computeOutputShape([null, 10, 4]), [null, 4]),
  row(() => new GlobalAveragePooling2D().computeOutputShape([null, 7, 7, 512]), [null, 512]),
  row(
    () => new GlobalAveragePooling2D({ keepDims: true }).computeOutputShape([null, 7, 7, 512]),
    [null, 1, 1, 512],
  ),
  row(
    () =>
      new GlobalAveragePooling2D({ keepDims: true, dataFormat: 'channelsFirst' }).computeOutputShape([
        3, 5, 7, 7,
      ]),
    [3, 5, 1, 1],
  ),
  row(() => new GlobalAveragePooling2D().computeOutputShape([null, null, null, 512]), [null, 512]),
  row(() => new GlobalAveragePooling3D().computeOutputShape([null, 4, 4, 4, 8]), [null, 8]),
  row(() => new GlobalMaxPooling1D({ keepDims: true }).computeOutputShape([null, 10, 4]), [null, 1, 4]),
  row(
    () => new GlobalMaxPooling1D({ dataFormat: 'channelsFirst' }).computeOutputShape([null, 10, 4]),
    [null, 10],
  ),
  row(() => new GlobalMaxPooling2D().computeOutputShape([maybe(null), 7, 7, 512]), [maybe(null), 512]),
  row(() => new GlobalMaxPooling3D().computeOutputShape([null, 4, 4, 4, some(8)]), [null, some(8)]),
  row(
    () => new GlobalMaxPooling2D({ keepDims: some(1) === 1 }).computeOutputShape([null, 7, 7, 512]),
    open(null, 1, 1, 512),
  ),

  row(() => new AdaptiveAveragePooling1D({ outputSize: 2 }).computeOutputShape([null, 7, 3]), [null, 2, 3]),
  row(
    () => new AdaptiveAveragePooling2D({ outputSize: [2, 5] }).computeOutputShape([null, 7, 7, 3]),
    [null, 2, 5, 3],
  ),
  row(
    () => new AdaptiveAveragePooling3D({ outputSize: 1 }).computeOutputShape([null, 7, 7, 7, 3]),
    [null, 1, 1, 1, 3],
  ),
  row(() => new AdaptiveMaxPooling1D({ outputSize: 9 }).computeOutputShape([null, 3, 3]), [null, 9, 3]),
  row(
    () => new AdaptiveMaxPooling2D({ outputSize: 6 }).computeOutputShape([null, 13, 13, 256]),
    [null, 6, 6, 256],
  ),
  row(
    () =>
      new AdaptiveMaxPooling2D({ outputSize: 6, dataFormat: 'channelsFirst' }).computeOutputShape([
        null,
        256,
        13,
        null,
      ]),
    [null, 256, 6, 6],
  ),
  row(
    () => new AdaptiveMaxPooling3D({ outputSize: some(4) }).computeOutputShape([null, 9, 9, 9, 2]),
    [null, some(4), some(4), some(4), 2],
  ),
];
