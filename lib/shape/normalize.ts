import type { Divides, IsNatural } from './arithmetic.js';
import type { AxisIn } from './axes.js';
import type { IsOpen, Option, ShapeError, Show } from './typed.js';

/** The shape of a group normalisation with the options `groups` (32) and `axis` (-1) in types: `S`, or an error about its groups. */
export type GroupedShape<S, O, Op extends string = 'groupNorm'> =
  IsOpen<S> extends true
    ? S
    : S extends readonly unknown[]
      ? AxisIn<S, Option<O, 'axis', -1>, Op> extends infer A
        ? A extends ShapeError
          ? A
          : number extends A
            ? S
            : A extends 0
              ? ShapeError<`${Op}: axis 0 is the batch, not the channels`>
              : GroupFault<S[A & number], Option<O, 'groups', 32>, S> extends infer Fault extends string
                ? ShapeError<`${Op}: ${Fault}`>
                : S
        : never
      : S;
type GroupFault<Channels, Groups, S> = [Channels] extends [null]
  ? `the number of channels must be known. Received x=${Show<S>}`
  : IsNatural<Groups> extends true
    ? Groups extends 0
      ? 'groups must be an integer of at least 1, or -1 for one group per channel. Received groups=0'
      : IsNatural<Channels> extends true
        ? Divides<Groups & number, Channels & number> extends false
          ? `${Channels & number} channels do not divide into ${Groups & number} groups. Received x=${Show<S>}`
          : null
        : null
    : null;
