import { boolean } from '../../check.js';
import { argumentError } from '../../errors.js';
import { batchDot } from '../../ops/batch-dot.js';
import { l2Normalize } from '../../ops/normalize.js';
import { type BatchDotShape, batchDotGeometry } from '../../shape/batch-dot.js';
import type { Dims } from '../../shape/dims.js';
import type { Exact, IsOpen, Option, ShapeError } from '../../shape/typed.js';
import type { Shape, Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import {
  isShapeList,
  Layer,
  type LayerConfig,
  type LayerOptions,
  type ShapeOrList,
  type TensorOrList,
} from '../layer.js';
import { registerLayer } from '../registry.js';
import type { Label, ListRule, Reads, shapeRule } from '../rule.js';

export interface DotOptions extends LayerOptions {
  /** The axis of both inputs that is summed over, or one of each; the batch is axis 0. */
  readonly axes: number | readonly [number, number] | readonly number[];
  /** Divide the vectors along these axes by their length before, so that the result is their cosine. Default false. */
  readonly normalize?: boolean;
}

/**
 * For every sample the dot products of two inputs along an axis of each: the result has the other axes of the first, then
 * those of the second; two inputs of rank 2 give [N, 1].
 *
 * @param options `axes`; default `normalize: false`
 * @throws ERR_ARGUMENT for another number of inputs, ERR_SHAPE for axes of different sizes
 *
 * @example
 * new Dot({ axes: [2, 1] }).computeOutputShape([[null, 1, 50], [null, 50, 49]]); // [null, 1, 49]
 */
export class Dot<const O extends Exact<O, DotOptions> = DotOptions> extends Layer<O> {
  static override className = 'Dot';
  declare readonly [shapeRule]: DotRule<O>;
  readonly axes: number | readonly number[];
  readonly normalize: boolean;

  constructor(options: O) {
    super(options, ['axes', 'normalize']);
    const { axes } = options;
    const list: readonly unknown[] = Array.isArray(axes) ? axes : [axes, axes];
    if (list.length !== 2 || !list.every((axis) => Number.isSafeInteger(axis))) {
      throw argumentError(this.label, 'axes must be one integer or two', { axes });
    }
    this.axes = axes;
    this.normalize = boolean(this.label, 'normalize', options.normalize ?? false);
  }

  override build(inputShape: ShapeOrList): void {
    this.#geometry(isShapeList(inputShape) ? inputShape : [inputShape]);
    super.build(inputShape);
  }

  #geometry(shapes: readonly Shape[]) {
    if (shapes.length !== 2) {
      throw argumentError(this.label, 'it takes exactly two inputs', { inputs: shapes.length });
    }
    return batchDotGeometry(this.label, shapes[0] as Shape, shapes[1] as Shape, this.axes);
  }

  override call(inputs: TensorOrList): Tensor {
    const list: readonly Tensor[] = Array.isArray(inputs) ? inputs : [inputs];
    const { axisX, axisY } = this.#geometry(list.map((tensor) => tensor.shape));
    const [x, y] = list as readonly [Tensor, Tensor];
    if (!this.normalize) return batchDot(x, y, [axisX, axisY]);
    return batchDot(l2Normalize(x, { axis: axisX }), l2Normalize(y, { axis: axisY }), [axisX, axisY]);
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const inputShapes = isShapeList(inputShape) ? inputShape : [inputShape];
    return { op: 'batchDot', inputShapes, axes: this.axes };
  }

  override getConfig(): LayerConfig {
    const { axes, normalize } = this;
    return { ...super.getConfig(), axes: typeof axes === 'number' ? axes : [...axes], normalize };
  }
}

/** The shape rule of a `Dot` with options `O`. */
export interface DotRule<O> extends ListRule {
  readonly options: Reads<O, 'axes'>;
  readonly output: DotLayerShape<this['input'], Option<O, 'axes', number>, Label<'Dot', O>>;
}
type DotLayerShape<Shapes, Axes, Op extends string> =
  IsOpen<Shapes> extends true
    ? Dims
    : Shapes extends readonly [infer X, infer Y]
      ? BatchDotShape<X, Y, Axes, Op>
      : Shapes extends readonly unknown[]
        ? ShapeError<`${Op}: it takes exactly two inputs. Received inputs=${Shapes['length']}`>
        : Dims;

registerLayer(Dot);
