import type { Dims } from '../dims.js';
import type { ReceptiveField } from '../receptive.js';
import type { Sees } from './sees.js';
import { type AxisMeaning, plural, shapeText, timesText, wrap } from './text.js';

/** A number, and the arithmetic that it is the result of: `96 filters x (11 x 11 x 3 weights + 1 bias) = 34,944`. */
export interface Counted {
  readonly count: number;
  readonly text: string;
}

/** What an explanation is made of; everything but the shapes may be missing. */
export interface ExplanationParts {
  readonly title: string;
  /** One shape, or one per input. */
  readonly inputShape: Dims | readonly Dims[];
  readonly shape: Dims;
  readonly axes: readonly AxisMeaning[];
  readonly formulas?: readonly string[];
  /** The formulas in words, and where their numbers come from. */
  readonly rules?: readonly string[];
  readonly parameters?: Counted;
  readonly multiplyAdds?: Counted;
  /** Whether the multiply-adds are those of one sample. Default true. */
  readonly perSample?: boolean;
  /** One per spatial axis: what an element of the output sees of the input of this layer. */
  readonly receptiveField?: readonly ReceptiveField[];
  /** What one element of the output sees, when it was asked for. */
  readonly sees?: Sees;
  readonly notes?: readonly string[];
}

const WIDTH = 100;

const isList = (shape: Dims | readonly Dims[]): shape is readonly Dims[] => Array.isArray(shape[0]);

/**
 * Where the shape and the numbers of a layer come from. `toString()` is the text for people; the fields have its parts.
 *
 * @example
 * const { formulas, parameters, shape } = explain('conv2d 227x227x3 96 11x11 stride 4');
 * formulas[0]; // "oH = floor((227 + 2*0 - 1*(11-1) - 1) / 4) + 1 = 55"
 * parameters.text; // "96 filters x (11 x 11 x 3 weights + 1 bias) = 34,944"
 * shape; // [null, 55, 55, 96]
 */
export class Explanation {
  /** What is explained: `conv2d: 96 filters of 11x11, strides 4, on 227x227x3`. */
  readonly title: string;
  /** The shape of the input, or a list of them. */
  readonly inputShape: Dims | readonly Dims[];
  /** The shape of the output; `null` where a size is not known. */
  readonly shape: Dims;
  /** What each axis of the output counts. */
  readonly axes: readonly AxisMeaning[];
  /** One line per size that is computed: `name = arithmetic = result`. */
  readonly formulas: readonly string[];
  /** The rule behind the formulas, and where their numbers come from. */
  readonly rules: readonly string[];
  /** The number of weights of the layer. Missing where it has none. */
  readonly parameters: Counted | undefined;
  /** Products that are summed, for one sample unless `perSample` is false. Missing where nothing is multiplied, or a size is not known. */
  readonly multiplyAdds: Counted | undefined;
  /** Whether the multiply-adds are those of one sample: a product of two tensors has no samples. */
  readonly perSample: boolean;
  /** What an element of the output sees of this layer's input, per spatial axis. */
  readonly receptiveField: readonly ReceptiveField[] | undefined;
  /** What the element that `at` names sees. */
  readonly sees: Sees | undefined;
  /** What is worth knowing besides. */
  readonly notes: readonly string[];

  constructor(parts: ExplanationParts) {
    this.title = parts.title;
    this.inputShape = parts.inputShape;
    this.shape = parts.shape;
    this.axes = parts.axes;
    this.formulas = parts.formulas ?? [];
    this.rules = parts.rules ?? [];
    this.parameters = parts.parameters;
    this.multiplyAdds = parts.multiplyAdds;
    this.perSample = parts.perSample ?? true;
    this.receptiveField = parts.receptiveField;
    this.sees = parts.sees;
    this.notes = parts.notes ?? [];
  }

  /** This explanation with some parts replaced. */
  with(parts: Partial<ExplanationParts>): Explanation {
    return new Explanation({ ...this, ...parts });
  }

  /** In a console an explanation is its text. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** The text: title, shapes with the meaning of their axes, formulas, counts, notes. */
  toString(): string {
    const sections = [
      [this.title],
      [...this.#shapes()],
      [...this.formulas, ...this.rules.flatMap((rule) => indented(rule, '  '))],
      [...this.#figures()],
      this.sees?.lines() ?? [],
      this.notes.flatMap((note) => [...wrap(note, WIDTH)]),
    ];
    return sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n');
  }

  #shapes(): readonly string[] {
    const inputs = isList(this.inputShape) ? this.inputShape : [this.inputShape];
    const first = inputs.length > 1 ? 'inputs  ' : 'input   ';
    const width = Math.max(...this.axes.map(({ size }) => String(size).length), 0);
    return [
      ...inputs.map((shape, index) => (index === 0 ? first : '        ') + shapeText(shape)),
      `output  ${shapeText(this.shape)}`,
      ...this.axes.flatMap(({ size, meaning }) => {
        const head = `        ${String(size).padStart(width)}  `;
        return wrap(meaning, WIDTH - head.length).map((line, index) => {
          return (index === 0 ? head : ' '.repeat(head.length)) + line;
        });
      }),
    ];
  }

  #figures(): readonly string[] {
    const rows: (readonly [string, string])[] = [];
    if (this.parameters) rows.push(['parameters', this.parameters.text]);
    const { multiplyAdds } = this;
    if (multiplyAdds) rows.push(['multiply-adds', multiplyAdds.text + (this.perSample ? ' per sample' : '')]);
    if (this.receptiveField) rows.push(['receptive field', fieldText(this.receptiveField)]);
    return rows.map(([name, text]) => `${name.padEnd(15)}  ${text}`);
  }
}

const indented = (text: string, by: string): readonly string[] =>
  wrap(text, WIDTH - by.length).map((line) => by + line);

/** `11x11 of the input, jump 4, start 0`: one number where all axes agree. */
export function fieldText(fields: readonly ReceptiveField[]): string {
  const each = (part: (field: ReceptiveField) => number): string => {
    const values = fields.map(part);
    return values.every((value) => value === values[0])
      ? shortNumber(values[0] as number)
      : `[${values.map(shortNumber).join(', ')}]`;
  };
  const sizes = fields.map(({ size }) => size);
  const seen = fields.length === 1 ? plural(sizes[0] as number, 'element') : `${timesText(sizes)} elements`;
  return `${seen} of the input, jump ${each(({ jump }) => jump)}, start ${each(({ start }) => start)}`;
}

/** Fractions with at most three digits behind the dot. */
export const shortNumber = (value: number): string => String(Number(value.toFixed(3)));
