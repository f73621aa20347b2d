import { argumentError } from '../errors.js';
import { rowMajorStrides } from '../shape/dims.js';
import {
  type AxisRule,
  clipTo,
  hull,
  IDENTITY,
  type Interval,
  inputInterval,
  jumpOf,
  readInterval,
  widthOf,
  windowRule,
} from '../shape/receptive.js';
import type { Tensor } from '../tensor/tensor.js';
import { TracedTensor, type TraceNode } from '../tensor/traced.js';

/** What is asked of one axis of a tensor. */
export interface AxisState {
  /** The elements in reach when the axis had no ends. */
  readonly field: Interval;
  /** The elements that are there and are read: from the first to the last of them. */
  readonly read: Interval;
  /** How far both move when the element that was asked for moves by one. */
  readonly jump: number;
}

/** What is asked of a tensor, axis by axis. */
export type Box = readonly AxisState[];

/** What one axis of an input has to do with the output: the axis it follows and how, or no axis (`null`: read whole). */
interface AxisLink {
  readonly from: number | null;
  readonly rule: AxisRule;
}

const sizes = (tensor: Tensor): readonly number[] => tensor.shape as readonly number[];

const wholeLink = (size: number, from: number | null = null): AxisLink => ({
  from,
  rule: { kind: 'whole', input: size },
});

const same = (from: number): AxisLink => ({ from, rule: IDENTITY });

/** The state of an axis that is read whole. */
export const wholeAxis = (size: number): AxisState => {
  const all = { first: 0, last: size - 1 };
  return { field: all, read: all, jump: 0 };
};

/** Two demands on one tensor as one. */
export function joinBoxes(a: Box, b: Box): Box {
  return a.map(({ field, read, jump }, axis) => {
    const other = b[axis] as AxisState;
    const further = Math.abs(other.jump) > Math.abs(jump) ? other.jump : jump;
    return { field: hull(field, other.field), read: hull(read, other.read), jump: further };
  });
}

/** What `node` asks of its input number `index` when `box` is asked of its first output; undefined: nothing. */
export function demandOn(node: TraceNode, index: number, box: Box): Box | undefined {
  const input = node.inputs[index] as Tensor;
  if (node.op === 'reshape') return throughReshape(node, box);
  if (node.op === 'concat') return throughConcat(node, index, box);
  return linksOf(node, index).map(({ from, rule }, axis) => {
    const size = sizes(input)[axis] as number;
    const state = from === null ? undefined : box[from];
    if (state === undefined) return wholeAxis(size);
    return {
      field: inputInterval(rule, state.field),
      read: readInterval(rule, state.read, size),
      jump: state.jump * jumpOf(rule),
    };
  });
}

type Rule = (node: TraceNode, index: number) => readonly AxisLink[];

const numbers = (node: TraceNode, name: string): readonly number[] => node.attrs[name] as readonly number[];

const broadcast: Rule = ({ inputs, outputs }, index) => {
  const input = sizes(inputs[index] as Tensor);
  const extra = (outputs[0] as Tensor).rank - input.length;
  return input.map((size, axis) => (size === 1 ? wholeLink(1) : same(axis + extra)));
};

const windowed =
  (kind: 'window' | 'transposed', window: (node: TraceNode) => readonly number[]): Rule =>
  (node) => {
    const input = sizes(node.inputs[0] as Tensor);
    return input.map((size, axis): AxisLink => {
      if (axis === 0) return same(0);
      // A pooling keeps channels apart, a convolution reads all of them: for where things are it makes no difference.
      if (axis === input.length - 1) return wholeLink(size, axis);
      const at = (name: string) => numbers(node, name)[axis - 1] as number;
      const rule = {
        kind,
        size: window(node)[axis - 1] as number,
        stride: at('strides'),
        dilation: at('dilations'),
        padding: at('padBegin'),
      };
      return { from: axis, rule };
    });
  };

const kernelOf = ({ inputs }: TraceNode): readonly number[] => sizes(inputs[1] as Tensor).slice(0, -2);

const wholeAxes =
  (axesOf: (node: TraceNode) => readonly number[]): Rule =>
  (node) =>
    sizes(node.inputs[0] as Tensor).map((size, axis) =>
      axesOf(node).includes(axis) ? wholeLink(size, axis) : same(axis),
    );

const RULES: Readonly<Record<string, Rule>> = {
  unary: broadcast,
  cast: broadcast,
  binary: broadcast,
  select: broadcast,
  scaleShift: broadcast,
  conv: windowed('window', kernelOf),
  convTranspose: windowed('transposed', kernelOf),
  pool: windowed('window', (node) => numbers(node, 'window')),
  adaptivePool: adaptiveLinks,
  pad: padLinks,
  softmax: wholeAxes((node) => [node.attrs.axis as number]),
  normalize: wholeAxes((node) => numbers(node, 'axes')),
  reduce: reduceLinks,
  matmul: matmulLinks,
  gather: gatherLinks,
  copy: copyLinks,
};

