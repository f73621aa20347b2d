import type { Dims } from '../dims.js';
import type { DataFormat } from '../spatial.js';
import { type AxisWords, axisWords, inFormat, listed, plural, productText, shapeText, wrap } from './text.js';

/**
 * What errors explain: the arithmetic behind the rule that failed, and what would fit. Made when `error.explanation` is
 * read, so these functions may take their time.
 */

const WIDTH = 100;

/** Why it does not fit, then what would, one line each. @example misfit(['5 is not 6.'], ['a 6']); // "5 is not 6.\n\nWhat would fit:\n  a 6" */
export function misfit(why: readonly string[], fits: readonly string[]): string {
  const lines = why.flatMap((line) => (line.startsWith(' ') ? [line] : wrap(line, WIDTH)));
  return fits.length === 0
    ? lines.join('\n')
    : [...lines, '', 'What would fit:', ...fits.map((fit) => `  ${fit}`)].join('\n');
}

/** A window that is wider than the padded input along an axis. */
export interface WideWindow {
  readonly axis: number;
  readonly size: number;
  readonly begin: number;
  readonly end: number;
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** `kernelSize` or `poolSize`. */
  readonly windowName: string;
}

/** Explains a window that does not fit anywhere. */
export function misfitWindow(of: WideWindow): string {
  const { axis, size, begin, end, window, windowName } = of;
  const words = axisWords(window.length)[axis] as AxisWords;
  const [kernel, stride, dilation] = [window[axis], of.strides[axis], of.dilations[axis]] as [
    number,
    number,
    number,
  ];
  const effective = (kernel - 1) * dilation + 1;
  const padded = size + begin + end;
  const zeros = begin === end ? `2*${begin}` : `${begin} + ${end}`;
  const places = Math.floor((padded - effective) / stride) + 1;
  const largest = Math.floor((padded - 1) / dilation) + 1;
  const missing = effective - padded;
  const [before, after] = [begin + Math.floor(missing / 2), end + Math.ceil(missing / 2)];
  return misfit(
    [
      `${words.out} = floor((${size} + ${zeros} - ${dilation}*(${kernel}-1) - 1) / ${stride}) + 1 = ${places}, and a size is at least 1.`,
      `Along the ${words.noun}s the window covers ${dilation}*(${kernel}-1) + 1 = ${effective}, and the padded input has ` +
        `${size} + ${zeros} = ${padded}: there is no place for it.`,
    ],
    [
      `${windowName} ${largest} or less along the ${words.noun}s, for ${words.out} = ${Math.floor((padded - ((largest - 1) * dilation + 1)) / stride) + 1} or more`,
      ...(windowName === 'poolSize' && Math.max(before, after) >= effective
        ? []
        : [`padding ${listed([before, after])} along the ${words.noun}s, for ${words.out} = 1`]),
      `padding "same", for ${words.out} = ceil(${size} / ${stride}) = ${Math.ceil(size / stride)}`,
      `an input of ${plural(effective - begin - end, words.noun)} or more`,
    ],
  );
}

/** Explains a pooling whose padding is as wide as its window. */
export function misfitPadding(
  window: readonly number[],
  dilations: readonly number[],
  axis: number,
  widest: number,
): string {
  const words = axisWords(window.length)[axis] as AxisWords;
  const effective = ((window[axis] as number) - 1) * (dilations[axis] as number) + 1;
  return misfit(
    [
      `Along the ${words.noun}s the window covers ${effective} and the padding ${widest}, so the first or the last window holds zeros only, and they do not count.`,
    ],
    [
      effective === 1
        ? `padding 0 along the ${words.noun}s`
        : `padding ${effective - 1} or less along the ${words.noun}s`,
      `a window of ${widest + 1} or more`,
    ],
  );
}

/** One axis of a transposed convolution. */
interface TransposedSizes {
  readonly size: number | null;
  readonly stride: number;
  readonly effective: number;
}

