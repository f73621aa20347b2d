import { shapeError } from '../errors.js';
import type { AllNatural, IsNatural } from './arithmetic.js';
import { type Broadcast, broadcastShapes, type Clash, type ClashRule } from './broadcast.js';
import { type Dims, elementCount } from './dims.js';
import { misfitContracted, misfitMatmul } from './explain/misfit-products.js';
import { checkDims } from './spatial.js';
import type { IsOpen, Option, ShapeError, Show } from './typed.js';

/** The shape of a matrix product, and the shapes of at least rank 2 that its operands are computed as. */
export interface MatmulGeometry {
  /** The operands with an axis of 1 added to vectors: [..., M, K] and [..., K, N] before the transposes asked for. */
  readonly a: Dims;
  readonly b: Dims;
  /** [..., M, N]: the product of those. */
  readonly product: Dims;
  /** The result: without the axes that vectors were given. */
  readonly outShape: Dims;
}

/**
 * The geometry of `matmul`, as NumPy's: a vector on the left is a row, on the right a column, and the axis it was given
 * disappears from the result; the axes before the last two broadcast.
 *
 * @example
 * matmulGeometry('matmul', [8, 2, 3], [3, 5]).outShape; // [8, 2, 5]
 */
export function matmulGeometry(
  op: string,
  a: Dims,
  b: Dims,
  options: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {},
): MatmulGeometry {
  const { transposeA = false, transposeB = false } = options;
  checkDims(op, 'a', a);
  checkDims(op, 'b', b);
  if (a.length === 0 || b.length === 0) {
    throw shapeError(op, 'a scalar has no axis to contract', { a, b }, 'Use mul');
  }
  const rows = transposeA && a.length > 1;
  const columns = transposeB && b.length > 1;
  const left = a.length === 1 ? [1, a[0] as number | null] : a;
  const right = b.length === 1 ? [b[0] as number | null, 1] : b;
  const [m, kA] = lastTwo(left, rows);
  const [kB, n] = lastTwo(right, columns);
  if (kA !== null && kB !== null && kA !== kB) {
    throw shapeError(
      op,
      `the inner sizes differ: ${kA} columns of a meet ${kB} rows of b`,
      {
        a,
        b,
        ...(transposeA || transposeB ? { transposeA, transposeB } : {}),
      },
      undefined,
      () => misfitMatmul({ a, b, transposeA: rows, transposeB: columns }),
    );
  }
  const batch = broadcastShapes(op, left.slice(0, -2), right.slice(0, -2), {
    received: { a, b },
    trailing: 2,
  });
  const product = [...batch, m, n];
  elementCount(
    op,
    product.filter((dim): dim is number => dim !== null),
    'output',
  );
  const outShape = [...batch, ...(a.length === 1 ? [] : [m]), ...(b.length === 1 ? [] : [n])];
  return { a: left, b: right, product, outShape };
}

function lastTwo(shape: Dims, transposed: boolean): [number | null, number | null] {
  const outer = shape[shape.length - 2] as number | null;
  const inner = shape[shape.length - 1] as number | null;
  return transposed ? [inner, outer] : [outer, inner];
}

/**
 * The shape of `dot`, as NumPy's: the last axis of `a` against the second to last of `b` (its only one when `b` is a
 * vector), without broadcasting: a's other axes, then b's.
 *
 * @example
 * dotShape('dot', [2, 3, 4], [5, 4, 6]); // [2, 3, 5, 6]
 */
export function dotShape(op: string, a: Dims, b: Dims): Dims {
  if (a.length === 0 || b.length === 0) return broadcastShapes(op, a, b);
  checkDims(op, 'a', a);
  checkDims(op, 'b', b);
  const axis = Math.max(b.length - 2, 0);
  const kA = a[a.length - 1] as number | null;
  const kB = b[axis] as number | null;
  if (kA !== null && kB !== null && kA !== kB) {
    throw shapeError(
      op,
      `the contracted sizes differ: ${kA} and ${kB}`,
      { a, b },
      "The last axis of a meets b's second to last",
      () => misfitContracted(a, b, [a.length - 1, axis]),
    );
  }
  const shape = [...a.slice(0, -1), ...b.slice(0, axis), ...b.slice(axis + 1)];
  elementCount(
    op,
    shape.filter((dim): dim is number => dim !== null),
    'output',
  );
  return shape;
}

