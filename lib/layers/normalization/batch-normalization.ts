import { axisIn, boolean, finite, integer } from '../../check.js';
import { argumentError, shapeError } from '../../errors.js';
import { foldBatchNorm, type ScaleShift, scaleShift } from '../../ops/normalize.js';
import type { AxisIn } from '../../shape/axes.js';
import type { Dims } from '../../shape/dims.js';
import type { IsOpen, Option, Plain, ShapeError, Show } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type Initializer, type InitializerOption, initializer, initializerConfig } from '../initializers.js';
import {
  type CallContext,
  Layer,
  type LayerConfig,
  type LayerOptions,
  type ShapeOrList,
  type TensorOrList,
  type Variable,
} from '../layer.js';
import { type Arguments, atLeastZero, type Given, knownSize, optionsOf } from '../options.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';
import type { FirstNull } from '../same-shape.js';

export interface BatchNormalizationOptions extends LayerOptions {
  /** The axis of the channels; the batch is axis 0. Default -1; with channels first, 1. */
  readonly axis?: number;
  /** How slowly training moves the averages; no effect here. Default 0.99. */
  readonly momentum?: number;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
  /** Whether a beta is added. Default true. */
  readonly center?: boolean;
  /** Whether a gamma is multiplied by. Default true. */
  readonly scale?: boolean;
  /** Default `zeros`. */
  readonly betaInitializer?: InitializerOption;
  /** Default `ones`. */
  readonly gammaInitializer?: InitializerOption;
  /** Default `zeros`. */
  readonly movingMeanInitializer?: InitializerOption;
  /** Default `ones`. */
  readonly movingVarianceInitializer?: InitializerOption;
  readonly betaRegularizer?: null;
  readonly gammaRegularizer?: null;
  readonly betaConstraint?: null;
  readonly gammaConstraint?: null;
  /** Concerns training on several devices; no effect here. */
  readonly synchronized?: boolean;
  /** Batch renormalisation concerns training: only false. */
  readonly renorm?: false;
  readonly renormClipping?: null;
  readonly renormMomentum?: number;
}

const INITIALIZERS = {
  betaInitializer: 'zeros',
  gammaInitializer: 'ones',
  movingMeanInitializer: 'zeros',
  movingVarianceInitializer: 'ones',
} as const;

type InitializerKey = keyof typeof INITIALIZERS;

const KNOWN = [
  'axis',
  'momentum',
  'epsilon',
  'center',
  'scale',
  ...Object.keys(INITIALIZERS),
  'betaRegularizer',
  'gammaRegularizer',
  'betaConstraint',
  'gammaConstraint',
  'synchronized',
  'renorm',
  'renormClipping',
  'renormMomentum',
];

/**
 * `(x - moving_mean) / sqrt(moving_variance + epsilon) * gamma + beta` per channel, with the averages that training left
 * (Ioffe and Szegedy 2015). In a model it disappears into the convolution before it. Any shape; the shape stays.
 * Weights, one number per channel each: gamma, beta, moving_mean, moving_variance (the last two not trainable).
 *
 * @param options default `axis: -1`, `momentum: 0.99`, `epsilon: 0.001`, `center: true`, `scale: true`
 * @throws ERR_ARGUMENT for options of another kind and for `training: true` at the call, ERR_SHAPE for an axis that the
 *   input does not have or whose size is not known
 *
 * @example
 * const layer = new BatchNormalization();
 * layer.computeOutputShape([null, 8, 8, 16]); // [null, 8, 8, 16]
 * layer.countParams(); // 64
 */
export class BatchNormalization<
  const A extends Arguments<A, BatchNormalizationOptions> = Arguments<unknown, BatchNormalizationOptions>,
