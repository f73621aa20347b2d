import { type Arguments, type Given, optionsOf } from '../options.js';
import { registerLayer } from '../registry.js';
import type { shapeRule } from '../rule.js';
import { Pooling, type PoolingOptions, type PoolingRule } from './base-pool.js';

/**
 * Max pooling of sequences, [N, steps, C] to [N, steps', C]. The window ignores padding; NaN wins.
 *
 * @param options default `poolSize: 2`, `strides`: the window, `padding: 'valid'` (or `'same'`), `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for sizes below 1, ERR_SHAPE for an input that the window does not fit in
 *
 * @example
 * new MaxPooling1D({ poolSize: 2 }).computeOutputShape([null, 10, 4]); // [null, 5, 4]
 */
export class MaxPooling1D<
  const A extends Arguments<A, PoolingOptions> = Arguments<unknown, PoolingOptions>,
> extends Pooling<Given<A, PoolingOptions>> {
  static override className = 'MaxPooling1D';
  declare readonly [shapeRule]: PoolingRule<Given<A, PoolingOptions>, 1, 'MaxPooling1D'>;

  constructor(...args: A) {
    super(optionsOf<A, PoolingOptions>(args), 'max', 1);
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
export class MaxPooling2D<
  const A extends Arguments<A, PoolingOptions> = Arguments<unknown, PoolingOptions>,
> extends Pooling<Given<A, PoolingOptions>> {
  static override className = 'MaxPooling2D';
  declare readonly [shapeRule]: PoolingRule<Given<A, PoolingOptions>, 2, 'MaxPooling2D'>;

  constructor(...args: A) {
    super(optionsOf<A, PoolingOptions>(args), 'max', 2);
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
export class MaxPooling3D<
  const A extends Arguments<A, PoolingOptions> = Arguments<unknown, PoolingOptions>,
> extends Pooling<Given<A, PoolingOptions>> {
  static override className = 'MaxPooling3D';
  declare readonly [shapeRule]: PoolingRule<Given<A, PoolingOptions>, 3, 'MaxPooling3D'>;

  constructor(...args: A) {
    super(optionsOf<A, PoolingOptions>(args), 'max', 3);
  }
}

registerLayer(MaxPooling1D, MaxPooling2D, MaxPooling3D);

/** Keras's short names. */
export { MaxPooling1D as MaxPool1D, MaxPooling2D as MaxPool2D, MaxPooling3D as MaxPool3D };
