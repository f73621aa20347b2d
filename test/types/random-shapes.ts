import {
  concat,
  expandDims,
  flatten,
  moveaxis,
  repeat,
  squeeze,
  stack,
  sum,
  tile,
  transpose,
} from '../../lib/index.js';
import { batchDotGeometry } from '../../lib/shape/batch-dot.js';
import { broadcastShapes, broadcastToShape } from '../../lib/shape/broadcast.js';
import type { Dims } from '../../lib/shape/dims.js';
import { einsumGeometry } from '../../lib/shape/einsum.js';
import { dotShape, matmulGeometry } from '../../lib/shape/matmul.js';
import { padGeometry } from '../../lib/shape/pad.js';
import { sliceGeometry } from '../../lib/shape/slice.js';
import type { Tensor } from '../../lib/tensor/tensor.js';
import { Trace } from '../../lib/tensor/traced.js';
import { type Case, type Draw, written } from './random.js';

/** Cases about everything that has no window: as `random.ts`. */

const size = (draw: Draw, most = 6) => draw.sometimes<number | null>(0.1, null, draw.integer(0, most));
const shape = (draw: Draw, least: number, most: number): (number | null)[] =>
  draw.many(draw.integer(least, most), () => size(draw));
const axis = (draw: Draw, rank: number) =>
  draw.sometimes(0.95, draw.integer(-rank, rank - 1), draw.one([rank, -rank - 1]));

/** A shape that broadcasts with another one, mostly. */
const beside = (draw: Draw, other: Dims): Dims =>
  other
    .slice(draw.integer(0, other.length))
    .map((dim) => draw.sometimes(0.3, 1, draw.sometimes(0.9, dim, draw.integer(1, 6))));

function broadcastCase(draw: Draw): Case {
  const a = shape(draw, 0, 4);
  const b = beside(draw, a);
  const [left, right] = draw.sometimes<[Dims, Dims]>(0.5, [a, b], [b, a]);
  return {
    run: () => broadcastShapes('add', left, right),
    type: `BroadcastShape<${written(left)}, ${written(right)}, 'add'>`,
  };
}

function broadcastToCase(draw: Draw): Case {
  const target = shape(draw, 0, 4);
  const x = beside(draw, target);
  return {
    run: () => broadcastToShape('broadcastTo', x, target),
    type: `BroadcastToShape<${written(x)}, ${written(target)}>`,
  };
}

function matmulCase(draw: Draw): Case {
  const [m, k, n] = [size(draw), size(draw), size(draw)];
  const inner = draw.sometimes(0.9, k, draw.integer(1, 6));
  const batch = shape(draw, 0, 2);
  const options = {
    ...draw.sometimes<object>(0.3, { transposeA: true }, {}),
    ...draw.sometimes<object>(0.3, { transposeB: true }, {}),
  };
  const a = draw.sometimes<Dims>(0.15, [k], [...batch, ...('transposeA' in options ? [k, m] : [m, k])]);
  const b = draw.sometimes<Dims>(
    0.15,
    [inner],
    [...beside(draw, batch), ...('transposeB' in options ? [n, inner] : [inner, n])],
  );
  return {
    run: () => matmulGeometry('matmul', a, b, options).outShape,
    type: `MatmulShape<${written(a)}, ${written(b)}, ${written(options)}>`,
  };
}

function dotCase(draw: Draw): Case {
  const k = size(draw);
  const a = [...shape(draw, 0, 2), k];
  const b = [...shape(draw, 0, 2), draw.sometimes(0.9, k, draw.integer(1, 6)), size(draw)];
  return { run: () => dotShape('dot', a, b), type: `DotShape<${written(a)}, ${written(b)}>` };
}

function batchDotCase(draw: Draw): Case {
  const x = shape(draw, 2, 4);
  const y = shape(draw, 2, 4);
  const axes = draw.one<number | null | [number, number]>([
    null,
    axis(draw, 2),
    [axis(draw, x.length), axis(draw, y.length)],
  ]);
  if (draw.sometimes(0.8, true, false)) y[0] = x[0] as number | null;
  const [at, against] = Array.isArray(axes) ? axes : [axes ?? -1, axes ?? (y.length === 2 ? -1 : -2)];
  if (draw.sometimes(0.8, true, false) && y.at(against) !== undefined && x.at(at) !== undefined) {
    y[against < 0 ? against + y.length : against] = x.at(at) as number | null;
  }
  return {
    run: () => batchDotGeometry('batchDot', x, y, axes).outShape,
    type: `BatchDotShape<${written(x)}, ${written(y)}, ${written(axes)}>`,
  };
}

function sliceCase(draw: Draw): Case {
  const x = shape(draw, 1, 3).map((dim) => (dim === null ? null : dim * 3));
  const bounds = (steps: boolean) =>
    draw.many(draw.integer(0, x.length + draw.sometimes(0.05, 1, 0)), () =>
      draw.sometimes<number | null>(0.3, null, steps ? draw.one([1, 2, 3, -1, -2]) : draw.integer(-20, 20)),
    );
  const [begin, end, strides] = [bounds(false), bounds(false), bounds(true)];
  return {
    run: () => sliceGeometry('slice', x, begin, end, strides).shape,
    type: `SliceShape<${written(x)}, ${written(begin)}, ${written(end)}, ${written(strides)}>`,
  };
}

