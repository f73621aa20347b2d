import { argumentError } from '../../errors.js';
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
} from '../../ops/adaptive-pool.js';
import type { AdaptivePoolSpec } from '../../shape/explain/pool.js';
import type { AdaptivePoolShape } from '../../shape/pool.js';
import type { DataFormat, PerAxis } from '../../shape/spatial.js';
import type { Exact, Option } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import { Layer, type LayerConfig, type LayerOptions, type ShapeOrList, type TensorOrList } from '../layer.js';
import { dataFormatOf, sizesOf } from '../options.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';

export interface AdaptivePoolingOptions extends LayerOptions {
  /** The sizes of the output: one for all spatial axes, or one per axis, at least 1. */
  readonly outputSize: PerAxis;
  /** Where the channels are. Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** Adaptive pooling of any spatial rank: window i of an axis is [floor(i * in / out), ceil((i + 1) * in / out)). */
export abstract class AdaptivePooling<
  const O extends AdaptivePoolingOptions = AdaptivePoolingOptions,
> extends Layer<O> {
  readonly outputSize: readonly number[];
  readonly dataFormat: DataFormat;
  readonly #pool: typeof adaptiveAvgPool2d;

  constructor(options: O, spatialRank: number, pool: typeof adaptiveAvgPool2d) {
    super(options, ['outputSize', 'dataFormat']);
    const { label } = this;
    if (options.outputSize === undefined) {
      throw argumentError(
        label,
        'outputSize is required',
        undefined,
        'Give one size, or one per spatial axis',
      );
    }
    this.outputSize = sizesOf(label, 'outputSize', options.outputSize, spatialRank);
    this.dataFormat = dataFormatOf(label, options.dataFormat);
    this.#pool = pool;
  }

  override call(inputs: TensorOrList): Tensor {
    const { dataFormat, label } = this;
    return this.#pool(this.oneInput(inputs), this.outputSize, { dataFormat, label });
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const { outputSize, dataFormat } = this;
    const op = this.#pool.name as AdaptivePoolSpec['op'];
    return { op, inputShape: this.oneShape(inputShape), outputSize, dataFormat };
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), outputSize: [...this.outputSize], dataFormat: this.dataFormat };
  }
}

/** The shape rule of adaptive pooling over `Rank` axes with options `O`. */
export interface AdaptivePoolingRule<O, Rank extends number, Class extends string> extends ShapeRule {
  readonly options: Reads<O, 'outputSize' | 'dataFormat'>;
  readonly output: AdaptivePoolShape<
    this['input'],
    Option<O, 'outputSize', number>,
    O,
    Rank,
    Label<Class, O>
  >;
}

/**
 * The means of windows that cover a sequence, [N, steps, C], giving [N, size, C] whatever the size of the input.
 *
 * @param options `outputSize`; default `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for a size below 1, ERR_SHAPE for an input of another rank
 *
 * @example
 * new AdaptiveAveragePooling1D({ outputSize: 2 }).computeOutputShape([null, 7, 3]); // [null, 2, 3]
 */
export class AdaptiveAveragePooling1D<
  const O extends Exact<O, AdaptivePoolingOptions> = AdaptivePoolingOptions,
> extends AdaptivePooling<O> {
  static override className = 'AdaptiveAveragePooling1D';
  declare readonly [shapeRule]: AdaptivePoolingRule<O, 1, 'AdaptiveAveragePooling1D'>;

  constructor(options: O) {
    super(options, 1, adaptiveAvgPool1d);
  }
}

/**
 * The means of windows that cover an image, [N, H, W, C], giving [N, h, w, C] whatever the size of the input.
 *
 * @param options `outputSize`; default `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for a size below 1, ERR_SHAPE for an input of another rank
 *
 * @example
 * new AdaptiveAveragePooling2D({ outputSize: 6 }).computeOutputShape([null, 13, 13, 256]); // [null, 6, 6, 256]
 */
