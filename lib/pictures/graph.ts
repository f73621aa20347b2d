import { type Diagram, sizesText } from './diagram.js';
import { absorb, type Block, type Folded, separate } from './fold.js';
import {
  type Box,
  type GraphLayout,
  LINE,
  layoutGraph,
  linesOf,
  PAD,
  PORT,
  passKey,
  TEXT,
} from './graph-layout.js';
import { styleSheet } from './palette.js';
import {
  BOLD,
  coordinate,
  element,
  fitText,
  polygon,
  svgDocument,
  textAt,
  textWidth,
  tooltip,
} from './svg.js';
import { type DrawingOptions, describeBlock, foldedFor, legend } from './volumes.js';

const MARGIN = 28;
const HEAD = 104;
/** Above the columns: where edges come from the column before. */
const TOP = -26;

/** The graph of a net from top to bottom, in columns: a box per layer, shapes on the edges. */
export function graphSVG(diagram: Diagram, options: DrawingOptions): string {
  const whole = options.fold === false ? separate(diagram) : absorb(diagram, false);
  const folded = foldedFor(whole, options.fold);
  const layout = layoutGraph(folded, options.width - 2 * MARGIN);
  const width = Math.max(layout.width + 2 * MARGIN, Math.min(options.width, headWidth(diagram, folded)));
  const left = MARGIN + Math.max((width - 2 * MARGIN - layout.width) / 2, 0);
  const height = HEAD + layout.height + (note(folded) === '' ? 4 : 44);
  const read = new Set(folded.blocks.flatMap(({ inputs }) => inputs.map(({ from }) => from)));
  const shift = { transform: `translate(${Math.round(left)} ${HEAD})` };
  const parts = [
    ...layout.frames.map(({ x, y, width: w, height: h, times }) => {
      const mark = textAt(x + 4, y - 5, `× ${times}`, { class: 'strong', size: 14 });
      return element('rect', { x, y, width: w, height: h, rx: 8, class: 'frame' }) + mark;
    }),
    ...folded.blocks.flatMap((block, to) => block.inputs.map(({ from }) => edge(layout, from, to))),
    ...layout.boxes.map((box) => shapeLabel(folded.blocks[box.at] as Block, box, read.has(box.at))),
    ...layout.boxes.map((box) => drawBox(folded.blocks[box.at] as Block, box)),
  ];
  return svgDocument({ width, height, title: diagram.title, style: styleSheet(options.theme) }, [
    textAt(MARGIN, 36, fitText(diagram.title, width - 2 * MARGIN, 18), { class: 'title', size: 18 }),
    legend(folded.blocks),
    element('g', shift, `\n${parts.filter((part) => part !== '').join('\n')}\n`),
    textAt(MARGIN, height - 14, note(folded), { class: 'quiet', size: TEXT }),
  ]);
}

const note = ({ blocks, repeats }: Folded): string =>
  [
    blocks.some(({ absorbed }) => absorbed.length > 0)
      ? '+: layers that keep the shape, drawn with the one before.'
      : '',
    repeats.length > 0 ? 'In a frame: blocks that repeat, drawn once.' : '',
  ]
    .filter((part) => part !== '')
    .join(' ');

/** Room for the title, the legend and the note. */
function headWidth({ title }: Diagram, folded: Folded): number {
  const kinds = new Set(folded.blocks.map(({ node }) => node.kind));
  const entries = [...kinds].reduce((sum, kind) => sum + 38 + textWidth(kind, TEXT), 0);
  return 2 * MARGIN + Math.max(textWidth(title, 18) * 1.1, entries, textWidth(note(folded), TEXT));
}

const portOf = ({ x }: Box): number => x + PORT;

type Points = readonly (readonly [number, number])[];

