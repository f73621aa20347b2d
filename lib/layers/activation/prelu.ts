import { axisIn } from '../../check.js';
import { argumentError, shapeError } from '../../errors.js';
import { prelu } from '../../ops/binary.js';
import { sameDims } from '../../shape/dims.js';
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
import { knownSize } from '../options.js';
import { registerLayer } from '../registry.js';

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
export class PReLU<const O extends PReLUOptions = PReLUOptions> extends Layer<O> {
  static override className = 'PReLU';
  readonly alphaInitializer: Initializer;
  readonly sharedAxes: readonly number[] | null;
  #alpha!: Variable;

  constructor(options: O = {} as O) {
    super(options, ['alphaInitializer', 'alphaRegularizer', 'alphaConstraint', 'sharedAxes']);
    const { alphaInitializer = 'zeros', sharedAxes = null } = options;
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

registerLayer(PReLU);
