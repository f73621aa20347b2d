import { elu } from '../../ops/activations.js';
import type { Exact } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerConfig, type LayerOptions, type TensorOrList } from '../layer.js';
import { atLeastZero } from '../options.js';
import { registerLayer } from '../registry.js';
import type { SameShapeRule, shapeRule } from '../rule.js';

export interface ELUOptions extends LayerOptions {
  /** The limit below 0 is -alpha. Default 1. */
  readonly alpha?: number;
}

/**
 * `x` above 0, `alpha * (exp(x) - 1)` below. Any shape; the shape stays.
 * @throws ERR_ARGUMENT for a negative alpha
 *
 * @example
 * new ELU().apply(tensor([-1, 2])); // [-0.632121, 2]
 */
export class ELU<const O extends Exact<O, ELUOptions> = ELUOptions> extends Layer<O> {
  static override className = 'ELU';
  declare readonly [shapeRule]: SameShapeRule;
  readonly alpha: number;

  constructor(options: O = {} as O) {
    super(options, ['alpha']);
    this.alpha = atLeastZero(this.label, 'alpha', options.alpha ?? 1);
  }

  override call(inputs: TensorOrList): Tensor {
    return elu(this.oneInput(inputs), this.alpha);
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), alpha: this.alpha };
  }
}

registerLayer(ELU);
