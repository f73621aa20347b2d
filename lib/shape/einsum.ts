import { argumentError, shapeError } from '../errors.js';
import type { IsUnion } from './arithmetic.js';
import type { HasTwice } from './axes.js';
import type { Meet } from './broadcast.js';
import { type Dims, elementCount } from './dims.js';
import { checkDims } from './spatial.js';
import type { IsOpen, ShapeError } from './typed.js';

/** A parsed einsum equation over shapes. A label is a letter, or `.n` for the n-th axis of the ellipsis from its end. */
export interface EinsumGeometry {
  /** One label per axis, for each operand. */
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
  readonly sizes: ReadonlyMap<string, number | null>;
  readonly outShape: Dims;
}

/**
 * Parses an einsum equation and checks it against the operands' shapes. Explicit output `ij,jk->ik` or implicit (labels
 * that occur once, in alphabetical order, after the ellipsis); `...` broadcasts as NumPy; a label twice in one operand is
 * its diagonal; a size of 1 broadcasts against another size of the same label.
 * @throws ERR_ARGUMENT for a bad equation, ERR_SHAPE for sizes that do not fit
 *
 * @example
 * einsumGeometry('einsum', 'bij,bjk->bik', [[8, 2, 3], [8, 3, 5]]).outShape; // [8, 2, 5]
 */
export function einsumGeometry(op: string, equation: string, shapes: readonly Dims[]): EinsumGeometry {
  if (typeof equation !== 'string') throw argumentError(op, 'the equation must be a string', { equation });
  const sides = equation.replaceAll(/\s/g, '').split('->');
  if (sides.length > 2) throw argumentError(op, 'the equation has more than one arrow', { equation });
  const terms = (sides[0] as string).split(',');
  if (terms.length !== shapes.length) {
    throw argumentError(op, `the equation names ${terms.length} operands, ${shapes.length} were given`, {
      equation,
    });
  }
  const sizes = new Map<string, number | null>();
  const inputs = terms.map((term, index) => {
    const shape = shapes[index] as Dims;
    checkDims(op, `operand ${index}`, shape);
    const labels = labelsOf(op, equation, term, shape, index);
    labels.forEach((label, axis) => {
      meet(op, equation, sizes, label, shape[axis] as number | null, { index, shapes });
    });
    checkDiagonals(op, equation, labels, shape, index);
    return labels;
  });
  const output =
    sides.length === 2 ? outputLabels(op, equation, sides[1] as string, sizes) : implicitOutput(inputs);
  const outShape = output.map((label) => sizes.get(label) as number | null);
  elementCount(
    op,
    outShape.filter((dim): dim is number => dim !== null),
    'output',
  );
  return { inputs, output, sizes, outShape };
}

/** Splits a term at its ellipsis: the letters before, whether there is one, the letters after. */
function splitTerm(op: string, equation: string, term: string): [string, boolean, string] {
  const at = term.indexOf('...');
  const before = at < 0 ? term : term.slice(0, at);
  const after = at < 0 ? '' : term.slice(at + 3);
  if (!/^[A-Za-z]*$/.test(before + after)) {
    throw argumentError(
      op,
      `the equation may hold letters, commas, one arrow and one "..." per term, not "${term}"`,
      {
        equation,
      },
    );
  }
  return [before, at >= 0, after];
}

/** `.2 .1 .0`: the axes of an ellipsis, numbered from its end so that several line up as in broadcasting. */
const ellipsisLabels = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `.${count - 1 - i}`);

function labelsOf(op: string, equation: string, term: string, shape: Dims, index: number): string[] {
  const [before, ellipsis, after] = splitTerm(op, equation, term);
  const letters = before.length + after.length;
  if (ellipsis ? letters > shape.length : letters !== shape.length) {
    throw shapeError(op, `operand ${index} has rank ${shape.length} but "${term}" names ${letters} axes`, {
      equation,
      shape,
    });
  }
  return [...before, ...ellipsisLabels(shape.length - letters), ...after];
}

function meet(
  op: string,
  equation: string,
  sizes: Map<string, number | null>,
  label: string,
  size: number | null,
  where: { readonly index: number; readonly shapes: readonly Dims[] },
): void {
  const known = sizes.get(label);
  if (known === undefined || known === 1 || (known === null && size !== 1)) sizes.set(label, size);
  else if (size !== null && size !== 1 && size !== known) {
    const name = label.startsWith('.') ? 'an axis of "..."' : `"${label}"`;
    throw shapeError(op, `${name} is ${known} and, in operand ${where.index}, ${size}`, {
      equation,
      shapes: where.shapes,
    });
  }
}

function checkDiagonals(
  op: string,
  equation: string,
  labels: readonly string[],
  shape: Dims,
  index: number,
): void {
  labels.forEach((label, axis) => {
    const first = labels.indexOf(label);
    const a = shape[first];
    const b = shape[axis];
    if (first !== axis && a !== null && b !== null && a !== b) {
      throw shapeError(op, `"${label}" names axes of ${a} and ${b} in operand ${index}: no diagonal`, {
        equation,
        shape,
      });
    }
  });
}

function outputLabels(
  op: string,
  equation: string,
  term: string,
  sizes: ReadonlyMap<string, unknown>,
): string[] {
  const [before, ellipsis, after] = splitTerm(op, equation, term);
  const axes = [...sizes.keys()].filter((label) => label.startsWith('.')).length;
  const labels = [...before, ...(ellipsis ? ellipsisLabels(axes) : []), ...after];
  for (const label of labels) {
    if (!sizes.has(label))
      throw argumentError(op, `the output names "${label}", which no operand has`, { equation });
  }
  if (new Set(labels).size !== labels.length) {
    throw argumentError(op, 'the output names an axis twice', { equation });
  }
  return labels;
}

