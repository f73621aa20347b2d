import { axesIn, boolean } from '../../check.js';
import { add, mul } from '../../ops/binary.js';
import { layerNorm } from '../../ops/normalize.js';
import { variance } from '../../ops/reductions.js';
import { alias } from '../../ops/reshape.js';
import { rsqrt } from '../../ops/unary.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { LayerConfig, TensorOrList, Variable } from '../layer.js';
import { type Arguments, axisOption, type Given, optionsOf } from '../options.js';
import { registerLayer } from '../registry.js';
import type { shapeRule } from '../rule.js';
import type { AxisRule } from '../same-shape.js';
import { AffineNorm, type AffineNormOptions } from './base-norm.js';

export interface LayerNormalizationOptions extends AffineNormOptions {
  /** The axis, or several, over which each sample is normalised; the batch is axis 0. Default -1. */
  readonly axis?: number | readonly number[];
  /** Divide by the standard deviation without taking the mean away, and add no beta, as older Keras models do. Default false. */
  readonly rmsScaling?: boolean;
}

/**
 * `(x - mean) / sqrt(variance + epsilon) * gamma + beta` over the last axis, or others, of every sample
 * (Ba, Kiros and Hinton 2016). Any shape; the shape stays. Weights: gamma and beta, with the sizes of those axes.
 *
 * @param options default `axis: -1`, `epsilon: 0.001`, `center: true`, `scale: true`
 * @throws ERR_ARGUMENT for an axis named twice, ERR_SHAPE for one that the input does not have
 *
 * @example
 * new LayerNormalization({ axis: [1, 2, 3] }).computeOutputShape([null, 8, 8, 3]); // [null, 8, 8, 3]
 */
export class LayerNormalization<
  const A extends Arguments<A, LayerNormalizationOptions> = Arguments<unknown, LayerNormalizationOptions>,
> extends AffineNorm<Given<A, LayerNormalizationOptions>> {
  static override className = 'LayerNormalization';
  declare readonly [shapeRule]: AxisRule<Given<A, LayerNormalizationOptions>, 'LayerNormalization'>;
  readonly axis: number | readonly number[];
  readonly rmsScaling: boolean;

  constructor(...args: A) {
    super(optionsOf<A, LayerNormalizationOptions>(args), ['axis', 'rmsScaling']);
    const { axis = -1, rmsScaling = false }: LayerNormalizationOptions = this.options;
    this.axis = axisOption(this.label, axis);
    this.rmsScaling = boolean(this.label, 'rmsScaling', rmsScaling);
  }

  protected override get weightAxes(): number | readonly number[] {
    return this.axis;
  }

  protected override get hasBeta(): boolean {
    return this.center && !this.rmsScaling;
  }

  protected override get hasGamma(): boolean {
    return this.scale || this.rmsScaling;
  }

  override call(inputs: TensorOrList): Tensor {
    const x = this.oneInput(inputs);
    if (!this.rmsScaling) return layerNorm(x, { ...this.affine, axis: this.axis });
    const axis = axesIn(this.label, this.axis, x.rank);
    const gamma = (this.gamma as Variable).value;
    const spread = alias(
      gamma,
      x.shape.map((_, i) => (axis.includes(i) ? (gamma.shape[axis.indexOf(i)] as number) : 1)),
    );
    return mul(mul(x, rsqrt(add(variance(x, { axis, keepDims: true }), this.epsilon))), spread);
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), axis: this.axis, rmsScaling: this.rmsScaling };
  }
}

registerLayer(LayerNormalization);
