import { styleSheet, type Theme } from './palette.js';
import { coordinate, element, fitText, polygon, svgDocument, textAt } from './svg.js';

/** A run of elements, both ends included. */
interface Run {
  readonly first: number;
  readonly last: number;
}

/** What is drawn of a receptive field along one axis of the input. */
export interface FieldAxis {
  readonly input: number;
  readonly size: number;
  readonly jump: number;
  readonly field: Run;
  readonly read: Run;
  readonly padding: { readonly before: number; readonly after: number };
}

/** A receptive field over an input. */
export interface FieldView {
  readonly layer: string;
  readonly position: readonly number[];
  readonly output: readonly number[];
  readonly input: string;
  readonly axes: readonly FieldAxis[];
}

const MARGIN = 28;
const HEAD = 84;
const PLANE = { width: 560, height: 460 };
const MAP = 220;
const TEXTS = 300;
/** The height of an input or an output with one axis. */
const STRIP = 40;

/** An axis as pixels: where element 0 starts and how long an element is. */
interface Ruler {
  readonly origin: number;
  readonly scale: number;
}

const at = ({ origin, scale }: Ruler, index: number): number => origin + index * scale;

/** A single axis is drawn as a row; of three the last two are drawn. */
const ONE: FieldAxis = {
  input: 1,
  size: 1,
  jump: 1,
  field: { first: 0, last: 0 },
  read: { first: 0, last: 0 },
  padding: { before: 0, after: 0 },
};

const drawnAxes = (axes: readonly FieldAxis[]): [rows: FieldAxis, columns: FieldAxis] => {
  const [rows, columns] = axes.length > 1 ? axes.slice(-2) : [ONE, axes[0]];
  return [rows ?? ONE, columns ?? ONE];
};

/** From the first to the last element that is drawn of an axis. */
const boundsOf = ({ input, field }: FieldAxis): [number, number] => [
  Math.min(0, field.first),
  Math.max(input, field.last + 1),
];

const isEmpty = ({ first, last }: Run): boolean => last < first;

/** The input with what one output sees of it, and the output's place in its map. */
export function fieldSVG(
  view: FieldView,
  options: { readonly width: number; readonly theme: Theme },
): string {
  const [rows, columns] = drawnAxes(view.axes);
  const [top, bottom] = boundsOf(rows);
  const [left, right] = boundsOf(columns);
  const room = {
    width: Math.min(PLANE.width, options.width - 2 * MARGIN - MAP - TEXTS - 140),
    height: PLANE.height,
  };
  const single = view.axes.length < 2;
  const scale = Math.min(room.width / (right - left), single ? 48 : room.height / (bottom - top), 48);
  const y: Ruler = { origin: HEAD + 16 - top * scale, scale: single ? STRIP : scale };
  const x: Ruler = { origin: MARGIN + 54 - left * scale, scale };
  const height = Math.max(HEAD + 16 + (bottom - top) * y.scale + 60, HEAD + (single ? 130 : 240));
  const mapLeft = at(x, right) + 90;
  const drawn = { rows, columns, x, y };
  const title = titleOf(view);
  const map = drawMap(view, { left: mapLeft, middle: HEAD + 16 + ((bottom - top) * y.scale) / 2 });
  return svgDocument({ width: options.width, height, title, style: styleSheet(options.theme) }, [
    PATTERN,
    textAt(MARGIN, 36, fitText(title, options.width - 2 * MARGIN, 18), { class: 'title', size: 18 }),
    textAt(MARGIN, 60, fitText(subtitle(view), options.width - 2 * MARGIN, 12), { class: 'quiet' }),
    plane(drawn),
    rays(drawn, map.cell),
    map.picture,
    numbers(view, mapLeft + MAP + 50, HEAD + 40),
  ]);
}

const PATTERN =
  '<defs><pattern id="padding" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<rect width="7" height="7" fill="#d1584f" fill-opacity="0.12"/>' +
  '<line x1="0" y1="0" x2="0" y2="7" stroke="#d1584f" stroke-width="2"/></pattern></defs>';

