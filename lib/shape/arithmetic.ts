/**
 * Arithmetic on literal numbers in types: school arithmetic, digit by digit, on the decimal text of a number. It is exact
 * for every safe integer, and its depth is the number of digits, so that 512 * 512 costs no more than 5 * 5.
 *
 * Numbers are natural (integers of at least 0). Inside, a number is its digits from the little end, '' being 0.
 */

type Bit = '0' | '1';

/** Carry and digit of a + b, and of a + b + 1. */
// biome-ignore format: a table
interface Plus0 {
  '0': { '0': '00', '1': '01', '2': '02', '3': '03', '4': '04', '5': '05', '6': '06', '7': '07', '8': '08', '9': '09' };
  '1': { '0': '01', '1': '02', '2': '03', '3': '04', '4': '05', '5': '06', '6': '07', '7': '08', '8': '09', '9': '10' };
  '2': { '0': '02', '1': '03', '2': '04', '3': '05', '4': '06', '5': '07', '6': '08', '7': '09', '8': '10', '9': '11' };
  '3': { '0': '03', '1': '04', '2': '05', '3': '06', '4': '07', '5': '08', '6': '09', '7': '10', '8': '11', '9': '12' };
  '4': { '0': '04', '1': '05', '2': '06', '3': '07', '4': '08', '5': '09', '6': '10', '7': '11', '8': '12', '9': '13' };
  '5': { '0': '05', '1': '06', '2': '07', '3': '08', '4': '09', '5': '10', '6': '11', '7': '12', '8': '13', '9': '14' };
  '6': { '0': '06', '1': '07', '2': '08', '3': '09', '4': '10', '5': '11', '6': '12', '7': '13', '8': '14', '9': '15' };
  '7': { '0': '07', '1': '08', '2': '09', '3': '10', '4': '11', '5': '12', '6': '13', '7': '14', '8': '15', '9': '16' };
  '8': { '0': '08', '1': '09', '2': '10', '3': '11', '4': '12', '5': '13', '6': '14', '7': '15', '8': '16', '9': '17' };
  '9': { '0': '09', '1': '10', '2': '11', '3': '12', '4': '13', '5': '14', '6': '15', '7': '16', '8': '17', '9': '18' };
}
// biome-ignore format: a table
interface Plus1 {
  '0': { '0': '01', '1': '02', '2': '03', '3': '04', '4': '05', '5': '06', '6': '07', '7': '08', '8': '09', '9': '10' };
  '1': { '0': '02', '1': '03', '2': '04', '3': '05', '4': '06', '5': '07', '6': '08', '7': '09', '8': '10', '9': '11' };
  '2': { '0': '03', '1': '04', '2': '05', '3': '06', '4': '07', '5': '08', '6': '09', '7': '10', '8': '11', '9': '12' };
  '3': { '0': '04', '1': '05', '2': '06', '3': '07', '4': '08', '5': '09', '6': '10', '7': '11', '8': '12', '9': '13' };
  '4': { '0': '05', '1': '06', '2': '07', '3': '08', '4': '09', '5': '10', '6': '11', '7': '12', '8': '13', '9': '14' };
  '5': { '0': '06', '1': '07', '2': '08', '3': '09', '4': '10', '5': '11', '6': '12', '7': '13', '8': '14', '9': '15' };
  '6': { '0': '07', '1': '08', '2': '09', '3': '10', '4': '11', '5': '12', '6': '13', '7': '14', '8': '15', '9': '16' };
  '7': { '0': '08', '1': '09', '2': '10', '3': '11', '4': '12', '5': '13', '6': '14', '7': '15', '8': '16', '9': '17' };
  '8': { '0': '09', '1': '10', '2': '11', '3': '12', '4': '13', '5': '14', '6': '15', '7': '16', '8': '17', '9': '18' };
  '9': { '0': '10', '1': '11', '2': '12', '3': '13', '4': '14', '5': '15', '6': '16', '7': '17', '8': '18', '9': '19' };
}