/** Explains a transposed convolution whose padding takes all that its input makes. */
export function misfitCrop({ size, stride, effective }: TransposedSizes, out: number): string {
  const full = ((size as number) - 1) * stride + effective;
  return misfit(
    [
      `${size} inputs, ${stride} apart, with windows of ${effective} make (${size}-1)*${stride} + ${effective} = ${full}; ` +
        `with the output padding the padding leaves ${out} of them, and a size is at least 1.`,
    ],
    [`padding that takes ${1 - out} less in all, for a size of 1`, 'padding "same", for input*stride'],
  );
}

/** Explains an `outputSize` that no convolution takes back to the input. */
export function misfitBack({ size, stride, effective }: TransposedSizes, out: number, back: number): string {
  const wanted = size as number;
  // The size that a convolution gives moves by one with every stride of its input.
  const near = out + (wanted - back) * stride;
  return misfit(
    [
      `The output must be one that a convolution with stride ${stride} and windows of ${effective} takes to ${wanted}, the size ` +
        `of the input; it takes ${out} to ${Math.max(back, 0)}.`,
    ],
    [`outputSize ${near} along this axis`],
  );
}

/** Explains an input with another number of axes than an op with so many spatial axes takes. */
export function misfitRank(input: Dims, spatialRank: number, dataFormat: DataFormat): string {
  const words = axisWords(spatialRank);
  const spatial = words.map(({ noun }) => `${noun}s`);
  const layout = inFormat(dataFormat, 'batch', spatial, 'channels');
  const missing = spatialRank + 2 - input.length;
  const fits: string[] = [];
  if (missing === 1) {
    const alone =
      dataFormat === 'channelsLast' ? [...input, 1] : [input[0] as number | null, 1, ...input.slice(1)];
    fits.push(
      `${shapeText([1, ...input])}: a batch of one sample, expandDims(x, 0)`,
      `${shapeText(alone)}: one channel, expandDims(x, ${dataFormat === 'channelsLast' ? '-1' : '1'})`,
    );
  } else if (missing === 2) {
    const both = dataFormat === 'channelsLast' ? [1, ...input, 1] : [1, 1, ...input];
    fits.push(`${shapeText(both)}: one sample with one channel`);
  }
  return misfit(
    [
      `The axes are [${layout.join(', ')}], ${layout.length} in all (dataFormat "${dataFormat}"); the input ${shapeText(input)} has ${input.length}.`,
    ],
    fits,
  );
}

/** A kernel that reads another number of channels than the input has. */
export interface WrongChannels {
  readonly input: Dims;
  readonly kernel: Dims;
  readonly dataFormat: DataFormat;
  /** The axis of the kernel that counts what it reads. */
  readonly axis: number;
  /** What the kernel would have to read. */
  readonly wanted: number;
  readonly groups: number;
}

/** Explains channels that the kernel does not read. */
export function misfitChannels(of: WrongChannels): string {
  const { input, kernel, dataFormat, axis, wanted, groups } = of;
  const at = dataFormat === 'channelsLast' ? input.length - 1 : 1;
  const reads = kernel[axis] as number;
  const other = dataFormat === 'channelsLast' ? 1 : input.length - 1;
  const fits = [
    `a kernel of ${shapeText(kernel.map((size, i) => (i === axis ? wanted : size)))}`,
    `an input of ${shapeText(input.map((size, i) => (i === at ? reads * groups : size)))}`,
  ];
  if (input[other] === reads * groups) {
    const format = dataFormat === 'channelsLast' ? 'channelsFirst' : 'channelsLast';
    fits.push(`dataFormat "${format}": axis ${other} of the input has size ${reads * groups}`);
  }
  const each = groups === 1 ? '' : `, ${wanted} in each of ${groups} groups`;
  return misfit(
    [
      `With dataFormat "${dataFormat}" the channels of ${shapeText(input)} are axis ${at}: there are ${input[at]}${each}.`,
      `Axis ${axis} of the kernel ${shapeText(kernel)} counts the channels that a filter reads: ${reads}.`,
    ],
    fits,
  );
}

