import { integer, readOptions } from '../check.js';
import { argumentError, shapeError, stateError } from '../errors.js';
import { checkInput } from '../graph/input.js';
import type { SymbolicTensor } from '../graph/symbolic.js';
import { ConvTranspose } from '../layers/convolutional/transpose.js';
import { Layer } from '../layers/layer.js';
import type { Variable } from '../layers/variable.js';
import { sizesText } from '../pictures/diagram.js';
import { type Grid, gridPNG, type Tile } from '../pictures/grid.js';
import type { Tensor } from '../tensor/tensor.js';
import { type CallGraph, findLayer, formatsOf, type Graphed, needModel } from './calls.js';
import { type Feed, unpackFeed } from './structure.js';

/** The options of `featureMaps`. */
export interface FeatureMapsOptions {
  /** Which sample of the batch. Default 0. */
  readonly sample?: number;
  /** The most maps that are drawn. Default 64. */
  readonly limit?: number;
  /** Maps per row. Default: so that the picture is wider than high. */
  readonly columns?: number;
}

/** The options of `filters`. */
export interface FiltersOptions {
  /** The name of the weight. Default: the first with at least two axes, such as `kernel`. */
  readonly weight?: string;
  /** The most filters that are drawn. Default 64 where one picture shows a filter, else 16 filters and 16 channels. */
  readonly limit?: number;
}

/** The calls that a value depends on, in their order. */
function callsFor({ calls }: CallGraph, value: number): CallGraph['calls'] {
  const needed = new Set([value]);
  const kept = [...calls].reverse().filter(({ inputs, outputs }) => {
    if (!outputs.some((number) => needed.has(number))) return false;
    for (const number of inputs) needed.add(number);
    return true;
  });
  return kept.reverse();
}

/** The output of a layer for an input, call by call. */
function computed(op: string, model: Graphed, found: ReturnType<typeof findLayer>, x: Feed): Tensor {
  const { graph } = found;
  const names = model.inputs.map(({ name }) => name);
  const tensors = unpackFeed(op, names, x);
  const values = new Map<number, Tensor>();
  graph.inputs.forEach((number, i) => {
    const label = tensors.length > 1 ? `${op} input "${names[i]}"` : op;
    checkInput(label, graph.values[number] as SymbolicTensor, tensors[i] as Tensor);
    values.set(number, tensors[i] as Tensor);
  });
  for (const { layer, single, inputs, outputs } of callsFor(graph, found.value)) {
    const given = inputs.map((number) => values.get(number) as Tensor);
    const made = layer.applyAll(single ? (given[0] as Tensor) : given);
    outputs.forEach((number, i) => {
      values.set(number, made[i] as Tensor);
    });
  }
  return values.get(found.value) as Tensor;
}

/** One plane of numbers out of a tensor: rows and columns of elements at `start + row * steps[0] + column * steps[1]`. */
function plane(
  data: ArrayLike<number | bigint>,
  start: number,
  sizes: readonly number[],
  steps: readonly number[],
) {
  const [rows, columns] = sizes as [number, number];
  const [down, across] = steps as [number, number];
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      values[row * columns + column] = Number(data[start + row * down + column * across]);
    }
  }
  return values;
}

const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

/**
 * The output of a layer as a labelled PNG: a map per channel, all on one scale, with a bar of the colours.
 *
 * Sequences are one map, channels downwards and steps to the right; a vector is a strip, a long one read row by row;
 * volumes are shown slice beside slice.
 *
 * @param model a Sequential or a Model whose shapes are known
 * @param layer a layer or its name; inside a nested model `model/layer`
 * @param x what `model.predictSync` takes
 * @param options `sample` (default 0), `limit` (default 64 maps), `columns` (maps per row)
 * @returns the bytes of the file, 1200 pixels wide
 * @throws ERR_ARGUMENT for a layer that the model does not have or that has several outputs, and for wrong options;
 *   ERR_SHAPE or ERR_DTYPE when `x` does not suit the model
 *
 * @example
 * const net = new Sequential([Input({ shape: [8, 8, 1] }), new Conv2D({ name: 'conv1', filters: 4, kernelSize: 3 })]);
 * featureMaps(net, 'conv1', random([1, 8, 8, 1], { seed: 1 })).length > 1000; // true
 */