> extends Layer<Given<A, BatchNormalizationOptions>> {
  static override className = 'BatchNormalization';
  declare readonly [shapeRule]: BatchNormalizationRule<Given<A, BatchNormalizationOptions>>;
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly #initializers: Readonly<Record<InitializerKey, Initializer>>;
  #gamma: Variable | undefined;
  #beta: Variable | undefined;
  #mean!: Variable;
  #variance!: Variable;
  /** The weights as one factor and one summand per channel, for one version of the weights: the same objects at every call. */
  #folded: { readonly values: readonly (Tensor | undefined)[]; readonly result: ScaleShift } | undefined;

  constructor(...args: A) {
    super(optionsOf<A, BatchNormalizationOptions>(args), KNOWN);
    const { label } = this;
    const given: BatchNormalizationOptions = this.options;
    if (given.renorm) {
      throw argumentError(
        label,
        'batch renormalisation concerns training, and Layerwise does inference only',
        {
          renorm: given.renorm,
        },
        'Leave renorm out',
      );
    }
    this.axis = integer(label, 'axis', given.axis ?? -1, Number.MIN_SAFE_INTEGER);
    this.momentum = finite(label, 'momentum', given.momentum ?? 0.99);
    this.epsilon = atLeastZero(label, 'epsilon', given.epsilon ?? 1e-3);
    this.center = boolean(label, 'center', given.center ?? true);
    this.scale = boolean(label, 'scale', given.scale ?? true);
    const made = Object.entries(INITIALIZERS).map(([name, standard]) => {
      return [name, initializer(label, name, given[name as InitializerKey] ?? standard)];
    });
    this.#initializers = Object.fromEntries(made) as Record<InitializerKey, Initializer>;
  }

  override build(inputShape: ShapeOrList): void {
    const shape = this.oneShape(inputShape);
    const axis = axisIn(this.label, this.axis, shape.length);
    const channels = [knownSize(this.label, shape, axis, 'the number of channels')];
    const { betaInitializer, gammaInitializer, movingMeanInitializer, movingVarianceInitializer } =
      this.#initializers;
    const fixed = { trainable: false };
    this.#gamma = this.scale ? this.addWeight('gamma', channels, gammaInitializer) : undefined;
    this.#beta = this.center ? this.addWeight('beta', channels, betaInitializer) : undefined;
    this.#mean = this.addWeight('moving_mean', channels, movingMeanInitializer, fixed);
    this.#variance = this.addWeight('moving_variance', channels, movingVarianceInitializer, fixed);
    super.build(inputShape);
  }

  #fold(): ScaleShift {
    const values = [this.#mean, this.#variance, this.#gamma, this.#beta].map((variable) => variable?.value);
    if (this.#folded === undefined || values.some((value, i) => value !== this.#folded?.values[i])) {
      const [mean, variance, gamma, beta] = values as [
        Tensor,
        Tensor,
        Tensor | undefined,
        Tensor | undefined,
      ];
      const result = foldBatchNorm({ mean, variance, gamma, beta, epsilon: this.epsilon, label: this.label });
      this.#folded = { values, result };
    }
    return this.#folded.result;
  }

  override call(inputs: TensorOrList, context?: CallContext): Tensor {
    const { label } = this;
    if (context?.training)
      throw argumentError(label, 'Layerwise does inference only', { training: true }, 'Leave training out');
    const x = this.oneInput(inputs);
    const axis = axisIn(label, this.axis, x.rank);
    const size = x.shape[axis] as number | null;
    if (size !== null && size !== this.#mean.size) {
      throw shapeError(
        label,
        `axis ${axis} of the input must have the ${this.#mean.size} channels of the weights`,
        {
          input: x.shape,
          axis: this.axis,
        },
      );
    }
    const folded = this.#fold();
    return scaleShift(x, folded.scale, folded.shift, axis);
  }

  override getConfig(): LayerConfig {
    const { axis, momentum, epsilon, center, scale } = this;
    const made = Object.entries(this.#initializers).map(([name, from]) => [name, initializerConfig(from)]);
    return { ...super.getConfig(), axis, momentum, epsilon, center, scale, ...Object.fromEntries(made) };
  }
}

/** The shape rule of a `BatchNormalization` with options `O`. */
export interface BatchNormalizationRule<O> extends ShapeRule {
  readonly options: Reads<O, 'axis'>;
  readonly output: SameChannels<this['input'], Option<O, 'axis', -1>, Label<'BatchNormalization', O>>;
}
type SameChannels<S, Axis, Op extends string> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? AxisIn<S, Axis, Op> extends infer At
        ? At extends ShapeError
          ? At
          : FirstNull<S, At> extends number
            ? ShapeError<`${Op}: the number of channels must be known: the weights depend on it. Received input=${Show<S>}`>
            : Plain<S>
        : never
      : Dims;

registerLayer(BatchNormalization);