/** Borrow and digit of a - b, and of a - b - 1. */
// biome-ignore format: a table
interface Minus0 {
  '0': { '0': '00', '1': '19', '2': '18', '3': '17', '4': '16', '5': '15', '6': '14', '7': '13', '8': '12', '9': '11' };
  '1': { '0': '01', '1': '00', '2': '19', '3': '18', '4': '17', '5': '16', '6': '15', '7': '14', '8': '13', '9': '12' };
  '2': { '0': '02', '1': '01', '2': '00', '3': '19', '4': '18', '5': '17', '6': '16', '7': '15', '8': '14', '9': '13' };
  '3': { '0': '03', '1': '02', '2': '01', '3': '00', '4': '19', '5': '18', '6': '17', '7': '16', '8': '15', '9': '14' };
  '4': { '0': '04', '1': '03', '2': '02', '3': '01', '4': '00', '5': '19', '6': '18', '7': '17', '8': '16', '9': '15' };
  '5': { '0': '05', '1': '04', '2': '03', '3': '02', '4': '01', '5': '00', '6': '19', '7': '18', '8': '17', '9': '16' };
  '6': { '0': '06', '1': '05', '2': '04', '3': '03', '4': '02', '5': '01', '6': '00', '7': '19', '8': '18', '9': '17' };
  '7': { '0': '07', '1': '06', '2': '05', '3': '04', '4': '03', '5': '02', '6': '01', '7': '00', '8': '19', '9': '18' };
  '8': { '0': '08', '1': '07', '2': '06', '3': '05', '4': '04', '5': '03', '6': '02', '7': '01', '8': '00', '9': '19' };
  '9': { '0': '09', '1': '08', '2': '07', '3': '06', '4': '05', '5': '04', '6': '03', '7': '02', '8': '01', '9': '00' };
}
// biome-ignore format: a table
interface Minus1 {
  '0': { '0': '19', '1': '18', '2': '17', '3': '16', '4': '15', '5': '14', '6': '13', '7': '12', '8': '11', '9': '10' };
  '1': { '0': '00', '1': '19', '2': '18', '3': '17', '4': '16', '5': '15', '6': '14', '7': '13', '8': '12', '9': '11' };
  '2': { '0': '01', '1': '00', '2': '19', '3': '18', '4': '17', '5': '16', '6': '15', '7': '14', '8': '13', '9': '12' };
  '3': { '0': '02', '1': '01', '2': '00', '3': '19', '4': '18', '5': '17', '6': '16', '7': '15', '8': '14', '9': '13' };
  '4': { '0': '03', '1': '02', '2': '01', '3': '00', '4': '19', '5': '18', '6': '17', '7': '16', '8': '15', '9': '14' };
  '5': { '0': '04', '1': '03', '2': '02', '3': '01', '4': '00', '5': '19', '6': '18', '7': '17', '8': '16', '9': '15' };
  '6': { '0': '05', '1': '04', '2': '03', '3': '02', '4': '01', '5': '00', '6': '19', '7': '18', '8': '17', '9': '16' };
  '7': { '0': '06', '1': '05', '2': '04', '3': '03', '4': '02', '5': '01', '6': '00', '7': '19', '8': '18', '9': '17' };
  '8': { '0': '07', '1': '06', '2': '05', '3': '04', '4': '03', '5': '02', '6': '01', '7': '00', '8': '19', '9': '18' };
  '9': { '0': '08', '1': '07', '2': '06', '3': '05', '4': '04', '5': '03', '6': '02', '7': '01', '8': '00', '9': '19' };
}

