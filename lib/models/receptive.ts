import { argumentError, shapeError } from '../errors.js';
import { type Interval, widthOf } from '../shape/receptive.js';
import type { DataFormat } from '../shape/spatial.js';
import type { Shape, Tensor } from '../tensor/tensor.js';
import { type AxisState, type Box, demandOn, isTracedTensor, joinBoxes, wholeAxis } from './axis-rules.js';
import {
  findLayer,
  formatsOf,
  type LayerReference,
  needModel,
  type TracedCalls,
  traceCalls,
} from './calls.js';

/** What one output of a layer sees along one axis of the input. */
export interface SeenAxis {
  /** Elements of the axis of the input. */
  readonly input: number;
  /** Elements from the first to the last in reach, padding included: the size of the receptive field. */
  readonly size: number;
  /** By how many elements the field moves from one output to the next: the effective stride; 0 when every output sees the whole axis. */
  readonly jump: number;
  /** The first and the last element in reach; below 0 and beyond the axis they lie in the padding. */
  readonly field: Interval;
  /** The first and the last element of the input that are read. */
  readonly read: Interval;
  /** How many elements of the field lie before and after the input. */
  readonly padding: { readonly before: number; readonly after: number };
}

/** A receptive field without its picture. */
export interface SeenInput {
  /** The layer, with the names of the models that it is in: `backbone/conv1`. */
  readonly layer: string;
  /** The output that was asked about. */
  readonly position: readonly number[];
  /** Sizes of the spatial axes of the layer's output. */
  readonly output: readonly number[];
  /** The name of the input that is seen. */
  readonly input: string;
  /** The spatial axes of the input in their order, [rows, columns] of an image. */
  readonly axes: readonly SeenAxis[];
}

/** Walks the trace of a model back from an output of a layer to an input. */
export function seenInput(op: string, given: unknown, layer: LayerReference, position: unknown): SeenInput {
  const model = needModel(op, given);
  const found = findLayer(op, model, layer);
  const traced = traceCalls(op, found.graph);
  const target = traced.tensors.get(found.value) as Tensor;
  const formats = formatsOf(found.graph);
  const format = formats.get(found.value) as DataFormat;
  const output = spatial(target.shape, format).map(([, size]) => size);
  const place = placeOf(op, found.path, position, output);
  const boxes = walk(traced, target, askedBox(target, format, place));
  const seen = found.graph.inputs.find((number) => boxes.has(traced.tensors.get(number) as Tensor));
  if (seen === undefined) {
    throw argumentError(op, `the layer "${found.path}" does not depend on an input`, {
      inputs: model.inputs.map(({ name }) => name),
    });
  }
  const input = traced.tensors.get(seen) as Tensor;
  const box = boxes.get(input) as Box;
  const axes = spatial(input.shape, formats.get(seen) as DataFormat);
  return {
    layer: found.path,
    position: place,
    output,
    input: found.graph.values[seen]?.name as string,
    axes: axes.map(([axis, size]) => seenAxis(box[axis] as AxisState, size)),
  };
}

function seenAxis({ field, read, jump }: AxisState, input: number): SeenAxis {
  const size = widthOf(field);
  const before = Math.min(Math.max(-field.first, 0), size);
  const after = Math.min(Math.max(field.last - input + 1, 0), size);
  return { input, size, jump, field, read, padding: { before, after } };
}

/** What is asked of every tensor of a trace, by those that need it. */
function walk({ nodes }: TracedCalls, target: Tensor, asked: Box): ReadonlyMap<Tensor, Box> {
  const boxes = new Map<Tensor, Box>([[target, asked]]);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as TracedCalls['nodes'][number];
    const box = node.outputs.map((output) => boxes.get(output)).find((found) => found !== undefined);
    if (box === undefined) continue;
    node.inputs.forEach((input, index) => {
      if (!isTracedTensor(input)) return;
      const demand = demandOn(node, index, box);
      if (demand === undefined) return;
      const known = boxes.get(input);
      boxes.set(input, known === undefined ? demand : joinBoxes(known, demand));
    });
  }
  return boxes;
}

/** The spatial axes of a shape with their sizes. */
function spatial(shape: Shape, format: DataFormat): [axis: number, size: number][] {
  const axes = shape.map((size, axis): [number, number] => [axis, size as number]);
  return format === 'channelsLast' ? axes.slice(1, -1) : axes.slice(2);
}

/** One sample, all channels, one place. */
function askedBox(target: Tensor, format: DataFormat, place: readonly number[]): Box {
  const axes = spatial(target.shape, format).map(([axis]) => axis);
  return target.shape.map((size, axis) => {
    const index = place[axes.indexOf(axis)];
    if (index === undefined) return wholeAxis(axis === 0 ? 1 : (size as number));
    const one = { first: index, last: index };
    return { field: one, read: one, jump: 1 };
  });
}

function placeOf(op: string, layer: string, position: unknown, sizes: readonly number[]): readonly number[] {
  const what = `position must have one index per spatial axis of the output of "${layer}"`;
  if (!Array.isArray(position) || position.length !== sizes.length) {
    const fix = sizes.length === 0 ? 'The output has no spatial axes: use []' : undefined;
    throw argumentError(op, what, { position, output: sizes }, fix);
  }
  for (const [axis, index] of position.entries()) {
    const size = sizes[axis] as number;
    if (!Number.isSafeInteger(index)) {
      throw argumentError(op, 'every index of position must be an integer', { position });
    }
    if (index < 0 || index >= size) {
      throw shapeError(
        op,
        `position lies outside the output of "${layer}"`,
        { position, output: sizes },
        `Index ${axis} can be 0 to ${size - 1}`,
      );
    }
  }
  return [...position];
}
