/** A run of neighbouring elements of an axis, both ends included; empty when `last` is before `first`. */
export interface Interval {
  readonly first: number;
  readonly last: number;
}

/** Convolution and pooling: output o reads o * stride - padding + tap * dilation for every tap of the window. */
export interface WindowRule {
  readonly kind: 'window';
  /** Taps of the window. */
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /** Elements added before the axis; negative where elements are cut off. */
  readonly padding: number;
}

/** Transposed convolution, and nearest enlargement by a whole factor: input i writes to i * stride - padding + tap * dilation. */
export interface TransposedRule {
  readonly kind: 'transposed';
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /** Elements cut off before the axis of the result. */
  readonly padding: number;
}

/** Adaptive pooling: output o reads [floor(o * input / output), ceil((o + 1) * input / output)). */
export interface AdaptiveRule {
  readonly kind: 'adaptive';
  readonly input: number;
  readonly output: number;
}

/** Every output reads the whole axis: global pooling, a Dense layer on a flattened map. */
export interface WholeRule {
  readonly kind: 'whole';
  /** Elements of the axis. */
  readonly input: number;
}

/** Output o reads the elements of `intervals[o]`: interpolation, a gather. */
export interface TableRule {
  readonly kind: 'table';
  readonly intervals: readonly Interval[];
}

/** What a layer does along one axis, as far as it decides which elements are read. */
export type AxisRule = WindowRule | TransposedRule | AdaptiveRule | WholeRule | TableRule;

/** A window of one element that moves by one: what layers without a window do along an axis. */
export const IDENTITY: WindowRule = { kind: 'window', size: 1, stride: 1, dilation: 1, padding: 0 };

/** The rule of a window; what is left out is that of `IDENTITY`. @example windowRule({ size: 3, padding: 1 }).stride; // 1 */
export const windowRule = (part: Partial<Omit<WindowRule, 'kind'>>): WindowRule => ({ ...IDENTITY, ...part });

/** Padding before an axis, or cropping with a negative number. @example padRule(-2).padding; // -2 */
export const padRule = (before: number): WindowRule => windowRule({ padding: before });

/** Nearest enlargement by a whole factor. @example inputInterval(upSampleRule(2), { first: 3, last: 3 }).first; // 1 */
export const upSampleRule = (factor: number): TransposedRule => {
  return { kind: 'transposed', size: factor, stride: factor, dilation: 1, padding: 0 };
};

const EMPTY: Interval = { first: 0, last: -1 };

/** The smallest interval that holds both. @example hull({ first: 0, last: 1 }, { first: 4, last: 5 }).last; // 5 */
export function hull(a: Interval, b: Interval): Interval {
  if (widthOf(a) === 0) return b;
  if (widthOf(b) === 0) return a;
  return { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) };
}

/** How many elements an interval has. @example widthOf({ first: 2, last: 4 }); // 3 */
export const widthOf = ({ first, last }: Interval): number => Math.max(last - first + 1, 0);

/** The part of an interval inside an axis of `size` elements. @example clipTo({ first: -3, last: 4 }, 3).last; // 2 */
export const clipTo = ({ first, last }: Interval, size: number): Interval => {
  return { first: Math.max(first, 0), last: Math.min(last, size - 1) };
};

/**
 * The elements of the input that the outputs of an interval read, as the smallest interval that holds them. It is not
 * clipped: what lies below 0 or beyond the axis is padding.
 *
 * @example
 * inputInterval(windowRule({ size: 3, stride: 2, padding: 1 }), { first: 0, last: 0 }).first; // -1
 * inputInterval(windowRule({ size: 3, stride: 2, padding: 1 }), { first: 0, last: 1 }).last; // 3
 */
export function inputInterval(rule: AxisRule, outputs: Interval): Interval {
  if (widthOf(outputs) === 0) return EMPTY;
  const { first, last } = outputs;
  switch (rule.kind) {
    case 'window': {
      const { size, stride, dilation, padding } = rule;
      return { first: first * stride - padding, last: last * stride - padding + (size - 1) * dilation };
    }
    case 'transposed':
      return transposedInterval(rule, outputs);
    case 'adaptive':
      return {
        first: Math.floor((first * rule.input) / rule.output),
        last: Math.ceil(((last + 1) * rule.input) / rule.output) - 1,
      };
    case 'whole':
      return { first: 0, last: rule.input - 1 };
    case 'table': {
      const within = clipTo(outputs, rule.intervals.length);
      return rule.intervals.slice(within.first, within.last + 1).reduce(hull, EMPTY);
    }
  }
}

/** The elements of an axis of `size` elements that the outputs of an interval do read: from the first to the last of them. */
export function readInterval(rule: AxisRule, outputs: Interval, size: number): Interval {
  let { first, last } = clipTo(inputInterval(rule, outputs), size);
  while (first <= last && !isRead(rule, outputs, first)) first++;
  while (first <= last && !isRead(rule, outputs, last)) last--;
  return first <= last ? { first, last } : EMPTY;
}

