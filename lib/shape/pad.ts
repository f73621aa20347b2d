import { oneOf } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import { type Dims, elementCount } from './dims.js';
import { checkDims } from './spatial.js';

/** What the new elements hold: a constant; the elements mirrored without (`reflect`) or with (`symmetric`) the edge; the
 * edge repeated; or the elements from the other end. */
export type PadMode = 'constant' | 'reflect' | 'symmetric' | 'edge' | 'wrap';

/** Elements before and after each axis: one number for all sides, one pair for all axes, or a pair (or number) per axis. */
export type PadWidths = number | readonly [number, number] | readonly (number | readonly [number, number])[];

export interface PadGeometry {
  readonly padBegin: readonly number[];
  readonly padEnd: readonly number[];
  readonly mode: PadMode;
  readonly outShape: Dims;
}

const MODES = ['constant', 'reflect', 'symmetric', 'edge', 'wrap'] as const;

/**
 * The geometry of `pad`.
 * @throws ERR_ARGUMENT for widths that are not integers of at least 0, ERR_SHAPE where an axis has too few elements to mirror
 *
 * @example
 * padGeometry('pad', [2, 3], [[0, 0], [1, 2]]).outShape; // [2, 6]
 */
export function padGeometry(
  op: string,
  input: Dims,
  widths: PadWidths,
  mode: unknown = 'constant',
): PadGeometry {
  checkDims(op, 'input', input);
  const rule = oneOf(op, 'mode', mode, MODES);
  const pairs = pairsOf(op, widths, input.length);
  const outShape = input.map((size, axis) => {
    const [begin, end] = pairs[axis] as readonly [number, number];
    const most = Math.max(begin, end);
    if (most > 0 && size !== null) checkMirror(op, rule, { input, widths, axis, size, most });
    return size === null ? null : size + begin + end;
  });
  for (const size of outShape) {
    if (size !== null && !Number.isSafeInteger(size))
      throw shapeError(op, 'the output is too large', { input, widths });
  }
  elementCount(
    op,
    outShape.filter((dim): dim is number => dim !== null),
    'output',
  );
  return {
    padBegin: pairs.map(([begin]) => begin),
    padEnd: pairs.map(([, end]) => end),
    mode: rule,
    outShape,
  };
}

function checkMirror(
  op: string,
  mode: PadMode,
  at: {
    readonly input: Dims;
    readonly widths: PadWidths;
    readonly axis: number;
    readonly size: number;
    readonly most: number;
  },
): void {
  if (mode === 'constant') return;
  const { input, widths, axis, size, most } = at;
  const received = { input, widths, mode };
  if (size === 0) throw shapeError(op, `axis ${axis} is empty: there is nothing to repeat`, received);
  const limit = mode === 'edge' ? Number.POSITIVE_INFINITY : mode === 'reflect' ? size - 1 : size;
  if (most > limit) {
    throw shapeError(
      op,
      `axis ${axis} has ${size} elements, enough to pad ${limit} in mode "${mode}", not ${most}`,
      received,
    );
  }
}

function pairsOf(op: string, widths: unknown, rank: number): readonly (readonly [number, number])[] {
  if (typeof widths === 'number') return Array.from({ length: rank }, () => pairOf(op, widths, widths));
  if (!Array.isArray(widths))
    throw argumentError(op, 'widths must be a number or an array of pairs', { widths });
  const flatPair = widths.length === 2 && widths.every((item) => typeof item === 'number') && rank !== 2;
  if (flatPair) return Array.from({ length: rank }, () => pairOf(op, widths, widths));
  if (widths.length !== rank) {
    throw argumentError(op, `widths must have one pair per axis, ${rank} in all`, { widths });
  }
  return widths.map((item: unknown) => pairOf(op, item, widths));
}

function pairOf(op: string, item: unknown, whole: unknown): readonly [number, number] {
  const pair = typeof item === 'number' ? [item, item] : item;
  const valid =
    Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!valid) {
    throw argumentError(
      op,
      'every width must be an integer of at least 0, in pairs [begin, end]',
      { widths: whole },
      'To take elements away use slice',
    );
  }
  return pair as unknown as readonly [number, number];
}
