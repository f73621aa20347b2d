import { registerLayer } from '../registry.js';
import { Pooling, type PoolingOptions } from './base-pool.js';

/**
 * Max pooling of sequences, [N, steps, C] to [N, steps', C]. The window ignores padding; NaN wins.
 *
 * @param options default `poolSize: 2`, `strides`: the window, `padding: 'valid'` (or `'same'`), `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for sizes below 1, ERR_SHAPE for an input that the window does not fit in
 *
 * @example
 * new MaxPooling1D({ poolSize: 2 }).computeOutputShape([null, 10, 4]); // [null, 5, 4]
 */
export class MaxPooling1D<const O extends PoolingOptions = PoolingOptions> extends Pooling<O> {
  static override className = 'MaxPooling1D';

  constructor(options: O = {} as O) {
    super(options, 'max', 1);
  }
}

/**
 * Max pooling of images, [N, H, W, C] to [N, oH, oW, C]. The window ignores padding; NaN wins.
 *
 * @param options default `poolSize: 2`, `strides`: the window, `padding: 'valid'` (or `'same'`), `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for sizes below 1, ERR_SHAPE for an input that the window does not fit in
 *
 * @example
 * new MaxPooling2D({ poolSize: 2 }).computeOutputShape([null, 28, 28, 6]); // [null, 14, 14, 6]
 */
export class MaxPooling2D<const O extends PoolingOptions = PoolingOptions> extends Pooling<O> {
  static override className = 'MaxPooling2D';

  constructor(options: O = {} as O) {
    super(options, 'max', 2);
  }
}

/**
 * Max pooling of volumes, [N, D, H, W, C] to [N, oD, oH, oW, C]. The window ignores padding; NaN wins.
 *
 * @param options default `poolSize: 2`, `strides`: the window, `padding: 'valid'` (or `'same'`), `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for sizes below 1, ERR_SHAPE for an input that the window does not fit in
 *
 * @example
 * new MaxPooling3D({ poolSize: 2 }).computeOutputShape([null, 8, 8, 8, 2]); // [null, 4, 4, 4, 2]
 */
export class MaxPooling3D<const O extends PoolingOptions = PoolingOptions> extends Pooling<O> {
  static override className = 'MaxPooling3D';

  constructor(options: O = {} as O) {
    super(options, 'max', 3);
  }
}

registerLayer(MaxPooling1D, MaxPooling2D, MaxPooling3D);

/** Keras's short names. */
export { MaxPooling1D as MaxPool1D, MaxPooling2D as MaxPool2D, MaxPooling3D as MaxPool3D };
