import { argumentError } from '../../errors.js';
import { leakyRelu, relu, relu6, threshold } from '../../ops/activations.js';
import { mul, sub } from '../../ops/binary.js';
import { clip } from '../../ops/unary.js';
import type { Exact } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerConfig, type LayerOptions, type TensorOrList } from '../layer.js';
import { atLeastZero } from '../options.js';
import { registerLayer } from '../registry.js';
import type { SameShapeRule, shapeRule } from '../rule.js';

export interface ReLUOptions extends LayerOptions {
  /** The largest value given out; none by default. */
  maxValue?: number | null;
  /** The slope below the threshold. Default 0. */
  negativeSlope?: number;
  /** Values up to it count as negative. Default 0. */
  threshold?: number;
}

/**
 * `min(x, maxValue)` above the threshold, `negativeSlope * (x - threshold)` below. Any shape; the shape stays.
 * @throws ERR_ARGUMENT for a negative or missing maxValue, negativeSlope or threshold
 *
 * @example
 * const layer = new ReLU({ maxValue: 6 });
 * layer.apply(tensor([-1, 3, 9])); // [0, 3, 6]
 */
export class ReLU<const O extends Exact<O, ReLUOptions> = ReLUOptions> extends Layer<O> {
  static override className = 'ReLU';
  declare readonly [shapeRule]: SameShapeRule;
  readonly maxValue: number | null;
  readonly negativeSlope: number;
  readonly threshold: number;

  constructor(options: O = {} as O) {
    super(options, ['maxValue', 'negativeSlope', 'threshold']);
    const { maxValue = null, negativeSlope = 0, threshold: above = 0 } = options;
    this.maxValue = maxValue === null ? null : atLeastZero(this.label, 'maxValue', maxValue);
    this.negativeSlope = atLeastZero(this.label, 'negativeSlope', negativeSlope);
    this.threshold = atLeastZero(this.label, 'threshold', above);
  }

  override call(inputs: TensorOrList): Tensor {
    const x = this.oneInput(inputs);
    const { maxValue, negativeSlope, threshold: above } = this;
    if (above === 0 && negativeSlope === 0) {
      return maxValue === null ? relu(x) : maxValue === 6 ? relu6(x) : clip(x, 0, maxValue);
    }
    if (above === 0 && maxValue === null) return leakyRelu(x, negativeSlope);
    let positive = threshold(x, above, 0);
    if (maxValue !== null) positive = clip(positive, 0, maxValue);
    return negativeSlope === 0 ? positive : sub(positive, mul(relu(sub(above, x)), negativeSlope));
  }

  override getConfig(): LayerConfig {
    const { maxValue, negativeSlope, threshold: above } = this;
    return { ...super.getConfig(), maxValue, negativeSlope, threshold: above };
  }
}

export interface LeakyReLUOptions extends LayerOptions {
  /** The slope below 0. Default 0.3. */
  negativeSlope?: number;
}

/**
 * `x` above 0, `negativeSlope * x` below. Any shape; the shape stays.
 * @throws ERR_ARGUMENT for a negative or missing negativeSlope
 *
 * @example
 * new LeakyReLU({ negativeSlope: 0.5 }).apply(tensor([-2, 4])); // [-1, 4]
 */
export class LeakyReLU<const O extends Exact<O, LeakyReLUOptions> = LeakyReLUOptions> extends Layer<O> {
  static override className = 'LeakyReLU';
  declare readonly [shapeRule]: SameShapeRule;
  readonly negativeSlope: number;

  constructor(options: O = {} as O) {
    super(options, ['negativeSlope']);
    const { negativeSlope = 0.3 } = options;
    if (negativeSlope === null) {
      throw argumentError(this.label, 'negativeSlope must be a number of at least 0', { negativeSlope });
    }
    this.negativeSlope = atLeastZero(this.label, 'negativeSlope', negativeSlope);
  }

  override call(inputs: TensorOrList): Tensor {
    return leakyRelu(this.oneInput(inputs), this.negativeSlope);
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), negativeSlope: this.negativeSlope };
  }
}

export interface ThresholdedReLUOptions extends LayerOptions {
  /** Values up to it become 0. Default 1. */
  theta?: number;
}

/**
 * `x` above theta, 0 elsewhere. Any shape; the shape stays.
 *
 * @example
 * new ThresholdedReLU({ theta: 2 }).apply(tensor([1, 2, 3])); // [0, 0, 3]
 */
export class ThresholdedReLU<
  const O extends Exact<O, ThresholdedReLUOptions> = ThresholdedReLUOptions,
> extends Layer<O> {
  static override className = 'ThresholdedReLU';
  declare readonly [shapeRule]: SameShapeRule;
  readonly theta: number;

  constructor(options: O = {} as O) {
    super(options, ['theta']);
    this.theta = atLeastZero(this.label, 'theta', options.theta ?? 1);
  }

  override call(inputs: TensorOrList): Tensor {
    return threshold(this.oneInput(inputs), this.theta, 0);
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), theta: this.theta };
  }
}

registerLayer(ReLU, LeakyReLU, ThresholdedReLU);
