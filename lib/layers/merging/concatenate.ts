import { axisIn } from '../../check.js';
import { argumentError } from '../../errors.js';
import { concat } from '../../ops/concat.js';
import type { AxisIn } from '../../shape/axes.js';
import { type ConcatShape, concatShape } from '../../shape/concat.js';
import type { Dims } from '../../shape/dims.js';
import type { IsOpen, Option, ShapeError } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import {
  isShapeList,
  Layer,
  type LayerConfig,
  type LayerOptions,
  type ShapeOrList,
  type TensorOrList,
} from '../layer.js';
import { type Arguments, type Given, optionsOf } from '../options.js';
import { registerLayer } from '../registry.js';
import type { Label, ListRule, Reads, shapeRule } from '../rule.js';
import { checkInputs, type InputsFault } from './base-merge.js';

export interface ConcatenateOptions extends LayerOptions {
  /** The axis along which the inputs follow each other; the batch is axis 0. Default -1. */
  readonly axis?: number;
}

/**
 * Two and more inputs one after the other along an axis; their other sizes agree.
 *
 * @param options default `axis: -1`
 * @throws ERR_ARGUMENT for fewer than two inputs, ERR_SHAPE when other sizes differ
 *
 * @example
 * new Concatenate().computeOutputShape([[null, 8, 8, 16], [null, 8, 8, 32]]); // [null, 8, 8, 48]
 */
export class Concatenate<
  const A extends Arguments<A, ConcatenateOptions> = Arguments<unknown, ConcatenateOptions>,
> extends Layer<Given<A, ConcatenateOptions>> {
  static override className = 'Concatenate';
  declare readonly [shapeRule]: ConcatenateRule<Given<A, ConcatenateOptions>>;
  readonly axis: number;

  constructor(...args: A) {
    super(optionsOf<A, ConcatenateOptions>(args), ['axis']);
    const { axis = -1 }: ConcatenateOptions = this.options;
    if (!Number.isSafeInteger(axis)) throw argumentError(this.label, 'axis must be an integer', { axis });
    this.axis = axis;
  }

  override build(inputShape: ShapeOrList): void {
    this.#check(isShapeList(inputShape) ? inputShape : [inputShape]);
    super.build(inputShape);
  }

  #check(shapes: Parameters<typeof checkInputs>[1]): void {
    const rank = shapes[0]?.length ?? 0;
    const axis = axisIn(this.label, this.axis, rank);
    checkInputs(this.label, axis === 0 ? shapes.map((shape) => shape.with(0, null)) : shapes, 2);
    concatShape(this.label, shapes, axis);
  }

  override call(inputs: TensorOrList): Tensor {
    const list: readonly Tensor[] = Array.isArray(inputs) ? inputs : [inputs];
    this.#check(list.map((x) => x.shape));
    return concat(list, this.axis);
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    return {
      op: 'concat',
      inputShapes: isShapeList(inputShape) ? inputShape : [inputShape],
      axis: this.axis,
    };
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), axis: this.axis };
  }
}

/** The shape rule of a `Concatenate` with options `O`. */
export interface ConcatenateRule<O> extends ListRule {
  readonly options: Reads<O, 'axis'>;
  readonly output: ConcatenateShape<this['input'], Option<O, 'axis', -1>, Label<'Concatenate', O>>;
}
type ConcatenateShape<Shapes, Axis, Op extends string> =
  IsOpen<Shapes> extends true
    ? Dims
    : Shapes extends readonly [infer First, ...unknown[]]
      ? (
          First extends readonly unknown[]
            ? IsOpen<First> extends true
              ? number
              : AxisIn<First, Axis, Op>
            : number
        ) extends infer At
        ? At extends ShapeError
          ? At
          : InputsFault<
                number extends At ? AnyBatch<Shapes> : At extends 0 ? AnyBatch<Shapes> : Shapes
              > extends infer Fault extends string
            ? ShapeError<`${Op}: ${Fault}`>
            : ConcatShape<Shapes, Axis, Op>
        : never
      : Dims;
/** The shapes without their batch sizes, which need not agree when they are added up. */
type AnyBatch<Shapes extends readonly unknown[]> = {
  [K in keyof Shapes]: Shapes[K] extends readonly [unknown, ...infer Sample] ? [null, ...Sample] : Shapes[K];
};

registerLayer(Concatenate);
