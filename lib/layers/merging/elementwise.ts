import { argumentError } from '../../errors.js';
import { add, maximum, minimum, mul, sub } from '../../ops/binary.js';
import { scalarOf } from '../../ops/operands.js';
import type { Exact, ShapeError } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { LayerOptions } from '../layer.js';
import { registerLayer } from '../registry.js';
import type { Label, ListRule, shapeRule } from '../rule.js';
import { fold, Merge, type MergeRule, type MergeShape } from './base-merge.js';

/**
 * The sum of two and more inputs, element by element, with broadcasting. An input of a lower rank gets axes of size 1
 * behind its batch axis. So do all layers of this file.
 * @throws ERR_ARGUMENT for fewer than two inputs, ERR_SHAPE for shapes that do not broadcast
 *
 * @example
 * new Add().computeOutputShape([[null, 8, 8, 16], [null, 8, 8, 16]]); // [null, 8, 8, 16]
 */
export class Add<const O extends Exact<O, LayerOptions> = LayerOptions> extends Merge<O> {
  static override className = 'Add';
  declare readonly [shapeRule]: MergeRule<O, 'Add'>;

  constructor(options: O = {} as O) {
    super(options);
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return fold(inputs, add);
  }
}

/**
 * The first input minus the second.
 * @throws ERR_ARGUMENT for another number of inputs, ERR_SHAPE for shapes that do not broadcast
 *
 * @example
 * new Subtract().apply([tensor([[5, 6]]), tensor([[1, 2]])]); // [[4, 4]]
 */
export class Subtract<const O extends Exact<O, LayerOptions> = LayerOptions> extends Merge<O> {
  static override className = 'Subtract';
  declare readonly [shapeRule]: SubtractRule<O>;

  constructor(options: O = {} as O) {
    super(options);
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    if (inputs.length !== 2) {
      throw argumentError(this.label, 'it takes exactly two inputs', { inputs: inputs.length });
    }
    return fold(inputs, sub);
  }
}

/** The shape rule of a `Subtract` with options `O`: two inputs, no more. */
export interface SubtractRule<O> extends ListRule {
  readonly output: TwoOnly<
    this['input'],
    MergeShape<this['input'], Label<'Subtract', O>>,
    Label<'Subtract', O>
  >;
}
type TwoOnly<Shapes, R, Op extends string> = R extends ShapeError
  ? R
  : Shapes extends readonly [unknown, unknown, unknown, ...unknown[]]
    ? ShapeError<`${Op}: it takes exactly two inputs. Received inputs=${Shapes['length']}`>
    : R;

/**
 * The product of two and more inputs.
 * @throws ERR_ARGUMENT for fewer than two inputs, ERR_SHAPE for shapes that do not broadcast
 *
 * @example
 * new Multiply().computeOutputShape([[null, 50, 1], [null, 50, 49]]); // [null, 50, 49]
 */
export class Multiply<const O extends Exact<O, LayerOptions> = LayerOptions> extends Merge<O> {
  static override className = 'Multiply';
  declare readonly [shapeRule]: MergeRule<O, 'Multiply'>;

  constructor(options: O = {} as O) {
    super(options);
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return fold(inputs, mul);
  }
}

/**
 * The mean of two and more float inputs.
 * @throws ERR_ARGUMENT for fewer than two inputs, ERR_SHAPE for shapes that do not broadcast
 *
 * @example
 * new Average().apply([tensor([[1, 2]]), tensor([[3, 6]])]); // [[2, 4]]
 */
export class Average<const O extends Exact<O, LayerOptions> = LayerOptions> extends Merge<O> {
  static override className = 'Average';
  declare readonly [shapeRule]: MergeRule<O, 'Average'>;
  /** One over the number of inputs: kept, so that a model's constants stay the same objects. */
  #factor: Tensor | undefined;

  constructor(options: O = {} as O) {
    super(options);
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    const { dtype } = inputs[0] as Tensor;
    const factor = 1 / inputs.length;
    if (this.#factor?.dtype !== dtype || this.#factor.at() !== factor) {
      this.#factor = scalarOf(this.label, 'inputs', factor, dtype);
    }
    return mul(fold(inputs, add), this.#factor);
  }
}

/**
 * The largest of two and more inputs.
 * @throws ERR_ARGUMENT for fewer than two inputs, ERR_SHAPE for shapes that do not broadcast
 *
 * @example
 * new Maximum().apply([tensor([[1, 5]]), tensor([[3, 2]])]); // [[3, 5]]
 */
export class Maximum<const O extends Exact<O, LayerOptions> = LayerOptions> extends Merge<O> {
  static override className = 'Maximum';
  declare readonly [shapeRule]: MergeRule<O, 'Maximum'>;

  constructor(options: O = {} as O) {
    super(options);
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return fold(inputs, maximum);
  }
}

/**
 * The smallest of two and more inputs.
 * @throws ERR_ARGUMENT for fewer than two inputs, ERR_SHAPE for shapes that do not broadcast
 *
 * @example
 * new Minimum().apply([tensor([[1, 5]]), tensor([[3, 2]])]); // [[1, 2]]
 */
export class Minimum<const O extends Exact<O, LayerOptions> = LayerOptions> extends Merge<O> {
  static override className = 'Minimum';
  declare readonly [shapeRule]: MergeRule<O, 'Minimum'>;

  constructor(options: O = {} as O) {
    super(options);
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return fold(inputs, minimum);
  }
}

registerLayer(Add, Subtract, Multiply, Average, Maximum, Minimum);