/** Strides above the window and dilations leave gaps: whether an element is in none. */
function isRead(rule: AxisRule, { first, last }: Interval, input: number): boolean {
  if (rule.kind === 'transposed') {
    const base = input * rule.stride - rule.padding;
    const tap = Math.max(Math.ceil((first - base) / rule.dilation), 0);
    return tap < rule.size && base + tap * rule.dilation <= last;
  }
  if (rule.kind !== 'window') return true;
  const { size, stride, dilation, padding } = rule;
  for (let tap = 0; tap < size; tap++) {
    const output = (input + padding - tap * dilation) / stride;
    if (Number.isInteger(output) && output >= first && output <= last) return true;
  }
  return false;
}

/** Input i reaches the outputs i * stride - padding + tap * dilation. */
function transposedInterval(rule: TransposedRule, outputs: Interval): Interval {
  const { size, stride, dilation, padding } = rule;
  let first = Math.ceil((outputs.first + padding - (size - 1) * dilation) / stride);
  let last = Math.floor((outputs.last + padding) / stride);
  while (first <= last && !isRead(rule, outputs, first)) first++;
  while (first <= last && !isRead(rule, outputs, last)) last--;
  return first <= last ? { first, last } : EMPTY;
}

/** What one element of an output sees along an axis of the input. */
export interface ReceptiveField {
  /** Elements from the first to the last that it depends on, padding included. */
  readonly size: number;
  /** Elements of the input from the field of one output to that of the next; a fraction after an enlargement, 0 after a layer that sees the whole axis. */
  readonly jump: number;
  /** The first element of the field of output 0; below 0 it lies in the padding. */
  readonly start: number;
  /** The middle of the field of output 0, `start + (size - 1) / 2`. */
  readonly center: number;
}

/** Elements of the input from what one output reads to what the next one reads. @example jumpOf(windowRule({ stride: 2 })); // 2 */
export function jumpOf(rule: AxisRule): number {
  switch (rule.kind) {
    case 'window':
      return rule.stride;
    case 'transposed':
      return 1 / rule.stride;
    case 'adaptive':
      return rule.input / rule.output;
    case 'whole':
      return 0;
    case 'table': {
      const [a, b] = [rule.intervals[0] ?? EMPTY, rule.intervals.at(-1) ?? EMPTY];
      return rule.intervals.length < 2
        ? 0
        : (b.first + b.last - a.first - a.last) / 2 / (rule.intervals.length - 1);
    }
  }
}

/** The most elements that `width` neighbouring outputs read. */
function widestOf(rule: AxisRule, width: number): number {
  switch (rule.kind) {
    case 'window':
      return (width - 1) * rule.stride + (rule.size - 1) * rule.dilation + 1;
    case 'transposed':
      return Math.floor((width - 1 + (rule.size - 1) * rule.dilation) / rule.stride) + 1;
    case 'whole':
      return rule.input;
    default: {
      const outputs = rule.kind === 'adaptive' ? rule.output : rule.intervals.length;
      const places = Math.max(outputs - width, 0) + 1;
      const widths = Array.from({ length: places }, (_, first) =>
        widthOf(inputInterval(rule, { first, last: first + width - 1 })),
      );
      return Math.max(...widths);
    }
  }
}

/**
 * The receptive field after a chain of layers, along one axis. It goes back from one element of the output:
 * size <- (size - 1) * stride + (window - 1) * dilation + 1 and start <- start * stride - padding, and the strides
 * multiply to the jump (Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill,
 * 2019); after an enlargement the size is that of the widest field.
 *
 * @param rules what each layer does along the axis, the first layer first
 *
 * @example
 * const window = windowRule({ size: 3, padding: 1 });
 * const pooling = windowRule({ size: 2, stride: 2 });
 * receptiveFieldOf([window, window, pooling]).size; // 6
 * receptiveFieldOf([window, window, pooling]).jump; // 2
 * receptiveFieldOf([window, window, pooling]).start; // -2
 */
export function receptiveFieldOf(rules: readonly AxisRule[]): ReceptiveField {
  const size = rules.reduceRight((width, rule) => widestOf(rule, width), 1);
  const jump = rules.reduce((product, rule) => product * jumpOf(rule), 1);
  const { first: start } = fieldInterval(rules, 0);
  return { size, jump, start, center: start + (size - 1) / 2 };
}

/**
 * The elements of the input that output `index` depends on after a chain of layers, not clipped to the input.
 *
 * @example
 * fieldInterval([windowRule({ size: 3, padding: 1 }), windowRule({ size: 2, stride: 2 })], 4).first; // 7
 * fieldInterval([windowRule({ size: 3, padding: 1 }), windowRule({ size: 2, stride: 2 })], 4).last; // 10
 */
export function fieldInterval(rules: readonly AxisRule[], index: number): Interval {
  return rules.reduceRight<Interval>((outputs, rule) => inputInterval(rule, outputs), {
    first: index,
    last: index,
  });
}