export function featureMaps(
  model: Graphed,
  layer: string | Layer,
  x: Feed,
  options?: FeatureMapsOptions,
): Uint8Array {
  const op = 'featureMaps';
  const { sample = 0, limit = 64, columns } = readOptions(op, options, ['sample', 'limit', 'columns']);
  integer(op, 'sample', sample, 0);
  integer(op, 'limit', limit);
  if (columns !== undefined) integer(op, 'columns', columns);
  const found = findLayer(op, needModel(op, model), layer);
  const output = computed(op, model, found, x);
  const [batch, ...sizes] = output.shape as readonly number[] as [number, ...number[]];
  if (output.size === 0) throw shapeError(op, 'the output of the layer is empty', { output: output.shape });
  if (sample >= batch) {
    throw argumentError(op, 'there is no such sample', { sample, batch }, `Use 0 to ${batch - 1}`);
  }
  const first = formatsOf(found.graph).get(found.value) === 'channelsFirst' && sizes.length > 1;
  const tiles = tilesOf(output.data as ArrayLike<number>, sample * product(sizes), sizes, first);
  const shown = tiles.slice(0, limit);
  return gridPNG({
    title: `Output of ${found.path}`,
    notes: [`${found.layer.className} ${sizesText(sizes)}`, ...some(shown.length, tiles.length, 'channels')],
    tiles: shown,
    columns: columns ?? (tiles.length === 1 ? 1 : undefined),
    ramp: 'sequential',
  });
}

/** A map per channel. */
function tilesOf(
  data: ArrayLike<number>,
  start: number,
  sizes: readonly number[],
  channelsFirst: boolean,
): Tile[] {
  if (sizes.length < 2) return [strip(data, start, sizes[0] ?? 1)];
  const channels = (channelsFirst ? sizes[0] : sizes.at(-1)) as number;
  const spatial = channelsFirst ? sizes.slice(1) : sizes.slice(0, -1);
  const step = channelsFirst ? 1 : channels;
  const channel = channelsFirst ? product(spatial) : 1;
  if (spatial.length === 1) {
    const steps = spatial[0] as number;
    const planes = [plane(data, start, [channels, steps], [channel, step])] as const;
    return [{ label: '', rows: channels, columns: steps, planes }];
  }
  const [rows, columns] = spatial.slice(-2) as [number, number];
  const slices = product(spatial.slice(0, -2));
  return Array.from({ length: channels }, (_, c): Tile => {
    const at = start + c * channel;
    const parts = Array.from({ length: slices }, (_, slice) =>
      plane(data, at + slice * rows * columns * step, [rows, columns], [columns * step, step]),
    );
    return { label: String(c), rows, columns: columns * slices, planes: [beside(parts, rows, columns)] };
  });
}

/** Planes one beside the other. */
function beside(parts: readonly Float64Array[], rows: number, columns: number): Float64Array {
  if (parts.length === 1) return parts[0] as Float64Array;
  const wide = columns * parts.length;
  const joined = new Float64Array(rows * wide);
  parts.forEach((part, i) => {
    for (let row = 0; row < rows; row++) {
      joined.set(part.subarray(row * columns, (row + 1) * columns), row * wide + i * columns);
    }
  });
  return joined;
}

/** A vector, in rows of at most this many. */
const STRIP = 128;

function strip(data: ArrayLike<number>, start: number, length: number): Tile {
  const rows = Math.ceil(length / STRIP);
  const columns = Math.ceil(length / rows);
  const values = new Float64Array(rows * columns).fill(Number.NaN);
  for (let i = 0; i < length; i++) values[i] = Number(data[start + i]);
  return { label: '', rows, columns, planes: [values] };
}

/**
 * The weights of a layer as a labelled PNG, on one scale, with a bar of the colours: blue below 0, white at 0, red above.
 *
 * Kernels that read three channels are shown in colours, a picture per filter; kernels of one channel as a picture per
 * filter; others with a column per filter and a row per channel. The matrix of a Dense layer is one picture.
 *
 * @param layer a layer that is built
 * @param options `weight` (default the first with at least two axes), `limit` (default 64, or 16 rows and 16 columns)
 * @returns the bytes of the file, 1200 pixels wide
 * @throws ERR_STATE before the layer is built; ERR_ARGUMENT when it has no such weights
 *
 * @example
 * const layer = new Conv2D({ filters: 8, kernelSize: 5 });
 * layer.build([null, 28, 28, 1]);
 * filters(layer).length > 1000; // true
 */
