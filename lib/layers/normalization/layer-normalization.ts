import { layerNorm } from '../../ops/normalize.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { LayerConfig, TensorOrList } from '../layer.js';
import { axisOption } from '../options.js';
import { registerLayer } from '../registry.js';
import { AffineNorm, type AffineNormOptions } from './base-norm.js';

export interface LayerNormalizationOptions extends AffineNormOptions {
  /** The axis, or several, over which each sample is normalised; the batch is axis 0. Default -1. */
  readonly axis?: number | readonly number[];
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
  const O extends LayerNormalizationOptions = LayerNormalizationOptions,
> extends AffineNorm<O> {
  static override className = 'LayerNormalization';
  readonly axis: number | readonly number[];

  constructor(options: O = {} as O) {
    super(options, ['axis']);
    this.axis = axisOption(this.label, options.axis ?? -1);
  }

  protected override get weightAxes(): number | readonly number[] {
    return this.axis;
  }

  override call(inputs: TensorOrList): Tensor {
    return layerNorm(this.oneInput(inputs), { ...this.affine, axis: this.axis });
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), axis: this.axis };
  }
}

registerLayer(LayerNormalization);
