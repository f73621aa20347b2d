// A run as a bar chart: a standalone SVG of 1200 pixels' width, readable on light and on dark pages.
import { bestOf, peersOf } from './figures.mjs';
import { machineLine, versionLine } from './table.mjs';

const WIDTH = 1200;
const LEFT = 210; // names of rows
const RIGHT = 130; // the ratio to the best peer
const HEAD = 148;
const OURS = 12; // heights of bars
const PEER = 6;
const GAP = 12; // between rows
const PLOT = WIDTH - LEFT - RIGHT;

/** Colours that stay apart for colour-blind readers and on both backgrounds. */
const COLOURS = {
  layerwise: '#0a9b73',
  onnxruntime: '#e0922f',
  pytorch: '#d9534a',
  'onednn-direct': '#4d9de0',
  'onednn-winograd': '#8d6fd1',
  'tfjs-wasm': '#8c959f',
};
const OTHER = '#8c959f';

const STYLE = `
text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 13px; fill: #24292f }
.page { fill: #ffffff } .band { fill: #f3f5f7 } .grid { stroke: #d0d7de } .limit { stroke: #24292f }
.title { font-size: 20px; font-weight: 600 } .quiet { fill: #57606a } .small { font-size: 11.5px } .strong { font-weight: 600 }
.halo { stroke: #ffffff; stroke-width: 3px; paint-order: stroke }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .page { fill: #0d1117 } .band { fill: #161b22 } .grid { stroke: #30363d } .limit { stroke: #e6edf3 }
  .quiet { fill: #9da7b1 } .halo { stroke: #0d1117 }
}`;

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const number = (value) => String(Math.round(value * 100) / 100);
const text = (x, y, content, { kind, anchor } = {}) =>
  `<text x="${number(x)}" y="${number(y)}"${kind ? ` class="${kind}"` : ''}${anchor ? ` text-anchor="${anchor}"` : ''}>${escaped(content)}</text>`;
const box = (x, y, width, height, attributes) =>
  `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" ${attributes}/>`;
const vertical = (x, from, to, kind) =>
  `<line x1="${number(x)}" y1="${number(from)}" x2="${number(x)}" y2="${number(to)}" class="${kind}"${kind === 'limit' ? ' stroke-dasharray="5 4"' : ''}/>`;

/** What the bars of a list show: a value for each contender of a row, its unit, the line to compare it with, room for what is written. */
const LAYERS = {
  title: 'Speed of each layer, as a share of what the machine could do',
  reference: 'limit of the machine',
  value: (row, time) => (row.percentOfLimit * row.ours) / time,
  mark: 100,
  room: 50,
  unit: (value) => `${Math.round(value)}%`,
  note: 'Limit: multiply-adds at FMA peak, or bytes at copy bandwidth, whichever takes longer. Winograd saves multiply-adds and caches save bytes: both may pass it.',
};
const NETS = {
  title: 'Images per second, relative to onnxruntime-node',
  reference: 'onnxruntime-node',
  value: (row, time) => row.peers.onnxruntime / time,
  mark: 1,
  room: 150,
  unit: (value) => `${value.toFixed(2)}x`,
  note: 'Same batch, same number of threads, in the same run.',
};

/** The smallest step of 1, 2, 2.5 or 5 times a power of ten that cuts `most` into at most 8 parts. */
export function tickStep(most) {
  const power = 10 ** Math.floor(Math.log10(most / 8));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => most / step <= 8);
}

/** The rows of a result that can be drawn: { id, bars: [{ name, value }], best }, ours first; `best` is the best peer's time over ours. */
export function rowsOf(result, kind) {
  const drawn = result.rows.filter(
    (row) => row.ours !== undefined && Number.isFinite(kind.value(row, row.ours)),
  );
  return drawn.map((row) => {
    const times = [['layerwise', row.ours], ...peersOf(result).map((peer) => [peer, row.peers[peer]])];
    const bars = times.filter(([, time]) => time !== undefined);
    const best = bestOf(row);
    return {
      id: row.id,
      images: row.imagesPerSecond,
      bars: bars.map(([name, time]) => ({ name, value: kind.value(row, time) })),
      best: best && best / row.ours,
    };
  });
}

const heightOf = (row) => OURS + PEER * (row.bars.length - 1) + GAP;

