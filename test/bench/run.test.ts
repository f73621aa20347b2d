import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as onednn from '../../bench/contenders/onednn.mjs';
import * as pytorch from '../../bench/contenders/pytorch.mjs';
import { root } from '../../scripts/tools.mjs';

const folder = mkdtempSync(join(tmpdir(), 'layerwise-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

const conv = { op: 'conv', stride: [1, 1], pad: [1, 1, 1, 1], dil: [1, 1], groups: 1 };
const LAYERS = [
  { id: 'plain', ...conv, x: [1, 32, 14, 14], w: [48, 32, 3, 3] },
  {
    id: 'grouped',
    ...conv,
    x: [2, 6, 9, 7],
    w: [8, 3, 3, 2],
    stride: [2, 1],
    pad: [1, 0, 1, 0],
    dil: [1, 2],
    groups: 2,
  },
  { id: 'average', op: 'avgpool', x: [2, 19, 9, 9], k: [3, 3], stride: [2, 2], pad: [1, 1, 1, 1] },
  { id: 'gap', op: 'gap', x: [2, 17, 5, 5] },
  { id: 'bmm', op: 'matmul', a: [3, 5, 7], b: [3, 7, 2] },
  { id: 'fc_odd', op: 'matmul', a: [3, 37], b: [37, 21] },
];

function bench(...args: string[]) {
  const list = join(folder, 'layers.json');
  const json = join(folder, 'result.json');
  writeFileSync(list, JSON.stringify(LAYERS));
  const run = join(root, 'bench/run.mjs');
  const all = [run, '--workloads', list, '--rounds', '3', '--json', json, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' });
  expect(stderr + stdout).not.toContain('differs');
  expect(status, stderr).toBe(0);
  return { stdout, result: JSON.parse(readFileSync(json, 'utf8')) };
}

describe('a run of the bench', () => {
  it('gives a table, JSON, a chart and a filled document, again from its JSON', { timeout: 120_000 }, () => {
    const [svg, docs] = [join(folder, 'layers.svg'), join(folder, 'page.md')];
    writeFileSync(docs, '<!-- table:layers -->\n<!-- /table:layers -->\n');
    const { stdout, result } = bench('--peers', 'none', '--only', 'bmm', '--chart', svg, '--docs', docs);
    expect(stdout).toMatch(/^bmm +\d/m);
    const figures = { id: 'bmm', ours: expect.any(Number), peers: {}, percentOfLimit: expect.any(Number) };
    expect(result).toMatchObject({
      list: 'layers',
      machine: { cpu: expect.any(String), isa: expect.any(String), threads: expect.any(Number) },
      rows: [{ ...figures, gflops: expect.any(Number), gbs: expect.any(Number) }],
      geomean: {},
    });
    expect(result.machine.peakGflops).toBeGreaterThan(0);
    expect(result.machine.copyGBs).toBeGreaterThan(0);
    const [page, picture] = [readFileSync(docs, 'utf8'), readFileSync(svg, 'utf8')];
    expect(page).toContain('![layers: Layerwise and its peers](layers.svg)');
    expect(page).toMatch(/^\| bmm \|/m);

    const from = [
      join(root, 'bench/run.mjs'),
      '--from',
      join(folder, 'result.json'),
      '--chart',
      svg,
      '--docs',
      docs,
    ];
    expect(spawnSync(process.execPath, from).status).toBe(0);
    expect([readFileSync(docs, 'utf8'), readFileSync(svg, 'utf8')]).toEqual([page, picture]);
  });

  it.skipIf(onednn.absent())('oneDNN agrees with us on every kind of layer', { timeout: 120_000 }, () => {
    const { rows } = bench('--peers', 'onednn-direct,onednn-winograd').result;
    const peers = (id: string) => Object.keys(rows.find((row: { id: string }) => row.id === id).peers);
    for (const { id } of LAYERS.filter((layer) => layer.id !== 'grouped'))
      expect(peers(id)).toContain('onednn-direct');
    expect(peers('bmm')).toEqual(['onednn-direct']);
  });

  it.skipIf(pytorch.absent())('PyTorch agrees with us on every kind of layer', { timeout: 120_000 }, () => {
    const { rows } = bench('--peers', 'pytorch').result;
    for (const { peers, how } of rows)
      expect([Object.keys(peers), typeof how.pytorch]).toEqual([['pytorch'], 'string']);
  });
});
