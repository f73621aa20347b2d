import { bestOf, peersOf, ratiosTo } from './figures.mjs';

const ms = (value) =>
  value === undefined
    ? '-'
    : value < 1
      ? value.toFixed(3)
      : value < 100
        ? value.toFixed(2)
        : value.toFixed(0);
const fixed = (digits) => (value) => (value === undefined ? '-' : value.toFixed(digits));
const times = (value) => (value === undefined ? '' : `${value.toFixed(2)}x`);

const RATES = [
  ['GFLOP/s', (row) => row.gflops, fixed(1)],
  ['GB/s', (row) => row.gbs, fixed(1)],
  ['% limit', (row) => row.percentOfLimit, fixed(0)],
  ['images/s', (row) => row.imagesPerSecond, (value) => fixed(value < 100 ? 1 : 0)(value)],
];

/** Head and rows of a run, as text: our time, each peer's time with its ratio to ours, the best peer's ratio, rates. */
export function cells(result) {
  const peers = peersOf(result);
  const rates = RATES.filter(([, read]) => result.rows.some((row) => read(row) !== undefined));
  const against = (row, time) => time && row.ours && time / row.ours;
  const best = peers.length > 1 ? [['best peer', (row) => times(against(row, bestOf(row))) || '-']] : [];
  const resident = ['layerwise', ...peers].filter((name) =>
    result.rows.some((row) => row.imagesPerSecond && row.rssMB?.[name]),
  );
  const columns = [
    ['layerwise ms', (row) => ms(row.ours)],
    ...peers.map((peer) => [
      `${peer} ms`,
      (row) => `${ms(row.peers[peer])} ${times(against(row, row.peers[peer]))}`.trim(),
    ]),
    ...best,
    ...resident.map((name) => [`${name} MB`, (row) => fixed(0)(row.rssMB?.[name])]),
    ...rates.map(([name, read, format]) => [
      name,
      (row) => (read(row) === undefined ? '-' : format(read(row))),
    ]),
  ];
  return [
    [result.list === 'nets' ? 'net' : 'workload', ...columns.map(([name]) => name)],
    ...result.rows.map((row) => [row.id, ...columns.map(([, text]) => text(row))]),
  ];
}

/** What the machine is, and what it could reach. */
export const machineLine = ({ cpu, isa, threads, peakGflops, copyGBs }) =>
  `${cpu}, ${isa}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, FMA peak ${peakGflops.toFixed(0)} GFLOP/s, copy ${copyGBs.toFixed(1)} GB/s`;

export const versionLine = ({ versions }) =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');

/** One line per peer: the geometric mean of its ratios, and the row where we stand worst. */
export function summaryLines(result) {
  const line = (whom, geomean, ratios) => {
    const worst = ratios.reduce((p, q) => (q.ratio < p.ratio ? q : p));
    return `geometric mean of the ratios to ${whom}: ${geomean.toFixed(2)} (${ratios.length} rows, lowest ${worst.ratio.toFixed(2)}: ${worst.id})`;
  };
  const entries = [
    ...peersOf(result).map((peer) => [peer, peer, (row) => row.peers[peer]]),
    ['the best peer of each row', 'best', bestOf],
  ];
  return entries
    .filter(([, key]) => result.geomean[key] !== undefined)
    .map(([whom, key, time]) => line(whom, result.geomean[key], ratiosTo(result.rows, time)));
}

/** Other programs at work when the run began: barriers that spin suffer from them most, so the figures say little. */
export const noiseLines = ({ busy }) =>
  busy > 0.1
    ? [
        `other programs had ${(100 * busy).toFixed(0)}% of the cores before the run: measure again when the machine is quiet`,
      ]
    : [];

export const failures = (result) =>
  result.rows.filter((row) => row.failed).map((row) => `${row.id}: ${row.failed}`);

/** Columns of text, the first to the left, the others to the right. */
function align(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  );
}

/** The run as a table for a terminal. Ratios above 1: we are faster. */
export const table = (result) =>
  [
    machineLine(result.machine),
    ...align(cells(result)),
    ...summaryLines(result),
    ...noiseLines(result),
    ...failures(result),
  ].join('\n');
