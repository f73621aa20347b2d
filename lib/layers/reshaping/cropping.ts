import { shapeError } from '../../errors.js';
import { slice } from '../../ops/slice.js';
import type { CroppingShape } from '../../shape/pad.js';
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

export interface CroppingOptions extends LayerOptions {
  /** What to cut: one number for all sides, one per spatial axis, or a pair [begin, end] per axis. */
  readonly cropping?: SpatialPairs;
  /** Where the channels are. Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** Cuts the edges of the spatial axes, of any spatial rank. */
export abstract class Cropping<const O extends CroppingOptions = CroppingOptions> extends Layer<O> {
  readonly cropping: readonly Pair[];
  readonly dataFormat: DataFormat;

  constructor(options: O, spatialRank: number, standard: SpatialPairs) {
    super(options, ['cropping', 'dataFormat']);
    this.cropping = pairsOf(this.label, 'cropping', options.cropping ?? standard, spatialRank);
    this.dataFormat = dataFormatOf(this.label, options.dataFormat);
  }

  override call(inputs: TensorOrList): Tensor {
    const x = this.oneInput(inputs);
    const rank = this.cropping.length + 2;
    checkSpatialRank(this.label, x.shape, this.cropping.length, this.dataFormat);
    const begin = x.shape.map(() => 0);
    const end: (number | null)[] = x.shape.map(() => null);
    spatialAxes(this.dataFormat, rank).forEach((axis, i) => {
      const [before, after] = this.cropping[i] as Pair;
      const size = x.shape[axis] as number | null;
      if (size !== null && before + after >= size) {
        throw shapeError(
          this.label,
          `the cropping takes all ${size} elements of axis ${axis}`,
          {
            input: x.shape,
            cropping: this.cropping,
          },
          `Crop at most ${size - 1}`,
        );
      }
      begin[axis] = before;
      end[axis] = after === 0 ? null : -after;
    });
    const nothing = this.cropping.every(([before, after]) => before + after === 0);
    return nothing ? x : slice(x, begin, end);
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const { cropping: widths, dataFormat } = this;
    return { op: 'cropping', inputShape: this.oneShape(inputShape), widths, dataFormat };
  }

  override getConfig(): LayerConfig {
    const [only] = this.cropping;
    const cropping =
      this.cropping.length === 1 ? [...(only as Pair)] : this.cropping.map((pair) => [...pair]);
    return { ...super.getConfig(), cropping, dataFormat: this.dataFormat };
  }
}

/** The shape rule of a cropping of `Rank` axes with options `O`. */
export interface CroppingRule<O, Rank extends number, Class extends string, Standard extends number>
  extends ShapeRule {
  readonly options: Reads<O, 'cropping' | 'dataFormat'>;
  readonly output: CroppingShape<this['input'], O, Rank, Standard, Label<Class, O>>;
}

/**
 * Cuts steps: [N, steps, C] to [N, steps - begin - end, C].
 *
 * @param options default `cropping: 1`; or [begin, end]; `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for a cropping of another form, ERR_SHAPE for one that leaves nothing
 *
 * @example
 * new Cropping1D({ cropping: [1, 2] }).computeOutputShape([null, 10, 4]); // [null, 7, 4]
 */
export class Cropping1D<
  const A extends Arguments<A, CroppingOptions> = Arguments<unknown, CroppingOptions>,
> extends Cropping<Given<A, CroppingOptions>> {
  static override className = 'Cropping1D';
  declare readonly [shapeRule]: CroppingRule<Given<A, CroppingOptions>, 1, 'Cropping1D', 1>;

  constructor(...args: A) {
    super(optionsOf<A, CroppingOptions>(args), 1, 1);
  }
}

/**
 * Cuts the edges of images: [N, H, W, C] to [N, H - top - bottom, W - left - right, C].
 *
 * @param options default `cropping: 0`; or [rows, columns], or [[top, bottom], [left, right]]; `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for a cropping of another form, ERR_SHAPE for one that leaves nothing
 *
 * @example
 * new Cropping2D({ cropping: [[2, 2], [4, 4]] }).computeOutputShape([null, 28, 28, 3]); // [null, 24, 20, 3]
 */
export class Cropping2D<
  const A extends Arguments<A, CroppingOptions> = Arguments<unknown, CroppingOptions>,
> extends Cropping<Given<A, CroppingOptions>> {
  static override className = 'Cropping2D';
  declare readonly [shapeRule]: CroppingRule<Given<A, CroppingOptions>, 2, 'Cropping2D', 0>;

  constructor(...args: A) {
    super(optionsOf<A, CroppingOptions>(args), 2, 0);
  }
}

/**
 * Cuts the edges of volumes, [N, D, H, W, C].
 *
 * @param options default `cropping: 1`; or one number per axis, or three pairs; `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for a cropping of another form, ERR_SHAPE for one that leaves nothing
 *
 * @example
 * new Cropping3D({ cropping: 1 }).computeOutputShape([null, 8, 8, 8, 2]); // [null, 6, 6, 6, 2]
 */
export class Cropping3D<
  const A extends Arguments<A, CroppingOptions> = Arguments<unknown, CroppingOptions>,
> extends Cropping<Given<A, CroppingOptions>> {
  static override className = 'Cropping3D';
  declare readonly [shapeRule]: CroppingRule<Given<A, CroppingOptions>, 3, 'Cropping3D', 1>;

  constructor(...args: A) {
    super(optionsOf<A, CroppingOptions>(args), 3, 1);
  }
}

registerLayer(Cropping1D, Cropping2D, Cropping3D);
