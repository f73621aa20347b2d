import { count, timesText } from '../shape/explain/text.js';
import type { ExplainedLayer, InputField } from './explain.js';

const HEAD = ['layer', 'output', 'parameters', 'multiply-adds', 'sees', 'jump', 'start'] as const;
/** Columns of numbers, set to the right. */
const NUMBERS = new Set([2, 3]);

/** One number where all axes agree, else one per axis. */
function each(field: readonly InputField[], part: (axis: InputField) => number): string {
  const values = field.map(part).map((value) => Number(value.toFixed(3)));
  return values.every((value) => value === values[0]) ? String(values[0]) : `[${values.join(', ')}]`;
}

/** What a number sees of the model's input: `16x16 elements, jump 4, start 0`. */
export const inputFieldText = (field: readonly InputField[]): string =>
  `${timesText(field.map(({ size }) => size))} elements, jump ${each(field, ({ jump }) => jump)}, ` +
  `start ${each(field, ({ start }) => start)}`;

/** The layers in a table: a row each, and below it where its sizes and its parameters come from. */
export function modelTable(layers: readonly ExplainedLayer[]): string {
  const rows = layers.map(rowOf);
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => (row[column] as string).length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => {
        const width = widths[column] as number;
        return NUMBERS.has(column) ? text.padStart(width) : text.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const body = layers.flatMap((layer, index) => [
    line(rows[index] as readonly string[]),
    ...arithmeticOf(layer).map((text) => `  ${text}`),
  ]);
  return [
    line(HEAD),
    '─'.repeat(line(HEAD.map((_, column) => '-'.repeat(widths[column] as number))).length),
    ...body,
  ].join('\n');
}

function rowOf({
  name,
  className,
  explanation,
  parameters,
  multiplyAdds,
  field,
}: ExplainedLayer): readonly string[] {
  // `-`: the input has no spatial axes.
  const seen = (text: (axes: readonly InputField[]) => string) =>
    field === undefined ? '?' : field.length === 0 ? '-' : text(field);
  return [
    `${name} (${className})`,
    `[${explanation.shape.map(String).join(', ')}]`,
    count(parameters),
    multiplyAdds === undefined ? '?' : count(multiplyAdds),
    seen((axes) => timesText(axes.map(({ size }) => size))),
    seen((axes) => each(axes, ({ jump }) => jump)),
    seen((axes) => each(axes, ({ start }) => start)),
  ];
}

/** The formulas, those that only repeat another axis left out, and the parameters. */
function arithmeticOf({ explanation }: ExplainedLayer): readonly string[] {
  const seen = new Set<string>();
  const formulas = explanation.formulas.filter((formula) => {
    const numbers = formula.slice(formula.indexOf(' = ')).replace(/:.*$/, '');
    return !seen.has(numbers) && seen.add(numbers);
  });
  return explanation.parameters === undefined ? formulas : [...formulas, explanation.parameters.text];
}
