import { boolean } from '../../check.js';
import {
  avgPool1d,
  avgPool2d,
  avgPool3d,
  type GlobalPoolOptions,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from '../../ops/pool.js';
import type { GlobalPoolSpec } from '../../shape/explain/pool.js';
import type { GlobalPoolShape, PoolLayerShape } from '../../shape/pool.js';
import type { DataFormat, Padding, PerAxis } from '../../shape/spatial.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import { Layer, type LayerConfig, type LayerOptions, type ShapeOrList, type TensorOrList } from '../layer.js';
import { dataFormatOf, paddingOf, sizesOf } from '../options.js';
import type { Label, Reads, ShapeRule } from '../rule.js';

export interface PoolingOptions extends LayerOptions {
  /** The window: one size for all spatial axes, or one per axis. Default 2. */
  readonly poolSize?: PerAxis;
  /** Steps of the window. Default: the window. */
  readonly strides?: PerAxis | null;
  /**
   * `valid` (default), `same`, a number for all sides, or one number or [begin, end] pair per axis, less than the window.
   * Padding never counts: maxima ignore it, means are over the elements inside.
   */
  readonly padding?: Exclude<Padding, 'sameLower' | 'causal'>;
  /** Where the channels are. Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

const OPS = {
  max: [maxPool1d, maxPool2d, maxPool3d],
  average: [avgPool1d, avgPool2d, avgPool3d],
} as const;

export type PoolMode = keyof typeof OPS;

/** Max and average pooling of any spatial rank. */
export abstract class Pooling<const O extends PoolingOptions = PoolingOptions> extends Layer<O> {
  readonly mode: PoolMode;
  readonly spatialRank: number;
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dataFormat: DataFormat;

  constructor(options: O, mode: PoolMode, spatialRank: number) {
    super(options, ['poolSize', 'strides', 'padding', 'dataFormat']);
    const { label } = this;
    this.mode = mode;
    this.spatialRank = spatialRank;
    this.poolSize = sizesOf(label, 'poolSize', options.poolSize ?? 2, spatialRank);
    this.strides = sizesOf(label, 'strides', options.strides ?? this.poolSize, spatialRank);
    this.padding = paddingOf(label, options.padding ?? 'valid', spatialRank, ['valid', 'same']);
    this.dataFormat = dataFormatOf(label, options.dataFormat);
  }

  override call(inputs: TensorOrList): Tensor {
    const { strides, padding, dataFormat, label } = this;
    const pool = OPS[this.mode][this.spatialRank - 1] as typeof maxPool2d;
    return pool(this.oneInput(inputs), this.poolSize, { strides, padding, dataFormat, label });
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const { mode, spatialRank, poolSize, strides, padding, dataFormat } = this;
    const op = `${mode === 'max' ? 'maxPool' : 'avgPool'}${spatialRank as 1 | 2 | 3}d` as const;
    return { op, inputShape: this.oneShape(inputShape), poolSize, strides, padding, dataFormat };
  }

  override getConfig(): LayerConfig {
    const { padding, dataFormat } = this;
    return {
      ...super.getConfig(),
      poolSize: [...this.poolSize],
      strides: [...this.strides],
      padding,
      dataFormat,
    };
  }
}

/** The shape rule of max and average pooling over `Rank` axes with options `O`. */
export interface PoolingRule<O, Rank extends number, Class extends string> extends ShapeRule {
  readonly options: Reads<O, 'poolSize' | 'strides' | 'padding' | 'dataFormat'>;
  readonly output: PoolLayerShape<this['input'], O, Rank, Label<Class, O>>;
}

export interface GlobalPoolingOptions extends LayerOptions {
  /** Where the channels are. Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
  /** Keep the spatial axes with size 1. Default false. */
  readonly keepDims?: boolean;
}

/** Global pooling of any spatial rank. */
export abstract class GlobalPooling<
  const O extends GlobalPoolingOptions = GlobalPoolingOptions,
> extends Layer<O> {
  readonly dataFormat: DataFormat;
  readonly keepDims: boolean;
  readonly #pool: (x: Tensor, options?: GlobalPoolOptions) => Tensor;

  constructor(options: O, pool: (x: Tensor, options?: GlobalPoolOptions) => Tensor) {
    super(options, ['dataFormat', 'keepDims']);
    this.dataFormat = dataFormatOf(this.label, options.dataFormat);
    this.keepDims = boolean(this.label, 'keepDims', options.keepDims ?? false);
    this.#pool = pool;
  }

  override call(inputs: TensorOrList): Tensor {
    const { dataFormat, keepDims, label } = this;
    return this.#pool(this.oneInput(inputs), { dataFormat, keepDims, label });
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const { dataFormat, keepDims } = this;
    const op = this.#pool.name as GlobalPoolSpec['op'];
    return { op, inputShape: this.oneShape(inputShape), dataFormat, keepDims };
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), dataFormat: this.dataFormat, keepDims: this.keepDims };
  }
}

/** The shape rule of global pooling over `Rank` axes with options `O`. */
export interface GlobalPoolingRule<O, Rank extends number, Class extends string> extends ShapeRule {
  readonly options: Reads<O, 'keepDims' | 'dataFormat'>;
  readonly output: GlobalPoolShape<this['input'], O, Rank, Label<Class, O>>;
}
