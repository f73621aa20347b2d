import { axesIn } from '../../check.js';
import { argumentError } from '../../errors.js';
import { div, sub } from '../../ops/binary.js';
import { max, sum } from '../../ops/reductions.js';
import { softmax } from '../../ops/softmax.js';
import { exp } from '../../ops/unary.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerConfig, type LayerOptions, type TensorOrList } from '../layer.js';
import { type Arguments, axisOption, type Given, optionsOf } from '../options.js';
import { registerLayer } from '../registry.js';
import type { shapeRule } from '../rule.js';
import type { AlongAxisRule } from '../same-shape.js';

export interface SoftmaxOptions extends LayerOptions {
  /** The axis (the batch is axis 0), or several, over which the result sums to 1. Default -1. */
  readonly axis?: number | readonly number[];
}

/**
 * `exp(x) / sum(exp(x))` over an axis. Any shape; the shape stays.
 * @throws ERR_ARGUMENT for an axis that is no integer, ERR_SHAPE for one that the input does not have
 *
 * @example
 * new Softmax().apply(tensor([[1, 1]])); // [[0.5, 0.5]]
 */
export class Softmax<
  const A extends Arguments<A, SoftmaxOptions> = Arguments<unknown, SoftmaxOptions>,
> extends Layer<Given<A, SoftmaxOptions>> {
  static override className = 'Softmax';
  declare readonly [shapeRule]: AlongAxisRule<Given<A, SoftmaxOptions>, 'Softmax'>;
  readonly axis: number | readonly number[];

  constructor(...args: A) {
    super(optionsOf<A, SoftmaxOptions>(args), ['axis']);
    const { axis = -1 }: SoftmaxOptions = this.options;
    this.axis = axisOption(this.label, axis);
  }

  override call(inputs: TensorOrList): Tensor {
    const x = this.oneInput(inputs);
    const axes = axesIn(this.label, this.axis, x.rank);
    if (axes.length === 1) return softmax(x, axes[0]);
    if (axes.length === 0)
      throw argumentError(this.label, 'the input must have at least one axis', { input: x.shape });
    const powers = exp(sub(x, max(x, { axis: axes, keepDims: true })));
    return div(powers, sum(powers, { axis: axes, keepDims: true }));
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), axis: this.axis };
  }
}

registerLayer(Softmax);
