import { pad } from '../../ops/pad.js';
import type { ZeroPaddingShape } from '../../shape/pad.js';
import { checkSpatialRank, type DataFormat } from '../../shape/spatial.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import { Layer, type LayerConfig, type LayerOptions, type ShapeOrList, type TensorOrList } from '../layer.js';
import {
  type Arguments,
  dataFormatOf,
  type Given,
  optionsOf,
  type Pair,
  pairsOf,
  type SpatialPairs,
  spatialAxes,
} from '../options.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';

export interface ZeroPaddingOptions extends LayerOptions {
  /** Zeros: one number for all sides, one per spatial axis, or a pair [begin, end] per axis. Default 1. */
  readonly padding?: SpatialPairs;
  /** Where the channels are. Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** Zeros around the spatial axes, of any spatial rank. A convolution after it takes them in. */
export abstract class ZeroPadding<const O extends ZeroPaddingOptions = ZeroPaddingOptions> extends Layer<O> {
  readonly padding: readonly Pair[];
  readonly dataFormat: DataFormat;

  constructor(options: O, spatialRank: number) {
    super(options, ['padding', 'dataFormat']);
    this.padding = pairsOf(this.label, 'padding', options.padding ?? 1, spatialRank);
    this.dataFormat = dataFormatOf(this.label, options.dataFormat);
  }

  override call(inputs: TensorOrList): Tensor {
    const x = this.oneInput(inputs);
    const rank = this.padding.length + 2;
    checkSpatialRank(this.label, x.shape, this.padding.length, this.dataFormat);
    const widths = x.shape.map((): Pair => [0, 0]);
    spatialAxes(this.dataFormat, rank).forEach((axis, i) => {
      widths[axis] = this.padding[i] as Pair;
    });
    return pad(x, widths, { label: this.label });
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const { padding: widths, dataFormat } = this;
    return { op: 'zeroPadding', inputShape: this.oneShape(inputShape), widths, dataFormat };
  }

  override getConfig(): LayerConfig {
    const [only] = this.padding;
    const padding = this.padding.length === 1 ? [...(only as Pair)] : this.padding.map((pair) => [...pair]);
    return { ...super.getConfig(), padding, dataFormat: this.dataFormat };
  }
}

/** The shape rule of a zero padding of `Rank` axes with options `O`. */
export interface ZeroPaddingRule<O, Rank extends number, Class extends string> extends ShapeRule {
  readonly options: Reads<O, 'padding' | 'dataFormat'>;
  readonly output: ZeroPaddingShape<this['input'], O, Rank, Label<Class, O>>;
}

/**
 * Zeros before and after the steps: [N, steps, C] to [N, steps + begin + end, C].
 *
 * @param options default `padding: 1`; a pair [begin, end]; `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for a padding of another form, ERR_SHAPE for an input of another rank
 *
 * @example
 * new ZeroPadding1D({ padding: [2, 0] }).computeOutputShape([null, 10, 4]); // [null, 12, 4]
 */
export class ZeroPadding1D<
  const A extends Arguments<A, ZeroPaddingOptions> = Arguments<unknown, ZeroPaddingOptions>,
> extends ZeroPadding<Given<A, ZeroPaddingOptions>> {
  static override className = 'ZeroPadding1D';
  declare readonly [shapeRule]: ZeroPaddingRule<Given<A, ZeroPaddingOptions>, 1, 'ZeroPadding1D'>;

  constructor(...args: A) {
    super(optionsOf<A, ZeroPaddingOptions>(args), 1);
  }
}

/**
 * Zeros around images: [N, H, W, C] to [N, top + H + bottom, left + W + right, C].
 *
 * @param options default `padding: 1`; or [rows, columns], or [[top, bottom], [left, right]]; `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for a padding of another form, ERR_SHAPE for an input of another rank
 *
 * @example
 * new ZeroPadding2D({ padding: [[3, 3], [2, 4]] }).computeOutputShape([null, 224, 224, 3]); // [null, 230, 230, 3]
 */
export class ZeroPadding2D<
  const A extends Arguments<A, ZeroPaddingOptions> = Arguments<unknown, ZeroPaddingOptions>,
> extends ZeroPadding<Given<A, ZeroPaddingOptions>> {
  static override className = 'ZeroPadding2D';
  declare readonly [shapeRule]: ZeroPaddingRule<Given<A, ZeroPaddingOptions>, 2, 'ZeroPadding2D'>;

  constructor(...args: A) {
    super(optionsOf<A, ZeroPaddingOptions>(args), 2);
  }
}

/**
 * Zeros around volumes, [N, D, H, W, C].
 *
 * @param options default `padding: 1`; or one number per axis, or three pairs; `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for a padding of another form, ERR_SHAPE for an input of another rank
 *
 * @example
 * new ZeroPadding3D({ padding: [1, 2, 3] }).computeOutputShape([null, 4, 4, 4, 1]); // [null, 6, 8, 10, 1]
 */
export class ZeroPadding3D<
  const A extends Arguments<A, ZeroPaddingOptions> = Arguments<unknown, ZeroPaddingOptions>,
> extends ZeroPadding<Given<A, ZeroPaddingOptions>> {
  static override className = 'ZeroPadding3D';
  declare readonly [shapeRule]: ZeroPaddingRule<Given<A, ZeroPaddingOptions>, 3, 'ZeroPadding3D'>;

  constructor(...args: A) {
    super(optionsOf<A, ZeroPaddingOptions>(args), 3);
  }
}

registerLayer(ZeroPadding1D, ZeroPadding2D, ZeroPadding3D);