const titleOf = ({ layer, position }: FieldView): string =>
  `Receptive field of ${layer}${position.length === 0 ? '' : ` at [${position.join(', ')}]`}`;

const subtitle = ({ input, axes }: FieldView): string =>
  `Blue is what this output reads of ${input}; what is hatched lies in the padding.` +
  (axes.length > 2 ? ' The last two axes are drawn.' : '');

interface Plane {
  readonly rows: FieldAxis;
  readonly columns: FieldAxis;
  readonly x: Ruler;
  readonly y: Ruler;
}

const box = (
  { x, y }: Plane,
  rows: Run,
  columns: Run,
  attributes: Record<string, string | number>,
): string =>
  isEmpty(rows) || isEmpty(columns)
    ? ''
    : element('rect', {
        x: at(x, columns.first),
        y: at(y, rows.first),
        width: (columns.last - columns.first + 1) * x.scale,
        height: (rows.last - rows.first + 1) * y.scale,
        ...attributes,
      });

/** The input, the field over it with its padding, the part that is read, and its borders in numbers. */
function plane(drawn: Plane): string {
  const { rows, columns, x, y } = drawn;
  const all = (axis: FieldAxis): Run => ({ first: 0, last: axis.input - 1 });
  const blue = { fill: '#3f86d6', 'fill-opacity': 0.5, stroke: '#3f86d6', 'stroke-width': 2 };
  return [
    box(drawn, all(rows), all(columns), { class: 'plate', 'fill-opacity': 0.55 }),
    box(drawn, rows.field, columns.field, {
      fill: 'url(#padding)',
      stroke: '#d1584f',
      'stroke-dasharray': '5 3',
    }),
    box(drawn, rows.read, columns.read, { class: 'page' }),
    box(drawn, rows.read, columns.read, blue),
    box(drawn, all(rows), all(columns), { class: 'line' }),
    grid(drawn),
    ...(rows === ONE ? [] : ends(rows)).map((index) =>
      textAt(at(x, boundsOf(columns)[0]) - 8, at(y, index + 0.5) + 4, String(index), {
        class: 'quiet',
        anchor: 'end',
      }),
    ),
    ...ends(columns).map((index) =>
      textAt(at(x, index + 0.5), at(y, boundsOf(rows)[1]) + 18, String(index), {
        class: 'quiet',
        anchor: 'middle',
      }),
    ),
    textAt(
      at(x, columns.input / 2),
      at(y, boundsOf(rows)[1]) + 38,
      rows === ONE ? String(columns.input) : `${rows.input} × ${columns.input}`,
      {
        class: 'strong',
        anchor: 'middle',
      },
    ),
  ].join('');
}

/** The numbers at the borders of the field and of the part that is read; those that would stand on each other once. */
function ends({ field, read, input }: FieldAxis): number[] {
  const apart = Math.max(input, field.last - field.first) / 22;
  const kept: number[] = [];
  for (const index of isEmpty(read) ? [] : [read.first, read.last, field.first, field.last]) {
    if (kept.every((other) => Math.abs(other - index) >= apart)) kept.push(index);
  }
  return kept;
}

