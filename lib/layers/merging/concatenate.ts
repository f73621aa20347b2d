import { axisIn } from '../../check.js';
import { argumentError } from '../../errors.js';
import { concat } from '../../ops/concat.js';
import { concatShape } from '../../shape/concat.js';
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
import { registerLayer } from '../registry.js';
import { checkInputs } from './base-merge.js';

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
export class Concatenate<const O extends ConcatenateOptions = ConcatenateOptions> extends Layer<O> {
  static override className = 'Concatenate';
  readonly axis: number;

  constructor(options: O = {} as O) {
    super(options, ['axis']);
    const { axis = -1 } = options;
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

registerLayer(Concatenate);
