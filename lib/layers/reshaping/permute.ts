import { argumentError, shapeError } from '../../errors.js';
import { transpose } from '../../ops/transpose.js';
import type { PermuteLayerShape } from '../../shape/movement.js';
import type { Exact } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import { Layer, type LayerConfig, type LayerOptions, type ShapeOrList, type TensorOrList } from '../layer.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';

export interface PermuteOptions extends LayerOptions {
  /** The axes of a sample in their new order, counted from 1: axis i of the result is axis `dims[i - 1]` of the input. */
  readonly dims: readonly number[];
}

/**
 * The axes of each sample in another order; the batch stays first.
 *
 * @param options `dims`, each of 1 to n once
 * @throws ERR_ARGUMENT when `dims` is not such a list, ERR_SHAPE for an input of another rank
 *
 * @example
 * new Permute({ dims: [2, 1] }).computeOutputShape([null, 10, 64]); // [null, 64, 10]
 */
export class Permute<const O extends Exact<O, PermuteOptions> = PermuteOptions> extends Layer<O> {
  static override className = 'Permute';
  declare readonly [shapeRule]: PermuteRule<O>;
  readonly dims: readonly number[];

  constructor(options: O) {
    super(options, ['dims']);
    const { dims } = options;
    const sorted = Array.isArray(dims) ? [...dims].sort((a, b) => a - b) : [];
    if (!Array.isArray(dims) || sorted.some((dim, i) => dim !== i + 1)) {
      throw argumentError(
        this.label,
        'dims must name each axis of a sample once, counted from 1',
        { dims },
        'For example [2, 1]; the batch axis stays where it is',
      );
    }
    this.dims = [...dims];
  }

  override call(inputs: TensorOrList): Tensor {
    const x = this.oneInput(inputs);
    if (x.rank !== this.dims.length + 1) {
      throw shapeError(
        this.label,
        `the input must have rank ${this.dims.length + 1}: the batch and an axis per entry of dims`,
        { input: x.shape, dims: this.dims },
      );
    }
    return transpose(x, [0, ...this.dims]);
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    return { op: 'permute', inputShape: this.oneShape(inputShape), perm: [0, ...this.dims] };
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), dims: [...this.dims] };
  }
}

/** The shape rule of a `Permute` with options `O`. */
export interface PermuteRule<O> extends ShapeRule {
  readonly options: Reads<O, 'dims'>;
  readonly output: PermuteLayerShape<this['input'], O, Label<'Permute', O>>;
}

registerLayer(Permute);
