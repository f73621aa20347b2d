import { shapeError } from '../errors.js';
import type { DType } from '../tensor/dtype.js';
import type { Shape } from '../tensor/tensor.js';

/** A shape and a dtype: what is known of a tensor before there are values. */
export interface TensorSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** One shape, or one per input. */
export type ShapeOrList = Shape | readonly Shape[];

/** A list of shapes, as opposed to one shape. */
export const isShapeList = (shape: ShapeOrList): shape is readonly Shape[] => Array.isArray(shape[0]);

/** Refuses what is not a shape; sizes may be `null`. */
export function checkShape(label: string, shape: unknown): void {
  const ok =
    Array.isArray(shape) && shape.every((dim) => dim === null || (Number.isSafeInteger(dim) && dim >= 0));
  if (!ok) {
    throw shapeError(
      label,
      'a shape is a list of integers of at least 0, or null where a size is not known',
      { shape },
    );
  }
}