/** Explains channels or filters that do not divide into groups. */
export function misfitGroups(count: number, noun: string, groups: number, others: number): string {
  const divisor = greatestDivisor(count, others);
  const possible = divisorsUpTo(divisor, 64);
  const near = [...possible].sort((a, b) => Math.abs(a - groups) - Math.abs(b - groups)).slice(0, 4);
  return misfit(
    [
      `Each group gets the same number of ${noun}, and ${count} / ${groups} = ${Number((count / groups).toFixed(3))} is no whole number.`,
    ],
    [
      `groups ${near.sort((a, b) => a - b).join(', ')}: divides the ${others === count ? noun : 'channels and the filters'}`,
      `${Math.ceil(count / groups) * groups} ${noun} in ${groups} groups`,
    ],
  );
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

const divisorsUpTo = (value: number, most: number): readonly number[] =>
  Array.from({ length: Math.min(value, most) }, (_, i) => i + 1).filter((divisor) => value % divisor === 0);

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
const knownOf = (dims: Dims): readonly number[] =>
  dims.filter((dim): dim is number => dim !== null && dim !== -1);

/** `2 x 15 = 30`, or the number alone. */
const multiplied = (sizes: readonly number[]): string =>
  sizes.length > 1 ? `${productText(sizes)} = ${product(sizes)}` : String(product(sizes));

/** How far from a size others are tried. */
const REACH = 10_000;

/** Explains a reshape whose sizes do not come out even. */
export function misfitReshape(input: Dims, shape: Dims): string {
  const [from, to] = [knownOf(input), knownOf(shape)];
  const [elements, others] = [product(from), product(to)];
  const each = input.includes(null) ? ' for each of the unknown size' : '';
  const why = [`${shapeText(input)} holds ${multiplied(from)} elements${each}.`];
  const inferred = shape.includes(-1);
  if (inferred) {
    why.push(
      `${shapeText(shape)} takes ${multiplied(to)} at a time, and ${elements} / ${others} = ` +
        `${Number((elements / others).toFixed(3))} is no whole number.`,
    );
  } else why.push(`${shapeText(shape)} holds ${multiplied(to)}.`);
  return misfit(why, reshapeFits(shape, elements, others));
}

function reshapeFits(shape: Dims, elements: number, others: number): readonly string[] {
  const inferred = shape.includes(-1);
  const candidates = shape.flatMap((size, axis) => {
    if (size === null || size <= 0) return [];
    const rest = others / size;
    return nearby(elements, rest, size, inferred).map((other) => ({
      distance: Math.abs(other - size),
      shape: shape.map((dim, i) => (i === axis ? other : dim)),
      result: shape.map((dim, i) => (i === axis ? other : dim === -1 ? elements / (rest * other) : dim)),
    }));
  });
  candidates.sort((a, b) => a.distance - b.distance);
  const fits = candidates
    .slice(0, 3)
    .map((one) => shapeText(one.shape) + (inferred ? `, which is ${shapeText(one.result)}` : ''));
  if (inferred && others > 0) {
    const fewer = Math.floor(elements / others) * others;
    const counts = fewer > 0 ? `${fewer} or ${fewer + others}` : `${others}`;
    fits.push(`${counts} elements in ${shapeText(shape)}`);
  } else if (fits.length === 0) fits.push(`[${elements}], or any sizes whose product is ${elements}`);
  return fits;
}

/** Sizes near `size` that make the elements come out even: exactly, or as a divisor where -1 takes the rest. */
function nearby(elements: number, rest: number, size: number, inferred: boolean): readonly number[] {
  if (rest === 0 || elements % rest !== 0) return [];
  const quotient = elements / rest;
  if (!inferred) return quotient === size || quotient === 0 ? [] : [quotient];
  const divides = (candidate: number) => candidate > 0 && quotient % candidate === 0;
  const found: number[] = [];
  for (let step = 1; step <= REACH && step < size && found.length < 1; step++) {
    if (divides(size - step)) found.push(size - step);
  }
  const below = found.length;
  for (let step = 1; step <= REACH && size + step <= quotient && found.length === below; step++) {
    if (divides(size + step)) found.push(size + step);
  }
  return found;
}
