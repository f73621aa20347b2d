import { argumentError, shapeError } from './errors.js';

/** Argument normalisers: each takes the op's name and the argument's name, and returns the value in its one form. */

/** An integer of at least `min` (default 1), or an ERR_ARGUMENT that names it. */
export function integer(op: string, name: string, value: unknown, min = 1): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min) {
    throw argumentError(op, `${name} must be an integer of at least ${min}`, { [name]: value });
  }
  return value;
}

/** A finite number, or an ERR_ARGUMENT that names it. */
export function finite(op: string, name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw argumentError(op, `${name} must be a finite number`, { [name]: value });
  }
  return value;
}

/** A boolean, or an ERR_ARGUMENT that names it. */
export function boolean(op: string, name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw argumentError(op, `${name} must be true or false`, { [name]: value });
  return value;
}

/** One of the allowed values, or an ERR_ARGUMENT that lists them. */
export function oneOf<const T extends string>(
  op: string,
  name: string,
  value: unknown,
  allowed: readonly T[],
): T {
  if (!allowed.includes(value as T)) {
    throw argumentError(op, `${name} must be one of ${allowed.map((item) => `"${item}"`).join(', ')}`, {
      [name]: value,
    });
  }
  return value as T;
}

/** `n` integers of at least `min`: one number is repeated, an array of one too, an array of `n` is taken as it is. */
export function toTuple(op: string, name: string, value: unknown, n: number, min = 1): readonly number[] {
  if (Array.isArray(value)) {
    if (value.length === 1 && n > 1) return new Array<number>(n).fill(integer(op, name, value[0], min));
    if (value.length !== n) {
      throw argumentError(op, `${name} must be one integer or ${n} integers`, { [name]: value });
    }
    return value.map((item) => integerIn(op, name, value, item, min));
  }
  return new Array<number>(n).fill(integer(op, name, value, min));
}

function integerIn(op: string, name: string, whole: unknown, value: unknown, min: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min) {
    throw argumentError(op, `every number of ${name} must be an integer of at least ${min}`, {
      [name]: whole,
    });
  }
  return value;
}

/** An axis in [-rank, rank), returned in [0, rank). */
export function axisIn(op: string, axis: unknown, rank: number, name = 'axis'): number {
  if (typeof axis !== 'number' || !Number.isSafeInteger(axis)) {
    throw argumentError(op, `${name} must be an integer`, { [name]: axis });
  }
  if (axis < -rank || axis >= rank) {
    throw shapeError(
      op,
      `${name} is out of range for a tensor of rank ${rank}`,
      { [name]: axis },
      rank === 0 ? 'A scalar has no axes' : `Use ${-rank} to ${rank - 1}`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

/** Several axes, each once, as a sorted list of non-negative numbers; `null`/`undefined` means all of them. */
export function axesIn(op: string, axes: unknown, rank: number, name = 'axis'): readonly number[] {
  if (axes === undefined || axes === null) return Array.from({ length: rank }, (_, i) => i);
  const list = (Array.isArray(axes) ? axes : [axes]).map((axis) => axisIn(op, axis, rank, name));
  if (new Set(list).size !== list.length) {
    throw argumentError(op, `${name} must not name an axis twice`, { [name]: axes });
  }
  return list.sort((a, b) => a - b);
}

/** Refuses options that the function does not know: a misspelt option must not be ignored. */
export function knownOptions(op: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw argumentError(op, `unknown option "${key}"`, undefined, `Known options: ${known.join(', ')}`);
    }
  }
}

/**
 * Options read once: a plain copy of the known ones, so that a getter cannot give a second answer after the check.
 * Refuses what is no object, and options that the function does not know.
 */
export function readOptions<T extends object>(
  op: string,
  options: T | undefined,
  known: readonly (keyof T & string)[],
): Partial<T> {
  if (options === undefined) return {};
  if (
    typeof options !== 'object' ||
    options === null ||
    Array.isArray(options) ||
    ArrayBuffer.isView(options)
  ) {
    throw argumentError(op, 'options must be an object', { options }, `Known options: ${known.join(', ')}`);
  }
  knownOptions(op, options, known);
  const copy: Partial<T> = {};
  for (const key of known) {
    const value = options[key];
    if (value !== undefined) copy[key] = value;
  }
  return copy;
}
