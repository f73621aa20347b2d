import { finite, integer, oneOf, toTuple } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import type { DataFormat, Padding } from '../shape/spatial.js';
import type { Defaults, Exact, IsAny } from '../shape/typed.js';
import type { Shape } from '../tensor/tensor.js';

/** Option normalisers that only layers need; the rest is in `check.ts`. */

/**
 * The arguments `A` of a constructor whose options may be left out: none, or `Options` and nothing else. A class has them,
 * and not the options, as its type parameter, so that `new MaxPooling2D()` is known to have been given nothing, while
 * `MaxPooling2D` alone, as the type of a variable or the class to extend, says nothing of the options.
 */
export type Arguments<A, Options> = readonly [
  options?: A extends readonly [infer O] ? Exact<O, Options> : Options,
];

/** The options among the arguments `A`: all at their defaults if there is none. */
export type Given<A, Options> =
  IsAny<A> extends true
    ? Options
    : A extends readonly []
      ? Defaults<Options>
      : A extends readonly [infer O extends Options]
        ? O
        : Options;

/** The options among the arguments of a constructor whose options may be left out. */
export function optionsOf<A extends readonly unknown[], Options>(args: A): Given<A, Options> {
  const [options = {}] = args;
  return options as Given<A, Options>;
}

/** `channelsLast` unless the option says otherwise. */
export function dataFormatOf(label: string, value: unknown): DataFormat {
  return oneOf(label, 'dataFormat', value ?? 'channelsLast', ['channelsLast', 'channelsFirst']);
}

/** `n` integers: one number for all, or exactly one per axis. A list of one number for several axes is refused, as in Keras. */
export function sizesOf(label: string, name: string, value: unknown, n: number): readonly number[] {
  if (Array.isArray(value) && value.length !== n) {
    throw argumentError(label, `${name} must be one integer or ${n} integers`, { [name]: value });
  }
  return toTuple(label, name, value, n, 1);
}

/** The padding of a window: one of the words, a number for all sides, or a number or [begin, end] pair per spatial axis. */
export function paddingOf(label: string, value: unknown, n: number, words: readonly string[]): Padding {
  if (typeof value === 'number') return integer(label, 'padding', value, 0);
  if (!Array.isArray(value)) return oneOf(label, 'padding', value, words) as Padding;
  if (value.length === n) return value as Padding;
  throw argumentError(
    label,
    `padding must have one entry per spatial axis, ${n} in all`,
    { padding: value },
    'Write a number for both sides of an axis, or a pair [begin, end]',
  );
}

export type Pair = readonly [begin: number, end: number];

/** What padding and cropping layers take: one integer, one per axis, or one (begin, end) pair per axis. */
export type SpatialPairs = number | readonly (number | readonly number[])[];

/** One (begin, end) pair per spatial axis. For one axis, `[1, 2]` is that pair. */
export function pairsOf(label: string, name: string, value: unknown, n: number): readonly Pair[] {
  if (typeof value === 'number') {
    const both = integer(label, name, value, 0);
    return Array.from({ length: n }, () => [both, both] as const);
  }
  if (n === 1) return [pairOf(label, name, Array.isArray(value) && value.length === 1 ? value[0] : value)];
  if (!Array.isArray(value) || value.length !== n) {
    throw argumentError(label, `${name} must be one integer or have ${n} entries`, { [name]: value });
  }
  return value.map((entry, axis) => pairOf(label, `${name}[${axis}]`, entry));
}

function pairOf(label: string, name: string, value: unknown): Pair {
  if (typeof value !== 'number' && !(Array.isArray(value) && value.length === 2)) {
    throw argumentError(label, `${name} must be an integer or two integers (begin, end)`, { [name]: value });
  }
  return toTuple(label, name, value, 2, 0) as Pair;
}

/** The axes of height, width, ... */
export function spatialAxes(format: DataFormat, rank: number): readonly number[] {
  const first = format === 'channelsLast' ? 1 : 2;
  return Array.from({ length: rank - 2 }, (_, i) => first + i);
}

/** The axis of a layer, or several: integers; whether they fit the input is known when the layer is built. */
export function axisOption(label: string, value: unknown): number | readonly number[] {
  const good = (axis: unknown) => typeof axis === 'number' && Number.isSafeInteger(axis);
  if (good(value)) return value as number;
  if (Array.isArray(value) && value.length > 0 && value.every(good)) return value as readonly number[];
  throw argumentError(label, 'axis must be an integer or a list of integers', { axis: value });
}

/** A number of at least 0, such as a slope. */
export function atLeastZero(label: string, name: string, value: unknown): number {
  const checked = finite(label, name, value);
  if (checked < 0) throw argumentError(label, `${name} must not be negative`, { [name]: value });
  return checked;
}

/** A size that weights depend on: it must be known when the layer is built. */
export function knownSize(label: string, shape: Shape, axis: number, what: string): number {
  const size = shape[axis];
  if (size === null || size === undefined) {
    throw shapeError(
      label,
      `${what} must be known: the weights depend on it`,
      { input: shape },
      `Give the input a size on axis ${axis}`,
    );
  }
  return size;
}
