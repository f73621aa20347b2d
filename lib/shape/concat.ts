import { argumentError, shapeError } from '../errors.js';
import type { Dims } from './dims.js';

/** The shape of tensors put one after the other along an axis (in [0, rank)): all other sizes must agree. */
export function concatShape(op: string, shapes: readonly Dims[], axis: number): Dims {
  const first = shapes[0] as Dims;
  const result = [...first];
  shapes.slice(1).forEach((shape, i) => {
    if (shape.length !== first.length) {
      throw shapeError(
        op,
        `all tensors must have one rank: tensor ${i + 1} has ${shape.length} axes, tensor 0 has ${first.length}`,
        { shapes },
      );
    }
    shape.forEach((size, at) => {
      const before = result[at] as number | null;
      if (at === axis) result[at] = before === null || size === null ? null : before + size;
      else if (before === null) result[at] = size;
      else if (size !== null && size !== before) {
        throw shapeError(
          op,
          `only axis ${axis} may differ: axis ${at} has size ${size} in tensor ${i + 1} and ${before} before it`,
          { shapes, axis },
        );
      }
    });
  });
  return result;
}

/**
 * The sizes of the parts of a split: equal parts for a number, else the sizes as given, one of which may be -1.
 * @param size the size of the axis that is split
 */
export function splitSizes(op: string, size: number, sections: unknown): readonly number[] {
  if (typeof sections === 'number') {
    if (!Number.isSafeInteger(sections) || sections < 1) {
      throw argumentError(op, 'the number of parts must be an integer of at least 1', { sections });
    }
    if (size % sections !== 0) {
      throw shapeError(
        op,
        `an axis of ${size} does not divide into ${sections} equal parts`,
        { size, sections },
        'Give the sizes of the parts as an array',
      );
    }
    return new Array<number>(sections).fill(size / sections);
  }
  if (!Array.isArray(sections) || sections.length === 0) {
    throw argumentError(op, 'sections must be a number of parts or an array of their sizes', { sections });
  }
  const sizes = Array.from(sections as readonly unknown[]);
  let total = 0;
  for (const part of sizes) {
    if (!Number.isSafeInteger(part) || (part as number) < -1) {
      throw argumentError(op, 'every size must be an integer of at least 0, or one of them -1', { sections });
    }
    if (part !== -1) total += part as number;
  }
  const open = sizes.filter((part) => part === -1).length;
  if (open > 1) throw argumentError(op, 'only one size can be -1', { sections });
  if (open === 0 ? total !== size : total > size) {
    throw shapeError(op, `the parts add up to ${total}, the axis has ${size}`, { sections });
  }
  return sizes.map((part) => (part === -1 ? size - total : (part as number)));
}
