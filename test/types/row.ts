import type { OutputOf } from '../../lib/layers/rule.js';
import type { Dims } from '../../lib/shape/dims.js';
import type { Plain, ShapeError } from '../../lib/shape/typed.js';
import type { Equal } from './equal.js';

/** The tables of these folders write a shape or a message once; it is compared with what the compiler infers when the file is
 * compiled, and with what the layer says when the tests run. */

/** A call of a layer, and the shape that it gives. */
export interface Row {
  readonly call: () => unknown;
  readonly expected: Dims;
}

/** A call that is wrong: the layer, the shape or shapes it is called on, and how the message begins. */
export interface WrongRow {
  readonly layer: () => unknown;
  readonly input: unknown;
  readonly message: string;
  /** What the run time gives where only the types refuse. */
  readonly typesOnly: Dims | undefined;
}

/** A size that types do not know. */
export const some = (size: number): number => size;

/** A size of which types do not even know whether it is known. */
export const maybe = (size: number | null): number | null => size;

/** A shape of which types know nothing. */
export const open = (...shape: Dims): Dims => shape;

/** What the compiler infers; the type that an expectation must have when it is wrong. */
interface Inferred<T> {
  readonly inferred: T;
}
type Same<Given, Expected> =
  Equal<Plain<Given>, Plain<Expected>> extends true ? unknown : Inferred<Plain<Given>>;

/** A row: what `call` returns has exactly the type of `expected`, and its value. */
export const row = <Given, const E extends Dims>(call: () => Given, expected: E & Same<Given, E>): Row => ({
  call,
  expected,
});

type SameMessage<Result, Message> = [Result] extends [ShapeError<infer Given>]
  ? Equal<Given, Message> extends true
    ? unknown
    : Inferred<Given>
  : Inferred<Result>;

/** A wrong row: the compiler refuses the call with exactly this message, and the message at run time begins with it. */
export const wrong = <L, const S, const M extends string>(
  layer: () => L,
  input: S,
  message: M & SameMessage<OutputOf<L, S>, M>,
): WrongRow => ({ layer, input, message, typesOnly: undefined });

/** A row that only types refuse: at run time the layer gives `shape`. */
export const typesOnly = <L, const S, const M extends string>(
  layer: () => L,
  input: S,
  message: M & SameMessage<OutputOf<L, S>, M>,
  shape: Dims,
): WrongRow => ({ layer, input, message, typesOnly: shape });
