import { finite, integer } from '../../check.js';
import { argumentError } from '../../errors.js';
import { checkSpatialRank, type DataFormat, type SplitLayerInput } from '../../shape/spatial.js';
import type { Exact, Option, Plain, ShapeError } from '../../shape/typed.js';
import { type CallContext, Layer, type LayerConfig, type LayerOptions, type TensorOrList } from '../layer.js';
import { atLeastZero, dataFormatOf } from '../options.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, SameShapeRule, ShapeRule, shapeRule } from '../rule.js';

/**
 * Layers that do something in training only. Layerwise does inference, where they are the identity: they check their
 * options, keep their place in a model, and add nothing to its plan.
 */
export abstract class TrainingOnly<const O extends LayerOptions = LayerOptions> extends Layer<O> {
  override call(inputs: TensorOrList, context?: CallContext): TensorOrList {
    if (context?.training) {
      throw argumentError(
        this.label,
        'Layerwise does inference only',
        { training: true },
        'Leave training out',
      );
    }
    return this.oneInput(inputs);
  }
}

/** A share of what is dropped, from 0 to 1. */
function rateOf(label: string, value: unknown): number {
  const rate = finite(label, 'rate', value);
  if (rate < 0 || rate > 1) throw argumentError(label, 'rate must be from 0 to 1', { rate });
  return rate;
}

const seedOf = (label: string, seed: unknown): number | null =>
  seed === undefined || seed === null ? null : integer(label, 'seed', seed, 0);

export interface RateOptions extends LayerOptions {
  /** The share of values that training drops, 0 to 1. */
  readonly rate: number;
  /** The seed of training; has no effect here. */
  readonly seed?: number | null;
}

export interface DropoutOptions extends RateOptions {
  /** The shape of training's mask, `null` where it follows the input. */
  readonly noiseShape?: readonly (number | null)[] | null;
}

/** Layers with a rate and a seed. */
abstract class Rated<const O extends RateOptions = RateOptions> extends TrainingOnly<O> {
  readonly rate: number;
  readonly seed: number | null;

  constructor(options: O, known: readonly string[] = []) {
    super(options, ['rate', 'seed', ...known]);
    this.rate = rateOf(this.label, options.rate);
    this.seed = seedOf(this.label, options.seed);
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed };
  }
}

/**
 * The identity at inference; in training it drops a share of the values. Any shape; the shape stays.
 *
 * @param options `rate`; default `noiseShape: null`, `seed: null`
 * @throws ERR_ARGUMENT for a rate outside 0 to 1, a bad noiseShape, and for `training: true` at the call
 *
 * @example
 * new Dropout({ rate: 0.5 }).apply(tensor([1, 2])); // [1, 2]
 */
export class Dropout<const O extends Exact<O, DropoutOptions> = DropoutOptions> extends Rated<O> {
  static override className = 'Dropout';
  declare readonly [shapeRule]: SameShapeRule;
  readonly noiseShape: readonly (number | null)[] | null;

  constructor(options: O) {
    super(options, ['noiseShape']);
    const { noiseShape = null } = options;
    const fits = (dim: unknown) => dim === null || (Number.isSafeInteger(dim) && (dim as number) > 0);
    if (noiseShape !== null && !(Array.isArray(noiseShape) && noiseShape.every(fits))) {
      throw argumentError(this.label, 'noiseShape must be a list of positive integers or null', {
        noiseShape,
      });
    }
    this.noiseShape = noiseShape;
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), noiseShape: this.noiseShape && [...this.noiseShape] };
  }
}

export interface SpatialDropoutOptions extends RateOptions {
  /** Where the channels are. Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** Dropout of whole channels, of any spatial rank. */
export abstract class SpatialDropout<
  const O extends SpatialDropoutOptions = SpatialDropoutOptions,
> extends Rated<O> {
  readonly spatialRank: number;
  readonly dataFormat: DataFormat;

  constructor(options: O, spatialRank: number) {
    super(options, ['dataFormat']);
    this.spatialRank = spatialRank;
    this.dataFormat = dataFormatOf(this.label, options.dataFormat);
  }

  override call(inputs: TensorOrList, context?: CallContext): TensorOrList {
    checkSpatialRank(this.label, this.oneInput(inputs).shape, this.spatialRank, this.dataFormat);
    return super.call(inputs, context);
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), dataFormat: this.dataFormat };
  }
}

