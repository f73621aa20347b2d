const ms = (value) =>
  value === undefined
    ? '-'
    : value < 1
      ? value.toFixed(3)
      : value < 100
        ? value.toFixed(2)
        : value.toFixed(0);
const ratio = (value) => (value === undefined ? '-' : value.toFixed(2));

/** Columns of text, the first to the left, the others to the right. */
function align(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  );
}

/** The table of a run: our time, the peers' times and ratios (above 1: we are faster), rates and % of the limit. */
export function table(result, peers) {
  const head = [
    'workload',
    'layerwise ms',
    ...peers.flatMap((peer) => [`${peer} ms`, 'ratio']),
    'GFLOP/s',
    'GB/s',
    '% limit',
    'images/s',
  ];
  const rows = result.rows.map((row) => [
    row.id,
    ms(row.ours),
    ...peers.flatMap((peer) => [ms(row.peers[peer]), ratio(row.peers[peer] && row.peers[peer] / row.ours)]),
    row.gflops ? row.gflops.toFixed(1) : '-',
    row.gbs ? row.gbs.toFixed(1) : '-',
    row.percentOfLimit ? row.percentOfLimit.toFixed(0) : '-',
    row.imagesPerSecond ? row.imagesPerSecond.toFixed(row.imagesPerSecond < 100 ? 1 : 0) : '-',
  ]);
  const { machine, geomean } = result;
  const lines = [
    `${machine.cpu}, ${machine.isa}, ${machine.threads} threads, FMA peak ${machine.peakGflops.toFixed(0)} GFLOP/s, copy ${machine.copyGBs.toFixed(1)} GB/s`,
    ...align([head, ...rows]),
  ];
  for (const peer of peers) {
    if (geomean[peer] !== undefined)
      lines.push(`geometric mean of the ratios to ${peer}: ${geomean[peer].toFixed(2)}`);
  }
  if (geomean.best !== undefined)
    lines.push(`geometric mean of the ratios to the best peer of each row: ${geomean.best.toFixed(2)}`);
  for (const row of result.rows) if (row.failed) lines.push(`${row.id}: ${row.failed}`);
  return lines.join('\n');
}
