import {
  globalAvgPool1d,
  globalAvgPool2d,
  globalAvgPool3d,
  globalMaxPool1d,
  globalMaxPool2d,
  globalMaxPool3d,
} from '../../ops/pool.js';
import { type Arguments, type Given, optionsOf } from '../options.js';
import { registerLayer } from '../registry.js';
import type { shapeRule } from '../rule.js';
import { GlobalPooling, type GlobalPoolingOptions, type GlobalPoolingRule } from './base-pool.js';

/**
 * The mean over the steps of a sequence: [N, steps, C] to [N, C], or [N, 1, C] with `keepDims`.
 *
 * @param options default `dataFormat: 'channelsLast'`, `keepDims: false`
 * @throws ERR_SHAPE for an input of another rank
 *
 * @example
 * new GlobalAveragePooling1D().computeOutputShape([null, 10, 4]); // [null, 4]
 */
export class GlobalAveragePooling1D<
  const A extends Arguments<A, GlobalPoolingOptions> = Arguments<unknown, GlobalPoolingOptions>,
> extends GlobalPooling<Given<A, GlobalPoolingOptions>> {
  static override className = 'GlobalAveragePooling1D';
  declare readonly [shapeRule]: GlobalPoolingRule<
    Given<A, GlobalPoolingOptions>,
    1,
    'GlobalAveragePooling1D'
  >;

  constructor(...args: A) {
    super(optionsOf<A, GlobalPoolingOptions>(args), globalAvgPool1d);
  }
}

/**
 * The mean over height and width: [N, H, W, C] to [N, C], or [N, 1, 1, C] with `keepDims`.
 *
 * @param options default `dataFormat: 'channelsLast'`, `keepDims: false`
 * @throws ERR_SHAPE for an input of another rank
 *
 * @example
 * new GlobalAveragePooling2D().computeOutputShape([null, 7, 7, 512]); // [null, 512]
 */
export class GlobalAveragePooling2D<
  const A extends Arguments<A, GlobalPoolingOptions> = Arguments<unknown, GlobalPoolingOptions>,
> extends GlobalPooling<Given<A, GlobalPoolingOptions>> {
  static override className = 'GlobalAveragePooling2D';
  declare readonly [shapeRule]: GlobalPoolingRule<
    Given<A, GlobalPoolingOptions>,
    2,
    'GlobalAveragePooling2D'
  >;

  constructor(...args: A) {
    super(optionsOf<A, GlobalPoolingOptions>(args), globalAvgPool2d);
  }
}

/**
 * The mean over depth, height and width: [N, D, H, W, C] to [N, C], or [N, 1, 1, 1, C] with `keepDims`.
 *
 * @param options default `dataFormat: 'channelsLast'`, `keepDims: false`
 * @throws ERR_SHAPE for an input of another rank
 *
 * @example
 * new GlobalAveragePooling3D().computeOutputShape([null, 4, 4, 4, 8]); // [null, 8]
 */
export class GlobalAveragePooling3D<
  const A extends Arguments<A, GlobalPoolingOptions> = Arguments<unknown, GlobalPoolingOptions>,
> extends GlobalPooling<Given<A, GlobalPoolingOptions>> {
  static override className = 'GlobalAveragePooling3D';
  declare readonly [shapeRule]: GlobalPoolingRule<
    Given<A, GlobalPoolingOptions>,
    3,
    'GlobalAveragePooling3D'
  >;

  constructor(...args: A) {
    super(optionsOf<A, GlobalPoolingOptions>(args), globalAvgPool3d);
  }
}

/**
 * The maximum over the steps of a sequence: [N, steps, C] to [N, C], or [N, 1, C] with `keepDims`.
 *
 * @param options default `dataFormat: 'channelsLast'`, `keepDims: false`
 * @throws ERR_SHAPE for an input of another rank
 *
 * @example
 * new GlobalMaxPooling1D().computeOutputShape([null, 10, 4]); // [null, 4]
 */
export class GlobalMaxPooling1D<
  const A extends Arguments<A, GlobalPoolingOptions> = Arguments<unknown, GlobalPoolingOptions>,
> extends GlobalPooling<Given<A, GlobalPoolingOptions>> {
  static override className = 'GlobalMaxPooling1D';
  declare readonly [shapeRule]: GlobalPoolingRule<Given<A, GlobalPoolingOptions>, 1, 'GlobalMaxPooling1D'>;

  constructor(...args: A) {
    super(optionsOf<A, GlobalPoolingOptions>(args), globalMaxPool1d);
  }
}

/**
 * The maximum over height and width: [N, H, W, C] to [N, C], or [N, 1, 1, C] with `keepDims`.
 *
 * @param options default `dataFormat: 'channelsLast'`, `keepDims: false`
 * @throws ERR_SHAPE for an input of another rank
 *
 * @example
 * new GlobalMaxPooling2D().computeOutputShape([null, 7, 7, 512]); // [null, 512]
 */
export class GlobalMaxPooling2D<
  const A extends Arguments<A, GlobalPoolingOptions> = Arguments<unknown, GlobalPoolingOptions>,
> extends GlobalPooling<Given<A, GlobalPoolingOptions>> {
  static override className = 'GlobalMaxPooling2D';
  declare readonly [shapeRule]: GlobalPoolingRule<Given<A, GlobalPoolingOptions>, 2, 'GlobalMaxPooling2D'>;

  constructor(...args: A) {
    super(optionsOf<A, GlobalPoolingOptions>(args), globalMaxPool2d);
  }
}

/**
 * The maximum over depth, height and width: [N, D, H, W, C] to [N, C], or [N, 1, 1, 1, C] with `keepDims`.
 *
 * @param options default `dataFormat: 'channelsLast'`, `keepDims: false`
 * @throws ERR_SHAPE for an input of another rank
 *
 * @example
 * new GlobalMaxPooling3D().computeOutputShape([null, 4, 4, 4, 8]); // [null, 8]
 */
export class GlobalMaxPooling3D<
  const A extends Arguments<A, GlobalPoolingOptions> = Arguments<unknown, GlobalPoolingOptions>,
> extends GlobalPooling<Given<A, GlobalPoolingOptions>> {
  static override className = 'GlobalMaxPooling3D';
  declare readonly [shapeRule]: GlobalPoolingRule<Given<A, GlobalPoolingOptions>, 3, 'GlobalMaxPooling3D'>;

  constructor(...args: A) {
    super(optionsOf<A, GlobalPoolingOptions>(args), globalMaxPool3d);
  }
}

registerLayer(
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
);

/** Keras's short names. */
export {
  GlobalAveragePooling1D as GlobalAvgPool1D,
  GlobalAveragePooling2D as GlobalAvgPool2D,
  GlobalAveragePooling3D as GlobalAvgPool3D,
  GlobalMaxPooling1D as GlobalMaxPool1D,
  GlobalMaxPooling2D as GlobalMaxPool2D,
  GlobalMaxPooling3D as GlobalMaxPool3D,
};