/** The two digits of a * b. */
// biome-ignore format: a table
interface Times {
  '0': { '0': '00', '1': '00', '2': '00', '3': '00', '4': '00', '5': '00', '6': '00', '7': '00', '8': '00', '9': '00' };
  '1': { '0': '00', '1': '01', '2': '02', '3': '03', '4': '04', '5': '05', '6': '06', '7': '07', '8': '08', '9': '09' };
  '2': { '0': '00', '1': '02', '2': '04', '3': '06', '4': '08', '5': '10', '6': '12', '7': '14', '8': '16', '9': '18' };
  '3': { '0': '00', '1': '03', '2': '06', '3': '09', '4': '12', '5': '15', '6': '18', '7': '21', '8': '24', '9': '27' };
  '4': { '0': '00', '1': '04', '2': '08', '3': '12', '4': '16', '5': '20', '6': '24', '7': '28', '8': '32', '9': '36' };
  '5': { '0': '00', '1': '05', '2': '10', '3': '15', '4': '20', '5': '25', '6': '30', '7': '35', '8': '40', '9': '45' };
  '6': { '0': '00', '1': '06', '2': '12', '3': '18', '4': '24', '5': '30', '6': '36', '7': '42', '8': '48', '9': '54' };
  '7': { '0': '00', '1': '07', '2': '14', '3': '21', '4': '28', '5': '35', '6': '42', '7': '49', '8': '56', '9': '63' };
  '8': { '0': '00', '1': '08', '2': '16', '3': '24', '4': '32', '5': '40', '6': '48', '7': '56', '8': '64', '9': '72' };
  '9': { '0': '00', '1': '09', '2': '18', '3': '27', '4': '36', '5': '45', '6': '54', '7': '63', '8': '72', '9': '81' };
}

type Plus = { '0': Plus0; '1': Plus1 };
type Minus = { '0': Minus0; '1': Minus1 };
type At<T, A, B> = A extends keyof T ? (B extends keyof T[A] ? T[A][B] : never) : never;

type Reverse<S extends string, R extends string = ''> = S extends `${infer Head}${infer Tail}`
  ? Reverse<Tail, `${Head}${R}`>
  : R;
/** Without the zeros at the big end. */
type Strip<S extends string> = S extends `${infer Head}0` ? Strip<Head> : S;

type AddDigits<
  A extends string,
  B extends string,
  Carry extends Bit = '0',
  R extends string = '',
> = A extends `${infer a}${infer As}`
  ? B extends `${infer b}${infer Bs}`
    ? At<Plus[Carry], a, b> extends `${infer c extends Bit}${infer d}`
      ? AddDigits<As, Bs, c, `${R}${d}`>
      : never
    : Carry extends '0'
      ? `${R}${A}`
      : AddDigits<A, '0', Carry, R>
  : B extends ''
    ? Carry extends '0'
      ? R
      : `${R}1`
    : AddDigits<B, '', Carry, R>;

/** A - B for A >= B. */
type SubtractDigits<
  A extends string,
  B extends string,
  Borrow extends Bit = '0',
  R extends string = '',
> = A extends `${infer a}${infer As}`
  ? B extends `${infer b}${infer Bs}`
    ? At<Minus[Borrow], a, b> extends `${infer c extends Bit}${infer d}`
      ? SubtractDigits<As, Bs, c, `${R}${d}`>
      : never
    : Borrow extends '0'
      ? Strip<`${R}${A}`>
      : SubtractDigits<A, '0', Borrow, R>
  : Strip<R>;

export type Order = 'less' | 'equal' | 'greater';

type CompareDigits<
  A extends string,
  B extends string,
  So extends Order = 'equal',
> = A extends `${infer a}${infer As}`
  ? B extends `${infer b}${infer Bs}`
    ? At<Minus['0'], a, b> extends `${infer c}${infer d}`
      ? CompareDigits<As, Bs, c extends '1' ? 'less' : d extends '0' ? So : 'greater'>
      : never
    : 'greater'
  : B extends ''
    ? So
    : 'less';

type MultiplyDigit<
  A extends string,
  D extends string,
  Carry extends string = '0',
  R extends string = '',
> = A extends `${infer a}${infer As}`
  ? At<Times, a, D> extends `${infer high}${infer low}`
    ? At<Plus['0'], low, Carry> extends `${infer c extends Bit}${infer d}`
      ? At<Plus[c], high, '0'> extends `0${infer next}`
        ? MultiplyDigit<As, D, next, `${R}${d}`>
        : never
      : never
    : never
  : Carry extends '0'
    ? R
    : `${R}${Carry}`;

type Tenfold<R extends string> = R extends '' ? '' : `0${R}`;

/** A from the little end times B from the big end. */
type MultiplyDigits<
  A extends string,
  B extends string,
  R extends string = '',
