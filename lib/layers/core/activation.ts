import { argumentError } from '../../errors.js';
import { applyActivation } from '../../ops/activations.js';
import type { Exact } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type ActivationOption, activationConfig, activationOption } from '../activations.js';
import { Layer, type LayerConfig, type LayerOptions, type TensorOrList } from '../layer.js';
import { registerLayer } from '../registry.js';
import type { SameShapeRule, shapeRule } from '../rule.js';

export interface ActivationOptions extends LayerOptions {
  /** A name such as `relu`, a name with its parameters, or a function of a tensor made of ops. */
  readonly activation: ActivationOption;
}

/**
 * An activation as a layer of its own. Any shape; the shape stays.
 * @throws ERR_ARGUMENT for a name that is not known
 *
 * @example
 * new Activation({ activation: 'relu' }).apply(tensor([-1, 2])); // [0, 2]
 */
export class Activation<const O extends Exact<O, ActivationOptions> = ActivationOptions> extends Layer<O> {
  static override className = 'Activation';
  declare readonly [shapeRule]: SameShapeRule;
  readonly activation: ActivationOption;

  constructor(options: O) {
    super(options, ['activation']);
    if (options.activation === undefined) {
      throw argumentError(
        this.label,
        'activation is required',
        undefined,
        'Give the name of one, such as "relu"',
      );
    }
    this.activation = activationOption(this.label, options.activation);
  }

  override call(inputs: TensorOrList): Tensor {
    return applyActivation(this.oneInput(inputs), this.activation, this.label);
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), activation: activationConfig(this.label, this.activation) };
  }
}

registerLayer(Activation);
