import { shapeError } from '../errors.js';
import { broadcastShapes } from './broadcast.js';
import { type Dims, elementCount } from './dims.js';
import { checkDims } from './spatial.js';

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
    throw shapeError(op, `the inner sizes differ: ${kA} columns of a meet ${kB} rows of b`, {
      a,
      b,
      ...(transposeA || transposeB ? { transposeA, transposeB } : {}),
    });
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