/** The path of an edge, with a tip where it ends. */
function edge(layout: GraphLayout, from: number, to: number): string {
  const [source, target] = [layout.boxes[from] as Box, layout.boxes[to] as Box];
  const pass = layout.passes.get(passKey(from, to));
  const [start, bottom] = [portOf(source), source.y + source.height];
  const crosses = source.column !== target.column;
  const gutter = layout.gutters[target.column] as number;
  const across: Points = [
    [start, bottom],
    [start, bottom + 26],
    [gutter, bottom + 26],
    [gutter, TOP],
  ];
  if (pass !== undefined) {
    // It passes by blocks of its lane, so it enters at the side.
    const [fromY, toY] = [source.y + source.height - 12, target.y + 14];
    const end = target.x + target.width;
    const tip = polygon(
      [
        [end + 1, toY],
        [end + 8, toY - 4],
        [end + 8, toY + 4],
      ],
      { class: 'head' },
    );
    const begin: Points = crosses
      ? [...across, [pass, TOP]]
      : [
          [source.x + source.width, fromY],
          [pass, fromY],
        ];
    return line([...begin, [pass, toY], [end + 6, toY]]) + tip;
  }
  const [end, top] = [portOf(target), target.y];
  const tip = polygon(
    [
      [end, top - 1],
      [end - 4, top - 8],
      [end + 4, top - 8],
    ],
    { class: 'head' },
  );
  if (crosses) return line([...across, [end, TOP], [end, top - 6]]) + tip;
  if (start === end)
    return (
      line([
        [start, bottom],
        [end, top - 6],
      ]) + tip
    );
  // Out of the main lane right below the source, into it right above the target: the way lies in the outer lane.
  const turn = source.lane < target.lane ? bottom + 22 : top - 13;
  return (
    line([
      [start, bottom],
      [start, turn],
      [end, turn],
      [end, top - 6],
    ]) + tip
  );
}

const line = (points: Points): string => element('path', { d: rounded(points), class: 'line' });

/** A path along points with rounded corners. */
function rounded(points: Points): string {
  const parts = points.map(([x, y], i) => {
    const [before, next] = [points[i - 1], points[i + 1]];
    if (before === undefined) return `M${coordinate(x)} ${coordinate(y)}`;
    if (next === undefined) return `L${coordinate(x)} ${coordinate(y)}`;
    const toward = ([otherX, otherY]: readonly [number, number]) => {
      const length = Math.hypot(otherX - x, otherY - y);
      const step = Math.min(6, length / 2) / Math.max(length, 1e-9);
      return `${coordinate(x + (otherX - x) * step)} ${coordinate(y + (otherY - y) * step)}`;
    };
    return `L${toward(before)}Q${coordinate(x)} ${coordinate(y)} ${toward(next)}`;
  });
  return parts.join('');
}

/** The shape of what a block makes, beside the edge that leaves it; an output of the net gets an edge of its own. */
function shapeLabel({ node }: Block, box: Box, isRead: boolean): string {
  const [x, y] = [portOf(box), box.y + box.height];
  const label = textAt(x + 7, y + 17, sizesText(node.shape), { class: 'quiet', size: TEXT });
  if (isRead) return label;
  const tip = polygon(
    [
      [x, y + 25],
      [x - 4, y + 18],
      [x + 4, y + 18],
    ],
    { class: 'head' },
  );
  return element('line', { x1: x, y1: y, x2: x, y2: y + 19, class: 'line' }) + tip + label;
}

function drawBox(block: Block, { x, y, width, height }: Box): string {
  const { head, name, rest } = linesOf(block);
  const { kind } = block.node;
  const room = width - 2 * PAD - 4;
  const left = x + PAD + 4;
  const lines = [
    textAt(left, y + LINE + 2, fitText(head, room / BOLD, TEXT), { class: 'strong', size: TEXT }),
    textAt(left, y + 2 * LINE + 2, fitText(name, room, TEXT), { class: 'quiet', size: TEXT }),
    ...rest.map((line, i) => textAt(left, y + (3 + i) * LINE + 2, fitText(line, room, TEXT), { size: TEXT })),
  ];
  return element(
    'g',
    {},
    tooltip(describeBlock(block)),
    element('rect', { x, y, width, height, rx: 6, class: 'page' }),
    element('rect', { x, y, width, height, rx: 6, class: `box-${kind} edge-${kind}`, 'stroke-width': 1.2 }),
    element('rect', { x, y: y + 5, width: 4, height: height - 10, class: `fill-${kind}` }),
    ...lines,
  );
}
