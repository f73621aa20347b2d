import type { AxesIn } from '../shape/axes.js';
import type { Dims } from '../shape/dims.js';
import type { IsOpen, Option, Plain, ShapeError, Show } from '../shape/typed.js';
import type { Label, Reads, ShapeRule } from './rule.js';

/** What layers that keep the shape, but care for some of its axes, say about it in types. */

/** The shape rule of layers that work along the option `axis` (-1). */
export interface AlongAxisRule<O, Class extends string> extends ShapeRule {
  readonly options: Reads<O, 'axis'>;
  readonly output: Along<this['input'], Option<O, 'axis', -1>, Label<Class, O>>;
}
type Along<S, Axis, Op extends string> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? AxesIn<S, Axis, Op> extends infer Axes
        ? [Axes] extends [ShapeError]
          ? Axes
          : Plain<S>
        : never
      : Dims;

/** The shape rule of layers that have weights for the sizes along the option `axis` (-1). */
export interface AxisRule<O, Class extends string> extends ShapeRule {
  readonly options: Reads<O, 'axis'>;
  readonly output: SameAlong<this['input'], Option<O, 'axis', -1>, Label<Class, O>>;
}

/** The shape as it is, or an error for an axis that it does not have or whose size is not known. */
export type SameAlong<S, Axis, Op extends string> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? AxesIn<S, Axis, Op> extends infer Axes
        ? [Axes] extends [ShapeError]
          ? Axes
          : FirstNull<S, Axes> extends infer At extends number
            ? ShapeError<`${Op}: the size of axis ${At} must be known: the weights depend on it. Received input=${Show<S>}`>
            : Plain<S>
        : never
      : Dims;

/** The first of some axes whose size is not known before the model runs, else `null`. */
export type FirstNull<
  S extends readonly unknown[],
  Axes,
  Seen extends readonly unknown[] = [],
> = number extends Axes
  ? null
  : S extends readonly [infer Head, ...infer Tail]
    ? [Seen['length'], Head] extends [Axes, null]
      ? Seen['length']
      : FirstNull<Tail, Axes, [...Seen, Head]>
    : null;
