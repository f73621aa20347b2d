import { axisIn, boolean } from '../../check.js';
import { argumentError, shapeError } from '../../errors.js';
import { broadcastAll } from '../broadcast.js';
import { concatShape } from '../concat.js';
import type { Dims } from '../dims.js';
import { checkDims } from '../spatial.js';
import { Explanation } from './explanation.js';
import { type AxisMeaning, shapeText } from './text.js';

/** Tensors one after the other along an axis. */
export interface ConcatSpec {
  readonly op: 'concat';
  /** The whole shapes, two and more. */
  readonly inputShapes: readonly Dims[];
  /** Default -1, the last. */
  readonly axis?: number;
}

/** Tensors merged element by element, with broadcasting. */
export interface BroadcastSpec {
  /** `merge` is any other function of elements. */
  readonly op: 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'average' | 'merge';
  /** The whole shapes, two and more. */
  readonly inputShapes: readonly Dims[];
  /** Shapes of a lower rank get axes of size 1 behind the batch, as a merging layer has it, not in front. Default false. */
  readonly behindBatch?: boolean;
}

function checkShapes(label: string, shapes: readonly Dims[]): void {
  if (!Array.isArray(shapes) || shapes.length < 2) {
    throw argumentError(label, 'it takes at least two shapes', { inputShapes: shapes });
  }
  for (const shape of shapes) checkDims(label, 'input', shape);
}

/**
 * Explains a concatenation.
 * @throws as `concatShape`
 *
 * @example
 * explainConcat({ op: 'concat', inputShapes: [[null, 8, 8, 16], [null, 8, 8, 32]] }).formulas; // ["axis 3 = 16 + 32 = 48"]
 */
export function explainConcat(spec: ConcatSpec, label: string = spec.op): Explanation {
  const { inputShapes } = spec;
  checkShapes(label, inputShapes);
  const rank = (inputShapes[0] as Dims).length;
  const axis = axisIn(label, spec.axis ?? -1, rank);
  const shape = concatShape(label, inputShapes, axis);
  const sizes = inputShapes.map((input) => input[axis] ?? '?').join(' + ');
  const total = shape[axis] as number | null;
  return new Explanation({
    title: `${label}: ${inputShapes.map(shapeText).join(' and ')} along axis ${axis}`,
    inputShape: inputShapes,
    shape,
    axes: shape.map((size, at): AxisMeaning => {
      return {
        size,
        meaning: at === axis ? 'one input after the other: the sizes add up' : 'the same in all inputs',
      };
    }),
    formulas: [`axis ${axis} = ${sizes}${total === null ? '' : ` = ${total}`}`],
    rules: ['along the axis the sizes add up; along every other they must be the same'],
  });
}

/**
 * Explains how shapes broadcast.
 * @throws as `broadcastShapes`
 *
 * @example
 * explainBroadcast({ op: 'mul', inputShapes: [[50, 1], [50, 49]] }).shape; // [50, 49]
 */
export function explainBroadcast(spec: BroadcastSpec, label: string = spec.op): Explanation {
  const { inputShapes } = spec;
  checkShapes(label, inputShapes);
  const behindBatch = boolean(label, 'behindBatch', spec.behindBatch ?? false);
  const aligned = behindBatch ? behindBatches(label, inputShapes) : inputShapes;
  const grown = aligned.filter((shape, index) => shape.length !== inputShapes[index]?.length);
  const shape = broadcastAll(label, aligned, { shapes: inputShapes });
  return new Explanation({
    title: `${label}: ${inputShapes.map(shapeText).join(' and ')}, element by element`,
    inputShape: inputShapes,
    shape,
    axes: shape.map((size, axis): AxisMeaning => ({ size, meaning: meetingText(aligned, shape, axis) })),
    rules: ['shapes are aligned at the last axis; sizes must be equal, or one of them 1, which is repeated'],
    notes: grown.map(
      (given) => `An input of fewer axes gets axes of size 1 behind its batch: ${shapeText(given)}.`,
    ),
  });
}

/** Shapes of one rank: those of a lower rank get axes of size 1 behind the batch. */
function behindBatches(label: string, shapes: readonly Dims[]): readonly Dims[] {
  const batches = new Set(
    shapes.map(([batch]) => batch).filter((batch) => batch !== null && batch !== undefined),
  );
  if (batches.size > 1) throw shapeError(label, 'the batch sizes of the inputs differ', { inputs: shapes });
  const rank = Math.max(...shapes.map(({ length }) => length));
  return shapes.map((shape) => [
    ...shape.slice(0, 1),
    ...new Array<number>(rank - shape.length).fill(1),
    ...shape.slice(1),
  ]);
}

/** `50 meets 1: the 1 is repeated`. */
function meetingText(inputs: readonly Dims[], shape: Dims, axis: number): string {
  const sizes = inputs.map((input) => {
    const own = axis - (shape.length - input.length);
    return own < 0 ? undefined : (input[own] as number | null);
  });
  const shown = sizes.map((size) => (size === undefined ? 'nothing' : String(size))).join(' meets ');
  const repeated = sizes.filter((size) => size === 1 && shape[axis] !== 1).length > 0;
  const missing = sizes.includes(undefined);
  if (repeated) return `${shown}: the 1 is repeated`;
  return missing ? `${shown}: repeated along the axis that is missing` : shown;
}