export function filters(layer: Layer, options?: FiltersOptions): Uint8Array {
  const op = 'filters';
  const { weight, limit } = readOptions(op, options, ['weight', 'limit']);
  if (limit !== undefined) integer(op, 'limit', limit);
  const { name, value } = weightOf(op, layer, weight);
  const shape = value.shape as readonly number[];
  const data = value.data as ArrayLike<number>;
  const transposed = layer instanceof ConvTranspose;
  const { notes, ...drawn } = kernelTiles({ data, shape, transposed }, limit);
  return gridPNG({
    title: `Weights of ${layer.name}`,
    notes: [`${layer.className} ${name} ${sizesText(shape)}`, ...notes],
    ramp: drawn.tiles[0]?.planes.length === 3 ? 'grey' : 'diverging',
    ...drawn,
  });
}

function weightOf(op: string, layer: unknown, name: string | undefined): Variable {
  if (!(layer instanceof Layer)) throw argumentError(op, 'layer must be a layer', { layer });
  const label = `${op} of "${layer.name}"`;
  if (!layer.built) {
    throw stateError(label, 'the layer has no weights before it is built', undefined, 'Call it on an input');
  }
  const names = layer.weights.map((variable) => variable.name);
  const found = layer.weights.find((variable) =>
    name === undefined ? variable.shape.length > 1 : variable.name === name || variable.path === name,
  );
  if (found === undefined || found.shape.length < 2 || found.size === 0) {
    const what = name === undefined ? 'no weights with two axes' : `no weight "${name}" with two axes`;
    throw argumentError(label, `the layer has ${what}`, { weights: names });
  }
  return found;
}

interface Kernel {
  readonly data: ArrayLike<number>;
  /** [...window, channels, filters], of a transposed convolution [...window, filters, channels]. */
  readonly shape: readonly number[];
  readonly transposed: boolean;
}

/** What a picture of a kernel consists of. */
type KernelPicture = Pick<Grid, 'tiles' | 'columns' | 'numbered' | 'notes'>;

function kernelTiles({ data, shape, transposed }: Kernel, limit: number | undefined): KernelPicture {
  const [a, b] = shape.slice(-2) as [number, number];
  const window = shape.slice(0, -2);
  if (window.length === 0) return matrixPicture(data, a, b);
  const [channels, count] = transposed ? [b, a] : [a, b];
  const [toChannel, toFilter] = transposed ? [1, b] : [b, 1];
  const [rows, columns] =
    window.length === 1 ? [1, window[0] as number] : (window.slice(-2) as [number, number]);
  const slices = product(window.slice(0, -2));
  const element = a * b;
  const planeOf = (channel: number, filter: number): Float64Array => {
    const start = channel * toChannel + filter * toFilter;
    const parts = Array.from({ length: slices }, (_, slice) =>
      plane(data, start + slice * rows * columns * element, [rows, columns], [columns * element, element]),
    );
    return beside(parts, rows, columns);
  };
  const size = { rows, columns: columns * slices };
  if (channels === 1 || channels === 3) {
    const shown = Math.min(count, limit ?? 64);
    const tiles = Array.from({ length: shown }, (_, filter): Tile => {
      const planes = Array.from({ length: channels }, (_, channel) => planeOf(channel, filter));
      return { label: String(filter), ...size, planes: planes as unknown as Tile['planes'] };
    });
    const colours = channels === 3 ? ['channels 0, 1, 2 are red, green, blue'] : [];
    return { tiles, columns: undefined, notes: [...some(shown, count, 'filters'), ...colours] };
  }
  const [down, across] = [Math.min(channels, limit ?? 16), Math.min(count, limit ?? 16)];
  const tiles = Array.from({ length: down * across }, (_, i): Tile => {
    return { label: '', ...size, planes: [planeOf(Math.floor(i / across), i % across)] };
  });
  const shown = [...some(across, count, 'filters'), ...some(down, channels, 'channels')];
  const notes = [['a column per filter, a row per channel', ...shown].join('; ')];
  return { tiles, columns: across, numbered: true, notes };
}

const some = (shown: number, all: number, what: string): string[] =>
  shown < all ? [`the first ${shown} of ${all} ${what}`] : [];

/** The matrix of a Dense layer, its longer axis to the right. */
function matrixPicture(data: ArrayLike<number>, inputs: number, units: number): KernelPicture {
  const wide = inputs >= units;
  const [rows, columns] = wide ? [units, inputs] : [inputs, units];
  const planes = [plane(data, 0, [rows, columns], wide ? [1, units] : [units, 1])] as const;
  const text = wide ? 'inputs to the right, units downwards' : 'units to the right, inputs downwards';
  return { tiles: [{ label: '', rows, columns, planes }], columns: 1, notes: [text] };
}
