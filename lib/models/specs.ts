import { argumentError, shapeError } from '../errors.js';
import { checkInput } from '../graph/input.js';
import type { SymbolicTensor } from '../graph/symbolic.js';
import { checkShape, isShapeList, type ShapeOrList, type TensorSpec } from '../layers/layer.js';
import type { Shape } from '../tensor/tensor.js';

/** A list of shapes of which every size is known. */
export function knownShapes(label: string, wanted: ShapeOrList): readonly Shape[] {
  const shapes = isShapeList(wanted) ? wanted : [wanted];
  for (const known of shapes) {
    checkShape(label, known);
    if (known.includes(null)) throw shapeError(label, 'every size must be known', { shape: known });
  }
  return shapes;
}

/** What the inputs of a model are when they have these shapes. */
export function specsOf(
  label: string,
  inputs: readonly SymbolicTensor[],
  shapes: readonly Shape[],
): TensorSpec[] {
  if (shapes.length !== inputs.length) {
    throw argumentError(label, `it has ${inputs.length} inputs`, { shapes });
  }
  return inputs.map((input, index) => {
    const spec = { shape: shapes[index] as Shape, dtype: input.dtype };
    checkInput(label, input, spec);
    return spec;
  });
}