function padCase(draw: Draw): Case {
  const x = shape(draw, 1, 3);
  const pair = () => draw.many(2, () => draw.integer(0, 3)) as [number, number];
  const widths = draw.one<number | [number, number] | [number, number][]>([
    draw.integer(0, 3),
    pair(),
    draw.many(x.length + draw.sometimes(0.05, 1, 0), pair),
  ]);
  const mode = draw.one(['constant', 'constant', 'reflect', 'symmetric', 'edge', 'wrap']);
  return {
    run: () => padGeometry('pad', x, widths, mode).outShape,
    type: `PadShape<${written(x)}, ${written(widths)}, ${written(mode)}>`,
  };
}

function einsumCase(draw: Draw): Case {
  const letters = [...'abcd'];
  const sizes = Object.fromEntries(letters.map((letter) => [letter, size(draw)]));
  const terms = draw.many(draw.integer(1, 2), () => letters.filter(() => draw.sometimes(0.5, true, false)));
  const output = letters.filter(
    (letter) => draw.sometimes(0.03, true, terms.flat().includes(letter)) && draw.sometimes(0.6, true, false),
  );
  const equation = `${terms.map((term) => term.join('')).join(',')}->${output.reverse().join('')}`;
  const shapes = terms.map((term) =>
    term.map((letter) => draw.sometimes(0.9, sizes[letter] as number | null, draw.integer(1, 6))),
  );
  return {
    run: () => einsumGeometry('einsum', equation, shapes).outShape,
    type: `EinsumShape<${written(equation)}, ${written(shapes)}>`,
  };
}

const trace = new Trace();
const traced = (dims: Dims) => trace.input(dims, 'float32') as Tensor;
const shapeOf = (x: Tensor): Dims => x.shape;

/** The ops that move elements, on tensors without values. */
function movementCase(draw: Draw): Case {
  const dims = shape(draw, 0, 4);
  const x = traced(dims);
  const S = written(dims);
  const rank = dims.length;
  const some = draw.many(draw.integer(0, 2), () => axis(draw, rank));
  const [a, b] = [axis(draw, rank), axis(draw, rank)];
  const counts = draw.many(draw.integer(0, rank + 1), () => draw.integer(0, 3));
  const permuted = dims
    .map((_, i) => ({ i: draw.sometimes(0.97, i, draw.integer(0, rank)), key: draw.integer(0, 99) }))
    .sort((left, right) => left.key - right.key)
    .map(({ i }) => i);
  const ones = dims.map((dim) => draw.sometimes(0.5, 1, dim));
  const keepDims = draw.one([true, false]);
  return draw.one<Case>([
    { run: () => shapeOf(transpose(x, permuted)), type: `PermuteShape<${S}, ${written(permuted)}>` },
    { run: () => shapeOf(moveaxis(x, a, b)), type: `MoveaxisShape<${S}, ${a}, ${b}>` },
    { run: () => shapeOf(flatten(x, a, b)), type: `FlattenShape<${S}, ${a}, ${b}>` },
    { run: () => shapeOf(squeeze(traced(ones))), type: `SqueezeShape<${written(ones)}, undefined>` },
    {
      run: () => shapeOf(squeeze(traced(ones), some)),
      type: `SqueezeShape<${written(ones)}, ${written(some)}>`,
    },
    { run: () => shapeOf(expandDims(x, some)), type: `ExpandShape<${S}, ${written(some)}>` },
    { run: () => shapeOf(tile(x, counts)), type: `TileShape<${S}, ${written(counts)}>` },
    { run: () => shapeOf(repeat(x, 3, a)), type: `RepeatShape<${S}, 3, ${a}>` },
    {
      run: () => shapeOf(sum(x, { axis: some, keepDims })),
      type: `ReduceShape<${S}, ${written({ axis: some, keepDims })}, 'sum'>`,
    },
  ]);
}

function joinCase(draw: Draw): Case {
  const first = shape(draw, 1, 3);
  const at = axis(draw, first.length);
  const others = draw.many(draw.integer(0, 2), () =>
    first.map((dim, i) =>
      draw.sometimes(0.93, i === at || i === at + first.length ? draw.integer(0, 6) : dim, size(draw)),
    ),
  );
  const shapes = [first, ...others];
  const list = () => shapes.map(traced);
  return draw.sometimes<Case>(
    0.6,
    { run: () => shapeOf(concat(list(), at)), type: `ConcatShape<${written(shapes)}, ${at}>` },
    { run: () => shapeOf(stack(list(), at)), type: `StackShape<${written(shapes)}, ${at}>` },
  );
}

/** Every kind of case of this file. */
export const shapeCases = [
  broadcastCase,
  broadcastToCase,
  matmulCase,
  dotCase,
  batchDotCase,
  sliceCase,
  padCase,
  einsumCase,
  movementCase,
  movementCase,
  movementCase,
  joinCase,
];