/** `matmulGeometry` in types, options `O`. */
export type MatmulShape<A, B, O = object, Op extends string = 'matmul'> = [IsOpen<A>, IsOpen<B>] extends [
  false,
  false,
]
  ? A extends readonly unknown[]
    ? B extends readonly unknown[]
      ? [A['length'], B['length']] extends [0, unknown] | [unknown, 0]
        ? ShapeError<`${Op}: a scalar has no axis to contract. Received a=${Show<A>}, b=${Show<B>}`>
        : [Option<O, 'transposeA', false>, Option<O, 'transposeB', false>] extends [
              infer TA extends boolean,
              infer TB extends boolean,
            ]
          ? boolean extends TA | TB
            ? boolean extends TA
              ? Dims
              : boolean extends TB
                ? Dims
                : MatmulOf<A, B, Matrix<A, TA, 'row'>, Matrix<B, TB, 'column'>, Op>
            : MatmulOf<A, B, Matrix<A, TA, 'row'>, Matrix<B, TB, 'column'>, Op>
          : Dims
      : never
    : never
  : Dims;

/** An operand as a matrix behind the axes that broadcast, transposed if asked for; `kept`: whether its outer axis is in the result. */
interface MatrixOf<Batch extends readonly unknown[], Outer, Inner, Kept extends readonly unknown[]> {
  readonly batch: Batch;
  readonly outer: Outer;
  readonly inner: Inner;
  readonly kept: Kept;
}
type AnyMatrix = MatrixOf<readonly unknown[], unknown, unknown, readonly unknown[]>;
type Matrix<S extends readonly unknown[], Transposed, Vector extends 'row' | 'column'> = S extends readonly [
  ...infer Batch,
  infer R,
  infer C,
]
  ? [Transposed, Vector] extends [true, 'row'] | [false, 'column']
    ? MatrixOf<Batch, C, R, [C]>
    : MatrixOf<Batch, R, C, [R]>
  : MatrixOf<[], 1, S[0], []>;

type MatmulOf<A, B, L extends AnyMatrix, R extends AnyMatrix, Op extends string> =
  Differ<L['inner'], R['inner']> extends true
    ? ShapeError<`${Op}: the inner sizes differ: ${L['inner'] & number} columns of a meet ${R['inner'] &
        number} rows of b. Received a=${Show<A>}, b=${Show<B>}`>
    : Broadcast<L['batch'], R['batch'], [unknown, unknown, unknown]> extends infer Batch
      ? Batch extends readonly unknown[]
        ? [...Batch, ...L['kept'], ...R['kept']]
        : Batch extends Clash<infer Left, infer Right, infer FromEnd>
          ? ShapeError<`${Op}: ${ClashRule<Left, Right, FromEnd>}. Received a=${Show<A>}, b=${Show<B>}`>
          : never
      : never;

/** Whether both sizes are literals, and different ones. */
export type Differ<A, B> = AllNatural<[A, B]> extends true ? (A extends B ? false : true) : false;

/** `dotShape` in types. */
export type DotShape<A, B, Op extends string = 'dot'> = [IsOpen<A>, IsOpen<B>] extends [false, false]
  ? A extends readonly [...infer As, infer Ka]
    ? B extends readonly [...infer Bs, infer Kb, infer N]
      ? DotOf<A, B, [Ka, Kb], [...As, ...Bs, N], Op>
      : B extends readonly [infer Kb]
        ? DotOf<A, B, [Ka, Kb], As, Op>
        : A
    : B
  : Dims;
type DotOf<A, B, K extends readonly [unknown, unknown], R, Op extends string> =
  Differ<K[0], K[1]> extends true
    ? ShapeError<`${Op}: the contracted sizes differ: ${K[0] & number} and ${K[1] & number}. Received a=${Show<A>}, b=${Show<B>}`>
    : R;

/**
 * The shape of a Dense layer with the option `units`. The layer multiplies along the last axis whatever stands before it,
 * as Keras's does; after a map of at least two spatial axes that is nearly always a forgotten Flatten, and an error here.
 */
export type DenseShape<S, O, Op extends string> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly [...infer Rest, infer Features]
      ? S['length'] extends 1
        ? ShapeError<`${Op}: the input must have at least rank 2, [N, ..., features]. Received input=${Show<S>}`>
        : S['length'] extends 2 | 3
          ? [Features] extends [null]
            ? ShapeError<`${Op}: the number of features must be known: the weights depend on it. Received input=${Show<S>}`>
            : [...Rest, Units<Option<O, 'units', number>>]
          : ShapeError<`${Op}: the input ${Show<S>} is a map, not a vector. Use Flatten before it, or a convolution with kernelSize 1 for each position`>
      : ShapeError<`${Op}: the input must have at least rank 2, [N, ..., features]. Received input=[]`>;
type Units<U> = IsNatural<U> extends true ? U : number;
