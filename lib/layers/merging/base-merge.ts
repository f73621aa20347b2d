import { argumentError, dtypeError, shapeError } from '../../errors.js';
import { expandDims } from '../../ops/reshape.js';
import { broadcastAll } from '../../shape/broadcast.js';
import type { Shape, Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import { isShapeList, Layer, type LayerOptions, type ShapeOrList, type TensorOrList } from '../layer.js';

/** Refuses lists that cannot be merged: fewer than `least` inputs, or batches of different sizes. */
export function checkInputs(label: string, shapes: readonly Shape[], least: number): void {
  if (shapes.length < least) {
    throw argumentError(label, `it takes a list of at least ${least} inputs`, { inputs: shapes.length });
  }
  const batches = new Set(shapes.map((shape) => shape[0]).filter((dim) => dim !== null && dim !== undefined));
  if (batches.size > 1) throw shapeError(label, 'the batch sizes of the inputs differ', { inputs: shapes });
}

/** Inputs of one rank: those of a lower rank get axes of size 1 behind the batch, as in Keras. */
function sameRanks(inputs: readonly Tensor[]): readonly Tensor[] {
  const rank = Math.max(...inputs.map((x) => x.rank));
  return inputs.map((x) => {
    const missing = Array.from({ length: rank - x.rank }, (_, i) => i + 1);
    return missing.length === 0 ? x : expandDims(x, missing);
  });
}

/** Layers that merge several inputs element by element, with broadcasting. */
export abstract class Merge<const O extends LayerOptions = LayerOptions> extends Layer<O> {
  constructor(options: O) {
    super(options, []);
  }

  override build(inputShape: ShapeOrList): void {
    checkInputs(this.label, isShapeList(inputShape) ? inputShape : [inputShape], 2);
    super.build(inputShape);
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const inputShapes = isShapeList(inputShape) ? inputShape : [inputShape];
    return { op: 'merge', inputShapes, behindBatch: true };
  }

  /** The inputs merged, all of one rank and one dtype. */
  protected abstract merge(inputs: readonly Tensor[]): Tensor;

  override call(inputs: TensorOrList): Tensor {
    const given: readonly Tensor[] = Array.isArray(inputs) ? inputs : [inputs];
    const shapes = given.map((x) => x.shape);
    checkInputs(this.label, shapes, 2);
    const dtypes = given.map((x) => x.dtype);
    if (new Set(dtypes).size > 1)
      throw dtypeError(this.label, 'the inputs must have one dtype', { inputs: dtypes });
    const list = sameRanks(given);
    broadcastAll(
      this.label,
      list.map((x) => x.shape),
      { inputs: shapes },
    );
    return this.merge(list);
  }
}

/** The inputs folded from left to right. */
export const fold = (inputs: readonly Tensor[], op: (a: Tensor, b: Tensor) => Tensor): Tensor =>
  inputs.reduce((result, x) => op(result, x));
