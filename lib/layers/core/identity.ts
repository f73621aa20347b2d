import type { Exact } from '../../shape/typed.js';
import { Layer, type LayerOptions, type TensorOrList } from '../layer.js';
import { registerLayer } from '../registry.js';
import type { SameShapeRule, shapeRule } from '../rule.js';

/**
 * Its inputs, as they are. It adds nothing to a model's plan.
 *
 * @example
 * new Identity().computeOutputShape([null, 4]); // [null, 4]
 */
export class Identity<const O extends Exact<O, LayerOptions> = LayerOptions> extends Layer<O> {
  static override className = 'Identity';
  declare readonly [shapeRule]: SameShapeRule;

  constructor(options: O = {} as O) {
    super(options, []);
  }

  override call(inputs: TensorOrList): TensorOrList {
    return inputs;
  }
}

registerLayer(Identity);