/** Lines between the elements, where there is room for them. */
function grid({ rows, columns, x, y }: Plane): string {
  if (x.scale < 7) return '';
  const lines: string[] = [];
  for (let i = 1; i < rows.input; i++) {
    lines.push(`M${coordinate(at(x, 0))} ${coordinate(at(y, i))}H${coordinate(at(x, columns.input))}`);
  }
  for (let i = 1; i < columns.input; i++) {
    lines.push(`M${coordinate(at(x, i))} ${coordinate(at(y, 0))}V${coordinate(at(y, rows.input))}`);
  }
  return element('path', { d: lines.join(''), class: 'faint', 'stroke-opacity': 0.8 });
}

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The map of outputs with the one that was asked about. */
function drawMap(
  view: FieldView,
  { left, middle }: { left: number; middle: number },
): { picture: string; cell: Cell } {
  const [rows = 1, columns = 1] = view.output.length > 1 ? view.output.slice(-2) : [1, view.output[0] ?? 1];
  const [row = 0, column = 0] =
    view.position.length > 1 ? view.position.slice(-2) : [0, view.position[0] ?? 0];
  const across = Math.min(MAP / columns, view.output.length > 1 ? MAP / rows : MAP, 34);
  const down = view.output.length === 1 ? STRIP : across;
  const [width, height] = [columns * across, rows * down];
  const x = left + (MAP - width) / 2;
  const y = middle - height / 2;
  const cell = {
    x: x + (column + 0.5) * across - Math.max(across, 4) / 2,
    y: y + (row + 0.5) * down - Math.max(down, 4) / 2,
    width: Math.max(across, 4),
    height: Math.max(down, 4),
  };
  const horizontal = Array.from({ length: rows - 1 }, (_, i) => {
    return `M${coordinate(x)} ${coordinate(y + (i + 1) * down)}h${coordinate(width)}`;
  });
  const vertical = Array.from({ length: columns - 1 }, (_, i) => {
    return `M${coordinate(x + (i + 1) * across)} ${coordinate(y)}v${coordinate(height)}`;
  });
  const lines = across < 7 ? [] : [...horizontal, ...vertical];
  const place = view.output.length === 0 ? 'one vector' : view.output.join(' × ');
  const picture = [
    element('rect', { x, y, width, height, class: 'plate', 'fill-opacity': 0.55 }),
    lines.length > 0 ? element('path', { d: lines.join(''), class: 'faint' }) : '',
    element('rect', { x, y, width, height, class: 'line' }),
    element('rect', { ...cell, fill: '#3f86d6', stroke: '#1f5fa8', 'stroke-width': 1.5 }),
    textAt(x + width / 2, y + height + 20, place, { class: 'strong', anchor: 'middle' }),
    textAt(x + width / 2, y + height + 38, fitText(view.layer, MAP, 12), {
      class: 'quiet',
      anchor: 'middle',
    }),
  ];
  return { picture: picture.join(''), cell };
}

/** From the part of the input that is read to the output. */
function rays({ rows, columns, x, y }: Plane, cell: Cell): string {
  if (isEmpty(rows.read) || isEmpty(columns.read)) return '';
  const from = at(x, columns.read.last + 1);
  const points: readonly (readonly [number, number])[] = [
    [from, at(y, rows.read.first)],
    [cell.x, cell.y],
    [cell.x, cell.y + cell.height],
    [from, at(y, rows.read.last + 1)],
  ];
  return polygon(points, { fill: '#3f86d6', 'fill-opacity': 0.14, stroke: '#3f86d6', 'stroke-opacity': 0.6 });
}

const NAMES = [[], ['step'], ['row', 'column'], ['plane', 'row', 'column']];

/** The numbers as text, axis by axis. */
function numbers({ axes }: FieldView, x: number, y: number): string {
  const names = NAMES[axes.length] ?? axes.map((_, i) => `axis ${i}`);
  const lines = axes.flatMap((axis, i): [string, string][] => [
    ['strong', `${names[i]}s`],
    ['', `field of ${axis.size}, jump of ${axis.jump === 0 ? 'none' : Math.round(axis.jump * 1e4) / 1e4}`],
    [
      '',
      isEmpty(axis.read)
        ? 'reads padding only'
        : `reads ${axis.read.first} to ${axis.read.last} of ${axis.input}`,
    ],
    ['quiet', paddingText(axis)],
    ['', ''],
  ]);
  return lines
    .map(([style, text], i) =>
      text === '' ? '' : textAt(x, y + i * 20, text, { class: style || undefined }),
    )
    .join('');
}

function paddingText({ padding: { before, after } }: FieldAxis): string {
  const parts = [before > 0 ? `${before} before` : '', after > 0 ? `${after} behind` : ''].filter(Boolean);
  return `padding: ${parts.length === 0 ? 'none' : parts.join(', ')}`;
}