function implicitOutput(inputs: readonly (readonly string[])[]): string[] {
  const counts = new Map<string, number>();
  for (const label of inputs.flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
  const ellipsis = [...counts.keys()].filter((label) => label.startsWith('.')).length;
  const letters = [...counts]
    .filter(([label, count]) => count === 1 && !label.startsWith('.'))
    .map(([label]) => label);
  return [...ellipsisLabels(ellipsis), ...letters.sort()];
}

/** The shape of an einsum in types, for literal equations with an arrow and without an ellipsis; others are not known. */
export type EinsumShape<E, Shapes, Op extends string = 'einsum'> =
  IsUnion<E> extends true
    ? Dims
    : IsOpen<Shapes> extends true
      ? Dims
      : Shapes extends readonly []
        ? ShapeError<`${Op}: at least one operand is needed. Received equation="${E & string}"`>
        : Shapes extends readonly unknown[]
          ? Spaceless<E> extends `${infer In}->${infer Out}`
            ? [Letters<Out>, Terms<In>] extends [
                infer Output extends readonly string[],
                infer Inputs extends readonly unknown[],
              ]
              ? Inputs['length'] extends Shapes['length']
                ? Sized<Inputs, Shapes> extends infer Env
                  ? Env extends string
                    ? ShapeError<`${Op}: ${Env}. Received equation="${E & string}"`>
                    : [Env] extends [Unsized]
                      ? Dims
                      : Labelled<Output, Env> extends infer R
                        ? R extends string
                          ? ShapeError<`${Op}: ${R}. Received equation="${E & string}"`>
                          : R
                        : never
                  : never
                : ShapeError<`${Op}: the equation names ${Inputs['length']} operands, ${Shapes['length']} were given. Received equation="${E &
                    string}"`>
              : Dims
            : Dims
          : Dims;

type Spaceless<E> = E extends `${infer Head} ${infer Tail}` ? Spaceless<`${Head}${Tail}`> : E;
/** The letters of a term; `null` where it has other characters. */
type Letters<T extends string, R extends readonly string[] = []> = T extends `${infer Head}${infer Tail}`
  ? Uppercase<Head> extends Lowercase<Head>
    ? null
    : Letters<Tail, [...R, Head]>
  : R;
/** The letters of all terms, each once in a term; `null` for other terms. */
type Terms<In extends string, R extends readonly unknown[] = []> = In extends `${infer Head},${infer Tail}`
  ? Letters<Head> extends infer L extends readonly string[]
    ? HasTwice<L> extends true
      ? null
      : Terms<Tail, [...R, L]>
    : null
  : Letters<In> extends infer L extends readonly string[]
    ? HasTwice<L> extends true
      ? null
      : [...R, L]
    : null;

/** A shape of unknown rank is among the operands. */
interface Unsized {
  readonly '': never;
}
/** The size of each letter, what is wrong, or `Unsized`. */
type Sized<
  Inputs extends readonly unknown[],
  Shapes extends readonly unknown[],
  Seen extends readonly unknown[] = [],
  Env = Record<never, never>,
> = Inputs extends readonly [infer Term extends readonly string[], ...infer Terms]
  ? Shapes extends readonly [infer S, ...infer Rest]
    ? IsOpen<S> extends true
      ? Unsized
      : S extends readonly unknown[]
        ? Term['length'] extends S['length']
          ? Met<Term, S, Seen['length'], Env> extends infer Next
            ? Next extends string
              ? Next
              : Sized<Terms, Rest, [...Seen, unknown], Next>
            : never
          : `operand ${Seen['length']} has rank ${S['length']} but "${Join<Term>}" names ${Term['length']} axes`
        : Unsized
    : Env
  : Env;
type Join<T extends readonly string[], R extends string = ''> = T extends readonly [
  infer Head extends string,
  ...infer Tail extends readonly string[],
]
  ? Join<Tail, `${R}${Head}`>
  : R;
type Met<
  Term extends readonly string[],
  S extends readonly unknown[],
  Index extends number,
  Env,
> = Term extends readonly [infer Label extends string, ...infer Labels extends readonly string[]]
  ? S extends readonly [infer Size, ...infer Rest]
    ? Label extends keyof Env
      ? [Meet<Env[Label], Size>] extends [never]
        ? `"${Label}" is ${Env[Label] & number} and, in operand ${Index}, ${Size & number}`
        : Met<Labels, Rest, Index, With<Env, Label, Meet<Env[Label], Size>>>
      : Met<Labels, Rest, Index, With<Env, Label, Size>>
    : Env
  : Env;
type With<Env, Label extends string, Size> = {
  [K in keyof Env | Label]: K extends Label ? Size : Env[K & keyof Env];
};
type Labelled<
  Output extends readonly string[],
  Env,
  Done extends readonly unknown[] = [],
> = Output extends readonly [infer Head extends string, ...infer Tail extends readonly string[]]
  ? Head extends keyof Env
    ? Head extends Tail[number]
      ? 'the output names an axis twice'
      : Labelled<Tail, Env, [...Done, Env[Head]]>
    : `the output names "${Head}", which no operand has`
  : Done;