/** One row: its name, its bars, our value at the end of our bar, the ratio at the right. */
function drawRow(row, top, { scale, kind }) {
  const middle = top + heightOf(row) / 2 + 4.5;
  const parts = [text(LEFT - 12, middle, row.id, { anchor: 'end' })];
  let y = top + GAP / 2;
  for (const { name, value } of row.bars) {
    const thick = name === 'layerwise' ? OURS : PEER;
    const title = `<title>${escaped(`${row.id}, ${name}: ${kind.unit(value)}`)}</title>`;
    const bar = box(LEFT, y, Math.max(1, value * scale), thick - 1, `fill="${COLOURS[name] ?? OTHER}"`);
    parts.push(bar.replace('/>', `>${title}</rect>`));
    y += thick;
  }
  const ours = row.bars[0].value;
  const images =
    row.images === undefined ? '' : ` (${row.images.toFixed(row.images < 100 ? 1 : 0)} images/s)`;
  parts.push(
    text(LEFT + ours * scale + 6, top + GAP / 2 + OURS - 1.5, kind.unit(ours) + images, {
      kind: 'small strong halo',
    }),
  );
  if (row.best !== undefined)
    parts.push(
      text(WIDTH - 24, middle, `${row.best.toFixed(2)}x`, {
        anchor: 'end',
        kind: row.best >= 1 ? 'strong' : 'quiet',
      }),
    );
  return parts.join('\n');
}

function drawAxis(most, bottom, { scale, kind }) {
  const step = tickStep(most);
  const parts = [];
  for (let value = 0; value <= most * 1.0001; value += step) {
    const x = LEFT + value * scale;
    parts.push(vertical(x, HEAD - 6, bottom, 'grid'));
    parts.push(
      text(x, bottom + 18, kind.mark === 100 ? `${number(value)}%` : `${number(value)}x`, {
        kind: 'small quiet',
        anchor: 'middle',
      }),
    );
  }
  const x = LEFT + kind.mark * scale;
  parts.push(vertical(x, HEAD - 6, bottom, 'limit'));
  parts.push(text(x, HEAD - 12, kind.reference, { kind: 'small', anchor: 'middle' }));
  parts.push(text(WIDTH - 24, HEAD - 12, 'to best peer', { kind: 'small quiet', anchor: 'end' }));
  return parts.join('\n');
}

function drawHead(result, kind) {
  const parts = [
    text(24, 34, kind.title, { kind: 'title' }),
    text(24, 57, machineLine(result.machine), { kind: 'small quiet' }),
    text(24, 75, `${result.date}; ${versionLine(result)}`, { kind: 'small quiet' }),
  ];
  let x = 24;
  for (const name of Object.keys(result.versions)) {
    parts.push(box(x, 93, 14, 10, `fill="${COLOURS[name] ?? OTHER}" rx="2"`));
    parts.push(text(x + 20, 103, name, { kind: name === 'layerwise' ? 'strong' : undefined }));
    x += 44 + 7.6 * name.length;
  }
  return parts.join('\n');
}

/** The SVG of a result of `npm run bench`. Throws where there is nothing to draw. */
export function chart(result) {
  const kind = result.list === 'nets' ? NETS : LAYERS;
  const rows = rowsOf(result, kind);
  if (rows.length === 0)
    throw new Error(
      `there is nothing to draw: no row has a time${kind === NETS ? ' beside onnxruntime\u2019s' : ''}`,
    );
  const most = Math.max(1.1 * kind.mark, ...rows.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const view = { scale: (PLOT - kind.room) / most, kind };
  let bottom = HEAD;
  const tops = rows.map((row) => {
    bottom += heightOf(row);
    return bottom - heightOf(row);
  });
  const bands = rows.map((row, i) =>
    i % 2 === 0 ? box(0, tops[i], WIDTH, heightOf(row), 'class="band"') : '',
  );
  const height = bottom + 52;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escaped(kind.title)}</title>`,
    `<style>${STYLE}\n</style>`,
    box(0, 0, WIDTH, height, 'class="page" rx="8"'),
    drawHead(result, kind),
    ...bands.filter((band) => band !== ''),
    drawAxis(most, bottom, view),
    ...rows.map((row, i) => drawRow(row, tops[i], view)),
    text(24, height - 12, kind.note, { kind: 'small quiet' }),
    '</svg>\n',
  ].join('\n');
}
