import { type Arguments, type Given, optionsOf } from '../options.js';
import { registerLayer } from '../registry.js';
import type { shapeRule } from '../rule.js';
import { Pooling, type PoolingOptions, type PoolingRule } from './base-pool.js';

/**
 * Average pooling of sequences, [N, steps, C] to [N, steps', C]. The mean is over the elements inside the input.
 *
 * @param options default `poolSize: 2`, `strides`: the window, `padding: 'valid'` (or `'same'`), `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for sizes below 1, ERR_SHAPE for an input that the window does not fit in
 *
 * @example
 * new AveragePooling1D({ poolSize: 2 }).computeOutputShape([null, 10, 4]); // [null, 5, 4]
 */
export class AveragePooling1D<
  const A extends Arguments<A, PoolingOptions> = Arguments<unknown, PoolingOptions>,
> extends Pooling<Given<A, PoolingOptions>> {
  static override className = 'AveragePooling1D';
  declare readonly [shapeRule]: PoolingRule<Given<A, PoolingOptions>, 1, 'AveragePooling1D'>;

  constructor(...args: A) {
    super(optionsOf<A, PoolingOptions>(args), 'average', 1);
  }
}

/**
 * Average pooling of images, [N, H, W, C] to [N, oH, oW, C]. The mean is over the elements inside the input.
 *
 * @param options default `poolSize: 2`, `strides`: the window, `padding: 'valid'` (or `'same'`), `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for sizes below 1, ERR_SHAPE for an input that the window does not fit in
 *
 * @example
 * new AveragePooling2D({ poolSize: 2 }).computeOutputShape([null, 28, 28, 6]); // [null, 14, 14, 6]
 */
export class AveragePooling2D<
  const A extends Arguments<A, PoolingOptions> = Arguments<unknown, PoolingOptions>,
> extends Pooling<Given<A, PoolingOptions>> {
  static override className = 'AveragePooling2D';
  declare readonly [shapeRule]: PoolingRule<Given<A, PoolingOptions>, 2, 'AveragePooling2D'>;

  constructor(...args: A) {
    super(optionsOf<A, PoolingOptions>(args), 'average', 2);
  }
}

/**
 * Average pooling of volumes, [N, D, H, W, C] to [N, oD, oH, oW, C]. The mean is over the elements inside the input.
 *
 * @param options default `poolSize: 2`, `strides`: the window, `padding: 'valid'` (or `'same'`), `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for sizes below 1, ERR_SHAPE for an input that the window does not fit in
 *
 * @example
 * new AveragePooling3D({ poolSize: 2 }).computeOutputShape([null, 8, 8, 8, 2]); // [null, 4, 4, 4, 2]
 */
export class AveragePooling3D<
  const A extends Arguments<A, PoolingOptions> = Arguments<unknown, PoolingOptions>,
> extends Pooling<Given<A, PoolingOptions>> {
  static override className = 'AveragePooling3D';
  declare readonly [shapeRule]: PoolingRule<Given<A, PoolingOptions>, 3, 'AveragePooling3D'>;

  constructor(...args: A) {
    super(optionsOf<A, PoolingOptions>(args), 'average', 3);
  }
}

registerLayer(AveragePooling1D, AveragePooling2D, AveragePooling3D);

/** Keras's short names. */
export { AveragePooling1D as AvgPool1D, AveragePooling2D as AvgPool2D, AveragePooling3D as AvgPool3D };