export class AdaptiveAveragePooling2D<
  const O extends Exact<O, AdaptivePoolingOptions> = AdaptivePoolingOptions,
> extends AdaptivePooling<O> {
  static override className = 'AdaptiveAveragePooling2D';
  declare readonly [shapeRule]: AdaptivePoolingRule<O, 2, 'AdaptiveAveragePooling2D'>;

  constructor(options: O) {
    super(options, 2, adaptiveAvgPool2d);
  }
}

/**
 * The means of windows that cover a volume, [N, D, H, W, C], giving [N, d, h, w, C] whatever the size of the input.
 *
 * @param options `outputSize`; default `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for a size below 1, ERR_SHAPE for an input of another rank
 *
 * @example
 * new AdaptiveAveragePooling3D({ outputSize: 4 }).computeOutputShape([null, 9, 9, 9, 2]); // [null, 4, 4, 4, 2]
 */
export class AdaptiveAveragePooling3D<
  const O extends Exact<O, AdaptivePoolingOptions> = AdaptivePoolingOptions,
> extends AdaptivePooling<O> {
  static override className = 'AdaptiveAveragePooling3D';
  declare readonly [shapeRule]: AdaptivePoolingRule<O, 3, 'AdaptiveAveragePooling3D'>;

  constructor(options: O) {
    super(options, 3, adaptiveAvgPool3d);
  }
}

/**
 * The maxima of windows that cover a sequence, [N, steps, C], giving [N, size, C] whatever the size of the input.
 *
 * @param options `outputSize`; default `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for a size below 1, ERR_SHAPE for an input of another rank
 *
 * @example
 * new AdaptiveMaxPooling1D({ outputSize: 2 }).computeOutputShape([null, 7, 3]); // [null, 2, 3]
 */
export class AdaptiveMaxPooling1D<
  const O extends Exact<O, AdaptivePoolingOptions> = AdaptivePoolingOptions,
> extends AdaptivePooling<O> {
  static override className = 'AdaptiveMaxPooling1D';
  declare readonly [shapeRule]: AdaptivePoolingRule<O, 1, 'AdaptiveMaxPooling1D'>;

  constructor(options: O) {
    super(options, 1, adaptiveMaxPool1d);
  }
}

/**
 * The maxima of windows that cover an image, [N, H, W, C], giving [N, h, w, C] whatever the size of the input.
 *
 * @param options `outputSize`; default `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for a size below 1, ERR_SHAPE for an input of another rank
 *
 * @example
 * new AdaptiveMaxPooling2D({ outputSize: 6 }).computeOutputShape([null, 13, 13, 256]); // [null, 6, 6, 256]
 */
export class AdaptiveMaxPooling2D<
  const O extends Exact<O, AdaptivePoolingOptions> = AdaptivePoolingOptions,
> extends AdaptivePooling<O> {
  static override className = 'AdaptiveMaxPooling2D';
  declare readonly [shapeRule]: AdaptivePoolingRule<O, 2, 'AdaptiveMaxPooling2D'>;

  constructor(options: O) {
    super(options, 2, adaptiveMaxPool2d);
  }
}

/**
 * The maxima of windows that cover a volume, [N, D, H, W, C], giving [N, d, h, w, C] whatever the size of the input.
 *
 * @param options `outputSize`; default `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for a size below 1, ERR_SHAPE for an input of another rank
 *
 * @example
 * new AdaptiveMaxPooling3D({ outputSize: 4 }).computeOutputShape([null, 9, 9, 9, 2]); // [null, 4, 4, 4, 2]
 */
export class AdaptiveMaxPooling3D<
  const O extends Exact<O, AdaptivePoolingOptions> = AdaptivePoolingOptions,
> extends AdaptivePooling<O> {
  static override className = 'AdaptiveMaxPooling3D';
  declare readonly [shapeRule]: AdaptivePoolingRule<O, 3, 'AdaptiveMaxPooling3D'>;

  constructor(options: O) {
    super(options, 3, adaptiveMaxPool3d);
  }
}

registerLayer(
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
);