/** The shape rule of a spatial dropout over `Rank` axes with options `O`: any input of that rank. */
export interface SpatialDropoutRule<O, Rank extends number, Class extends string> extends ShapeRule {
  readonly options: Reads<O, 'dataFormat'>;
  readonly output: SplitLayerInput<
    this['input'],
    Rank,
    Option<O, 'dataFormat', 'channelsLast'>,
    Label<Class, O>
  > extends infer Split
    ? Split extends ShapeError
      ? Split
      : Split extends readonly unknown[]
        ? Split
        : Plain<this['input']>
    : never;
}

/** The identity at inference on [N, steps, C]; in training it drops whole channels. Options: `rate`. */
export class SpatialDropout1D<
  const O extends Exact<O, SpatialDropoutOptions> = SpatialDropoutOptions,
> extends SpatialDropout<O> {
  static override className = 'SpatialDropout1D';
  declare readonly [shapeRule]: SpatialDropoutRule<O, 1, 'SpatialDropout1D'>;

  constructor(options: O) {
    super(options, 1);
  }
}

/** The identity at inference on [N, H, W, C]; in training it drops whole channels. Options: `rate`, `dataFormat`. */
export class SpatialDropout2D<
  const O extends Exact<O, SpatialDropoutOptions> = SpatialDropoutOptions,
> extends SpatialDropout<O> {
  static override className = 'SpatialDropout2D';
  declare readonly [shapeRule]: SpatialDropoutRule<O, 2, 'SpatialDropout2D'>;

  constructor(options: O) {
    super(options, 2);
  }
}

/** The identity at inference on [N, D, H, W, C]; in training it drops whole channels. Options: `rate`, `dataFormat`. */
export class SpatialDropout3D<
  const O extends Exact<O, SpatialDropoutOptions> = SpatialDropoutOptions,
> extends SpatialDropout<O> {
  static override className = 'SpatialDropout3D';
  declare readonly [shapeRule]: SpatialDropoutRule<O, 3, 'SpatialDropout3D'>;

  constructor(options: O) {
    super(options, 3);
  }
}

/** The identity at inference; in training it multiplies by noise. Options: `rate`, 0 to 1. */
export class GaussianDropout<const O extends Exact<O, RateOptions> = RateOptions> extends Rated<O> {
  static override className = 'GaussianDropout';
  declare readonly [shapeRule]: SameShapeRule;

  constructor(options: O) {
    super(options, []);
  }
}

/** The identity at inference; in training it drops values and keeps mean and variance. Options: `rate`, `noiseShape`. */
export class AlphaDropout<const O extends Exact<O, DropoutOptions> = DropoutOptions> extends Dropout<O> {
  static override className = 'AlphaDropout';
}

export interface GaussianNoiseOptions extends LayerOptions {
  /** The standard deviation of training's noise, at least 0. */
  readonly stddev: number;
  readonly seed?: number | null;
}

/** The identity at inference; in training it adds noise. Options: `stddev`. */
export class GaussianNoise<
  const O extends Exact<O, GaussianNoiseOptions> = GaussianNoiseOptions,
> extends TrainingOnly<O> {
  static override className = 'GaussianNoise';
  declare readonly [shapeRule]: SameShapeRule;
  readonly stddev: number;
  readonly seed: number | null;

  constructor(options: O) {
    super(options, ['stddev', 'seed']);
    this.stddev = atLeastZero(this.label, 'stddev', options.stddev);
    this.seed = seedOf(this.label, options.seed);
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), stddev: this.stddev, seed: this.seed };
  }
}

registerLayer(
  Dropout,
  SpatialDropout1D,
  SpatialDropout2D,
  SpatialDropout3D,
  GaussianDropout,
  AlphaDropout,
  GaussianNoise,
);
