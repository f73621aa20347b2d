import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fails, fixture, folder, layerwise, refuses } from './command.js';

describe('layerwise plot', () => {
  it('writes what the ending of the file says', () => {
    const model = fixture('lenet.mjs');
    for (const [name, args, start] of [
      ['net.svg', [], '<svg'],
      ['volumes.svg', ['--style', 'volumes'], '<svg'],
      ['graph.svg', ['--style', 'graph'], '<svg'],
      ['net.mmd', [], 'flowchart'],
      ['net.dot', [], 'digraph "lenet"'],
    ] as const) {
      const out = join(folder, name);
      expect(layerwise(['plot', model, '--out', out, ...args])).toEqual({
        status: 0,
        stdout: `wrote ${out}\n`,
        stderr: '',
      });
      expect(readFileSync(out, 'utf8')).toContain(start);
    }
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    expect(read('volumes.svg')).toBe(read('net.svg'));
    expect(read('graph.svg')).not.toBe(read('net.svg'));
  });

  it('refuses wrong usage and bad files', () => {
    refuses(['plot'], 'layerwise plot: an argument is missing');
    refuses(['plot', 'a.json'], '--out is missing');
    refuses(['plot', 'a.json', '--out', 'net.png'], '"net.png" ends with none of .svg, .mmd, .dot');
    refuses(
      ['plot', 'a.json', '--out', 'a.svg', '--style', 'art'],
      '--style must be one of volumes, graph, not "art"',
    );
    refuses(['plot', 'a.json', '--out', 'a.dot', '--style', 'graph'], '--style is for .svg');
    fails(['plot', 'a.json', '--out', 'a.svg'], 'layerwise plot: a.json: there is no such file');
    fails(['plot', fixture('lenet.mjs'), '--out', join('nowhere', 'a.svg')], 'ENOENT');
  });
});