> = B extends `${infer b}${infer Bs}`
  ? MultiplyDigits<A, Bs, b extends '0' ? Tenfold<R> : AddDigits<Tenfold<R>, MultiplyDigit<A, b>>>
  : R;

type Successors = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** How often B goes into R (fewer than 10 times), and what is left. */
type DivideDigit<R extends string, B extends string, Q extends string = '0'> =
  CompareDigits<R, B> extends 'less'
    ? [Q, R]
    : DivideDigit<SubtractDigits<R, B>, B, Successors[Q & keyof Successors] & string>;

/** Long division of A from the big end; the quotient comes out from the big end, the remainder from the little one. */
type DivideDigits<
  A extends string,
  B extends string,
  R extends string = '',
  Q extends string = '',
> = A extends `${infer a}${infer As}`
  ? DivideDigit<`${R}${a}` extends '0' ? '' : `${a}${R}`, B> extends [
      infer q extends string,
      infer r extends string,
    ]
    ? DivideDigits<As, B, r, `${Q}${q}` extends '0' ? '' : `${Q}${q}`>
    : never
  : [Q, R];

type Value<BigEnd> = BigEnd extends '' ? 0 : BigEnd extends `${infer N extends number}` ? N : number;
type Big<N extends number> = N extends 0 ? '' : `${N}`;
type Little<N extends number> = Reverse<Big<N>>;

export type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never;

/** Whether N is one literal integer of at least 0, written without an exponent. */
export type IsNatural<N> = [N] extends [never]
  ? false
  : [N] extends [number]
    ? number extends N
      ? false
      : IsUnion<N> extends true
        ? false
        : `${N}` extends `-${string}` | `${string}.${string}` | `${string}e${string}`
          ? false
          : true
    : false;

/** Whether N is one literal number that is less than 0 or no integer. */
export type IsUnnatural<N> = [N] extends [never]
  ? false
  : [N] extends [number]
    ? IsUnion<N> extends true
      ? false
      : `${N}` extends `-${string}` | `${string}.${string}`
        ? true
        : false
    : false;

/** Whether every element of a tuple is natural. */
export type AllNatural<T extends readonly unknown[]> = T extends readonly [infer Head, ...infer Tail]
  ? IsNatural<Head> extends true
    ? AllNatural<Tail>
    : false
  : T extends readonly []
    ? true
    : false;

/** A + B. */
export type Add<A extends number, B extends number> = B extends 0
  ? A
  : A extends 0
    ? B
    : Value<Reverse<AddDigits<Little<A>, Little<B>>>>;

/** A - B, for A of at least B. */
export type Subtract<A extends number, B extends number> = Value<
  Reverse<SubtractDigits<Little<A>, Little<B>>>
>;

/** A * B. */
export type Multiply<A extends number, B extends number> = A extends 1
  ? B
  : B extends 1
    ? A
    : Value<Reverse<MultiplyDigits<Little<A>, Big<B>>>>;

/** [floor(A / B), A mod B]. Nothing is known of A / 0, and it is no fault: an option of 0 is refused at run time. */
export type DivMod<A extends number, B extends number> = B extends 0
  ? [number, 0]
  : B extends 1
    ? [A, 0]
    : DivideDigits<Big<A>, Little<B>> extends [infer q, infer r extends string]
      ? [Value<q>, Value<Reverse<r>>]
      : never;

/** floor(A / B), for B of at least 1. */
export type FloorDiv<A extends number, B extends number> = DivMod<A, B>[0];

/** ceil(A / B), for B of at least 1. */
export type CeilDiv<A extends number, B extends number> =
  DivMod<A, B> extends [infer q extends number, infer r] ? (r extends 0 ? q : Add<q, 1>) : never;

/** Whether B of at least 1 divides A. */
export type Divides<B extends number, A extends number> = DivMod<A, B>[1] extends 0 ? true : false;

export type Compare<A extends number, B extends number> = CompareDigits<Little<A>, Little<B>>;

/** Whether A < B. */
export type IsLess<A extends number, B extends number> = Compare<A, B> extends 'less' ? true : false;
