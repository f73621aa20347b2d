import { axisIn } from '../../check.js';
import { argumentError, shapeError } from '../../errors.js';
import { prelu } from '../../ops/binary.js';
import type { AxisIn } from '../../shape/axes.js';
import { type Dims, sameDims } from '../../shape/dims.js';
import type { Axes, IsOpen, Option, Plain, ShapeError, Show } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type Initializer, type InitializerOption, initializer, initializerConfig } from '../initializers.js';
import {
  Layer,
  type LayerConfig,
  type LayerOptions,
  type ShapeOrList,
  type TensorOrList,
  type Variable,
} from '../layer.js';
import { type Arguments, type Given, knownSize, optionsOf } from '../options.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';
import type { FirstNull } from '../same-shape.js';

export interface PReLUOptions extends LayerOptions {
  /** Default `zeros`. */
  readonly alphaInitializer?: InitializerOption;
  readonly alphaRegularizer?: null;
  readonly alphaConstraint?: null;
  /** Axes (the batch is axis 0) along which one slope serves all places, such as [1, 2] for one slope per channel. */
  readonly sharedAxes?: number | readonly number[] | null;
}

/**
 * `x` above 0, `alpha * x` below, with a slope per place. Any shape of rank 2 and more; the shape stays.
 * Weight: alpha, the shape of one sample with 1 on the shared axes.
 * @throws ERR_ARGUMENT for axes that are no axes of the input, ERR_SHAPE for a size that alpha needs and that is not known
 *
 * @example
 * new PReLU({ alphaInitializer: 'ones', sharedAxes: [1, 2] }).computeOutputShape([null, 8, 8, 3]); // [null, 8, 8, 3]
 */
export class PReLU<
  const A extends Arguments<A, PReLUOptions> = Arguments<unknown, PReLUOptions>,
> extends Layer<Given<A, PReLUOptions>> {
  static override className = 'PReLU';
  declare readonly [shapeRule]: PReLURule<Given<A, PReLUOptions>>;
  readonly alphaInitializer: Initializer;
  readonly sharedAxes: readonly number[] | null;
  #alpha!: Variable;

  constructor(...args: A) {
    const known = ['alphaInitializer', 'alphaRegularizer', 'alphaConstraint', 'sharedAxes'];
    super(optionsOf<A, PReLUOptions>(args), known);
    const { alphaInitializer = 'zeros', sharedAxes = null }: PReLUOptions = this.options;
    this.alphaInitializer = initializer(this.label, 'alphaInitializer', alphaInitializer);
    const axes = sharedAxes === null ? null : ([sharedAxes].flat() as readonly number[]);
    if (axes?.some((axis) => !Number.isSafeInteger(axis) || axis === 0)) {
      throw argumentError(this.label, 'sharedAxes must be axes of a sample: integers, not 0', { sharedAxes });
    }
    this.sharedAxes = axes;
  }

  override build(inputShape: ShapeOrList): void {
    const shape = this.oneShape(inputShape);
    const shared = (this.sharedAxes ?? []).map((axis) =>
      axisIn(this.label, axis, shape.length, 'sharedAxes'),
    );
    const sizes = shape.slice(1).map((_, i) => {
      return shared.includes(i + 1) ? 1 : knownSize(this.label, shape, i + 1, `the size of axis ${i + 1}`);
    });
    this.#alpha = this.addWeight('alpha', sizes, this.alphaInitializer);
    super.build(inputShape);
  }

  override call(inputs: TensorOrList): Tensor {
    const x = this.oneInput(inputs);
    const alpha = this.#alpha.value;
    const sizes = x.shape.slice(1).map((dim, i) => (alpha.shape[i] === 1 ? 1 : dim));
    if (!sameDims(sizes, alpha.shape)) {
      throw shapeError(this.label, 'the slopes do not fit the input', { input: x.shape, alpha: alpha.shape });
    }
    return prelu(x, alpha);
  }

  override getConfig(): LayerConfig {
    const { alphaInitializer, sharedAxes } = this;
    return { ...super.getConfig(), alphaInitializer: initializerConfig(alphaInitializer), sharedAxes };
  }
}

/** The shape rule of a `PReLU` with options `O`. */
export interface PReLURule<O> extends ShapeRule {
  readonly options: Reads<O, 'sharedAxes'>;
  readonly output: PReLUShape<this['input'], Option<O, 'sharedAxes', null>, Label<'PReLU', O>>;
}
type PReLUShape<S, Shared, Op extends string> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? SharedAxes<S, Shared, Op> extends infer Axes
        ? [Extract<Axes, ShapeError>] extends [never]
          ? Unshared<S, Axes> extends infer At extends number
            ? ShapeError<`${Op}: the size of axis ${At} must be known: the weights depend on it. Received input=${Show<S>}`>
            : Plain<S>
          : Extract<Axes, ShapeError>
        : never
      : Dims;
/** The shared axes as a union, with the errors of those that the input does not have. */
type SharedAxes<S extends readonly unknown[], Shared, Op extends string> = [Shared] extends [null]
  ? never
  : Shared extends readonly unknown[]
    ? { [K in keyof Shared]: AxisIn<S, Shared[K], Op, 'sharedAxes'> }[number]
    : AxisIn<S, Shared, Op, 'sharedAxes'>;
/** The first axis of a sample that has slopes of its own and no known size, else `null`. */
type Unshared<S extends readonly unknown[], Shared> = number extends Shared
  ? null
  : Axes<S['length'] & number> extends infer All extends readonly number[]
    ? FirstNull<S, Exclude<All[number], 0 | Shared>>
    : never;

registerLayer(PReLU);
