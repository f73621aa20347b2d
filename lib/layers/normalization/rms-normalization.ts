import { l2Normalize, rmsNorm } from '../../ops/normalize.js';
import type { Tensor } from '../../tensor/tensor.js';
import { initializer } from '../initializers.js';
import {
  Layer,
  type LayerConfig,
  type LayerOptions,
  type ShapeOrList,
  type TensorOrList,
  type Variable,
} from '../layer.js';
import { type Arguments, atLeastZero, axisOption, type Given, optionsOf } from '../options.js';
import { registerLayer } from '../registry.js';
import type { shapeRule } from '../rule.js';
import type { AlongAxisRule, AxisRule } from '../same-shape.js';
import { axisSizes } from './base-norm.js';

export interface RMSNormalizationOptions extends LayerOptions {
  /** The axis, or several, over which each sample is normalised; the batch is axis 0. Default -1. */
  readonly axis?: number | readonly number[];
  /** Added to the mean square. Default 0.000001. */
  readonly epsilon?: number;
}

/**
 * `x / sqrt(mean(x * x) + epsilon) * scale` (Zhang and Sennrich 2019). Any shape; the shape stays.
 * Weight: scale, with the sizes of the normalised axes.
 *
 * @param options default `axis: -1`, `epsilon: 1e-6`
 * @throws ERR_ARGUMENT for an axis named twice, ERR_SHAPE for one that the input does not have
 *
 * @example
 * new RMSNormalization().computeOutputShape([null, 10, 64]); // [null, 10, 64]
 */
export class RMSNormalization<
  const A extends Arguments<A, RMSNormalizationOptions> = Arguments<unknown, RMSNormalizationOptions>,
> extends Layer<Given<A, RMSNormalizationOptions>> {
  static override className = 'RMSNormalization';
  declare readonly [shapeRule]: AxisRule<Given<A, RMSNormalizationOptions>, 'RMSNormalization'>;
  readonly axis: number | readonly number[];
  readonly epsilon: number;
  #scale!: Variable;

  constructor(...args: A) {
    super(optionsOf<A, RMSNormalizationOptions>(args), ['axis', 'epsilon']);
    const { axis = -1, epsilon = 1e-6 }: RMSNormalizationOptions = this.options;
    this.axis = axisOption(this.label, axis);
    this.epsilon = atLeastZero(this.label, 'epsilon', epsilon);
  }

  override build(inputShape: ShapeOrList): void {
    const sizes = axisSizes(this.label, this.oneShape(inputShape), this.axis);
    this.#scale = this.addWeight('scale', sizes, initializer(this.label, 'scale', 'ones'));
    super.build(inputShape);
  }

  override call(inputs: TensorOrList): Tensor {
    const { axis, epsilon, label } = this;
    return rmsNorm(this.oneInput(inputs), { gamma: this.#scale.value, axis, epsilon, label });
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), axis: this.axis, epsilon: this.epsilon };
  }
}

export interface UnitNormalizationOptions extends LayerOptions {
  /** The axis, or several, along which vectors get length 1; the batch is axis 0. Default -1. */
  readonly axis?: number | readonly number[];
}

/**
 * Vectors of length 1: `x / sqrt(sum(x * x))`. Any shape; the shape stays.
 *
 * @param options default `axis: -1`
 * @throws ERR_ARGUMENT for an axis named twice, ERR_SHAPE for one that the input does not have
 *
 * @example
 * new UnitNormalization().apply(tensor([[3, 4]])); // [[0.6, 0.8]]
 */
export class UnitNormalization<
  const A extends Arguments<A, UnitNormalizationOptions> = Arguments<unknown, UnitNormalizationOptions>,
> extends Layer<Given<A, UnitNormalizationOptions>> {
  static override className = 'UnitNormalization';
  declare readonly [shapeRule]: AlongAxisRule<Given<A, UnitNormalizationOptions>, 'UnitNormalization'>;
  readonly axis: number | readonly number[];

  constructor(...args: A) {
    super(optionsOf<A, UnitNormalizationOptions>(args), ['axis']);
    const { axis = -1 }: UnitNormalizationOptions = this.options;
    this.axis = axisOption(this.label, axis);
  }

  override call(inputs: TensorOrList): Tensor {
    return l2Normalize(this.oneInput(inputs), { axis: this.axis, label: this.label });
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), axis: this.axis };
  }
}

registerLayer(RMSNormalization, UnitNormalization);