/** The ops with a rule; a test compares them with the ops there are. */
export const OPS_WITH_RULE: readonly string[] = [...Object.keys(RULES), 'reshape', 'concat'];

function linksOf(node: TraceNode, index: number): readonly AxisLink[] {
  const rule = RULES[node.op];
  if (rule === undefined) {
    throw argumentError('receptiveField', `there is no rule for the op "${node.op}"`, { layer: node.name });
  }
  return rule(node, index);
}

function adaptiveLinks({ inputs, outputs }: TraceNode): AxisLink[] {
  const [input, output] = [sizes(inputs[0] as Tensor), sizes(outputs[0] as Tensor)];
  return input.map((size, axis) => {
    if (axis === 0 || axis === input.length - 1) return same(axis);
    return { from: axis, rule: { kind: 'adaptive', input: size, output: output[axis] as number } };
  });
}

function padLinks(node: TraceNode): AxisLink[] {
  const mode = node.attrs.mode as string;
  const [before, after] = [numbers(node, 'padBegin'), numbers(node, 'padEnd')];
  return sizes(node.inputs[0] as Tensor).map((size, axis) => {
    const [begin, end] = [before[axis] as number, after[axis] as number];
    if (mode === 'constant' || begin + end === 0) return { from: axis, rule: windowRule({ padding: begin }) };
    const intervals = Array.from({ length: begin + size + end }, (_, i) => {
      const at = mirrored(i - begin, size, mode);
      return { first: at, last: at };
    });
    return { from: axis, rule: { kind: 'table', intervals } };
  });
}

/** Which element stands at a place outside of an axis. */
function mirrored(place: number, size: number, mode: string): number {
  if (mode === 'edge') return Math.min(Math.max(place, 0), size - 1);
  if (mode === 'wrap') return ((place % size) + size) % size;
  const period = mode === 'reflect' ? Math.max(2 * size - 2, 1) : 2 * size;
  const folded = ((place % period) + period) % period;
  return folded < size ? folded : mode === 'reflect' ? period - folded : period - 1 - folded;
}

function reduceLinks(node: TraceNode): AxisLink[] {
  const axes = numbers(node, 'axes');
  let next = 0;
  return sizes(node.inputs[0] as Tensor).map((size, axis) => {
    const reduced = axes.includes(axis);
    const from = reduced && node.attrs.keepDims !== true ? null : next++;
    return reduced ? wholeLink(size, from) : same(from as number);
  });
}

/** A constant factor (the weights of an interpolation) is looked at: only what it does not multiply by 0 is read. */
function matmulLinks(node: TraceNode, index: number): AxisLink[] {
  const operand = node.inputs[index] as Tensor;
  const rank = operand.rank;
  const outRank = (node.outputs[0] as Tensor).rank;
  if (index > 1) return [same(outRank - 1)];
  const { transposeA, transposeB } = node.attrs;
  const swapped = index === 0 ? transposeA === true : transposeB === true;
  // The axis that is summed over, and the one that the output keeps.
  const inner = (index === 0) !== swapped ? rank - 1 : rank - 2;
  const kept = index === 0 ? outRank - 2 : outRank - 1;
  const other = node.inputs[1 - index] as Tensor;
  const table = weightTable(other, index === 0 ? transposeB === true : transposeA !== true);
  return sizes(operand).map((size, axis) => {
    if (axis < rank - 2) return size === 1 ? wholeLink(1) : same(axis + outRank - rank);
    if (axis !== inner) return same(kept);
    const from = index === 0 ? outRank - 1 : outRank - 2;
    return table === undefined ? wholeLink(size, from) : { from, rule: { kind: 'table', intervals: table } };
  });
}

/** Per row of a constant matrix the columns from the first to the last that is not 0; undefined for what is no such matrix. */
function weightTable(matrix: Tensor, rowsAreOutputs: boolean): readonly Interval[] | undefined {
  if (matrix.isTraced || matrix.rank !== 2 || !rowsAreOutputs) return undefined;
  const [rows, columns] = sizes(matrix) as [number, number];
  const data = matrix.data as Float32Array;
  return Array.from({ length: rows }, (_, row) => {
    const weights = data.subarray(row * columns, (row + 1) * columns);
    return { first: Math.max(weights.findIndex(Boolean), 0), last: weights.findLastIndex(Boolean) };
  });
}

function gatherLinks(node: TraceNode, index: number): AxisLink[] {
  const [x, indices] = node.inputs as readonly [Tensor, Tensor];
  const at = node.attrs.axis as number;
  if (index === 1) return sizes(indices).map((_, axis) => same(at + axis));
  return sizes(x).map((size, axis): AxisLink => {
    if (axis < at) return same(axis);
    if (axis > at) return same(axis + indices.rank - 1);
    if (indices.isTraced || indices.rank !== 1) return wholeLink(size);
    const intervals = Array.from({ length: indices.size }, (_, i): Interval => {
      const given = Number(indices.data[i]);
      const place = given < 0 ? given + size : given;
      return { first: place, last: place };
    });
    return { from: at, rule: { kind: 'table', intervals } };
  });
}

/** A strided view: transposition, slice, flip, repetition. Each axis of the output steps along one axis of the input. */
function copyLinks(node: TraceNode): AxisLink[] {
  const [input, output] = [sizes(node.inputs[0] as Tensor), sizes(node.outputs[0] as Tensor)];
  const steps = numbers(node, 'strides');
  let rest = node.attrs.offset as number;
  return rowMajorStrides(input).map((stride, axis): AxisLink => {
    const size = input[axis] as number;
    const start = Math.floor(rest / stride);
    rest -= start * stride;
    const from = output.findIndex((length, i) => {
      const step = Math.abs(steps[i] as number);
      return length > 1 && step >= stride && step < stride * size && step % stride === 0;
    });
    if (from < 0) return { from: null, rule: { kind: 'whole', input: size } };
    const step = (steps[from] as number) / stride;
    if (step > 0) return { from, rule: windowRule({ stride: step, padding: 0 - start }) };
    const intervals = Array.from({ length: output[from] as number }, (_, i) => {
      return { first: start + i * step, last: start + i * step };
    });
    return { from, rule: { kind: 'table', intervals } };
  });
}

/** Elements keep their order: the run of elements that the axes of the output span, in the axes of the input. */
function throughReshape({ inputs, outputs }: TraceNode, box: Box): Box {
  const [from, to] = [sizes(outputs[0] as Tensor), sizes(inputs[0] as Tensor)];
  const result: AxisState[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const [start, begin] = [i, j];
    let [left, right] = [from[i++] ?? 1, to[j++] ?? 1];
    while (left !== right || (left === 0 && i < from.length)) {
      if (left < right) left *= from[i++] as number;
      else right *= to[j++] as number;
    }
    if (i === from.length || j === to.length) [i, j] = [from.length, to.length];
    result.push(...regrouped(box.slice(start, i), from.slice(start, i), to.slice(begin, j)));
  }
  return result;
}

function regrouped(box: Box, from: readonly number[], to: readonly number[]): AxisState[] {
  const steps = rowMajorStrides(from);
  const flat = (of: (state: AxisState) => Interval): Interval => ({
    first: box.reduce((sum, state, axis) => sum + of(state).first * (steps[axis] as number), 0),
    last: box.reduce((sum, state, axis) => sum + of(state).last * (steps[axis] as number), 0),
  });
  const nothing = box.some(({ read }) => widthOf(read) === 0);
  const [field, read] = [
    spread(
      flat((state) => state.field),
      to,
    ),
    spread(
      flat((state) => state.read),
      to,
    ),
  ];
  const moved = Math.max(0, ...box.map(({ jump }, axis) => Math.abs(jump) * (steps[axis] as number)));
  const lead = to.findIndex((size) => size > 1);
  return to.map((size, axis) => ({
    field: field[axis] as Interval,
    read: nothing ? { first: 0, last: -1 } : clipTo(read[axis] as Interval, size),
    jump: axis === lead ? moved / (rowMajorStrides(to)[axis] as number) : 0,
  }));
}

/** A run of elements along axes: whole axes follow the first one along which it has more than one element. */
function spread({ first, last }: Interval, to: readonly number[]): Interval[] {
  let [low, high, whole] = [first, last, false];
  return rowMajorStrides(to).map((stride, axis) => {
    const size = to[axis] as number;
    if (whole || size === 1) return { first: 0, last: size - 1 };
    const interval = { first: Math.floor(low / stride), last: Math.floor(high / stride) };
    low -= interval.first * stride;
    high -= interval.last * stride;
    whole = interval.first !== interval.last;
    return interval;
  });
}

function throughConcat(node: TraceNode, index: number, box: Box): Box | undefined {
  const axis = node.attrs.axis as number;
  const before = node.inputs.slice(0, index).reduce((sum, input) => sum + (sizes(input)[axis] as number), 0);
  const size = sizes(node.inputs[index] as Tensor)[axis] as number;
  const { field, read, jump } = box[axis] as AxisState;
  const shifted = (of: Interval): Interval => ({ first: of.first - before, last: of.last - before });
  const inside = clipTo(shifted(read), size);
  if (widthOf(inside) === 0) return undefined;
  return box.map((state, i) => (i === axis ? { field: shifted(field), read: inside, jump } : state));
}

/** Whether values for a tensor come from the inputs of the model. */
export const isTracedTensor = (tensor: Tensor): boolean => tensor instanceof TracedTensor;
