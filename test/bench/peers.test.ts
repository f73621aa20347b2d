import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it, test } from 'vitest';
import { External, externalJob } from '../../bench/contenders/external.mjs';
import { prepareLine } from '../../bench/contenders/onednn.mjs';
import { layerRequest, netRequest } from '../../bench/contenders/pytorch.mjs';
import { parseOptions } from '../../bench/options.mjs';
import { findPeers, PEERS } from '../../bench/peers.mjs';
import { root } from '../../scripts/tools.mjs';

const folder = mkdtempSync(join(tmpdir(), 'layerwise-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the command line', () => {
  it('has defaults', () => {
    const options = parseOptions([]);
    expect(options).toMatchObject({ rounds: 5, peers: undefined, nets: false });
    expect(options.workloads).toMatch(/workloads.layers\.json$/);
    expect(parseOptions(['--more']).workloads).toMatch(/workloads.more\.json$/);
  });

  it.each([
    [['--peers', 'pytorch,none'], ['pytorch']],
    [['--peers', 'none'], []],
  ])('%j names the peers %j', (args, peers) => expect(parseOptions(args).peers).toEqual(peers));

  it.each([
    [['--peers', 'toString'], 'there is no peer "toString"'],
    [['--rounds', '2'], '--rounds must be an integer of at least 3. Received 2.'],
    [['--threads', 'x'], '--threads must be an integer of at least 1. Received x.'],
    [['--nets', '--more'], '--more and --nets exclude each other'],
    [['--nope'], 'nope'],
  ])('%j is refused', (args, message) => expect(() => parseOptions(args)).toThrow(message));
});

describe('who is present', () => {
  const installed: string[] = [];
  const here = { module: '', absent: () => undefined, install: () => installed.push('here') };
  const away = { module: '', absent: () => 'install it', install: () => installed.push('away') };
  const peers = { a: here, b: away, c: here };

  it('all that are there by default, and a line for each of the others', () => {
    const lines: string[] = [];
    expect(findPeers(undefined, (line: string) => lines.push(line), peers)).toEqual(['a', 'c']);
    expect(lines).toEqual(['without b: install it']);
    expect(installed).toEqual(['here']);
  });

  it('one that was asked for must be there', () => {
    expect(findPeers(['c'], expect.unreachable, peers)).toEqual(['c']);
    expect(() => findPeers(['a', 'b'], expect.unreachable, peers)).toThrow(
      'b cannot be measured: install it',
    );
  });
});

/** What a contender's probe says under an environment, in a process of its own. */
function absent(contender: string, env: Record<string, string>): string {
  const module = pathToFileURL(join(root, 'bench/contenders', contender)).href;
  const script = `import { absent } from '${module}'; console.log(absent());`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env,
    encoding: 'utf8',
  });
  return stdout.trim();
}

function program(name: string, body: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe.runIf(process.platform === 'linux')('probes', () => {
  const PATH = '/usr/bin:/bin';
  it('oneDNN is there when a program with it links', () => {
    expect(absent('onednn.mjs', { PATH, CXX: program('cxx', 'cat > /dev/null') })).toBe('undefined');
    expect(absent('onednn.mjs', { PATH, CXX: program('cxx-fails', 'exit 1') })).toContain(
      'apt-get install g++ libdnnl-dev',
    );
    expect(absent('onednn.mjs', { PATH: folder })).toContain('apt-get install g++ libdnnl-dev');
  });

  it('PyTorch is there when a Python has it, with a BLAS of its day', () => {
    expect(absent('pytorch.mjs', { PATH, PYTHON: program('python', 'exit 0') })).toBe('undefined');
    expect(absent('pytorch.mjs', { PATH, PYTHON: program('python-without', 'exit 1') })).toMatch(
      /^no Python has PyTorch .*apt-get install python3-torch/,
    );
    const slow = program('python-slow', 'echo reference BLAS >&2; exit 1');
    expect(absent('pytorch.mjs', { PATH, PYTHON: slow })).toMatch(
      /^PyTorch multiplies .*libopenblas0-pthread/,
    );
  });
});

describe('requests', () => {
  const conv = {
    ...{ id: 'c', op: 'conv', x: [1, 4, 5, 5], w: [6, 2, 3, 3] },
    ...{ stride: [1, 2], pad: [1, 0, 1, 0], dil: [1, 1], groups: 2 },
  };

  it('to oneDNN are words', () => {
    expect(prepareLine('winograd', conv, [100, 108, 6])).toBe(
      'prepare algorithm=winograd op=conv x=1,4,5,5 w=6,2,3,3 stride=1,2 pad=1,0,1,0 dil=1,1 groups=2 constant=0 operands=100,108,6',
    );
  });

  it('to PyTorch are JSON with the numbers of the arrays that follow', () => {
    const { request, arrays } = layerRequest(conv);
    expect(request).toMatchObject({ op: 'conv', groups: 2, x: 0, w: 1, b: 2, dims: [conv.x, conv.w, [6]] });
    expect(arrays.map(({ length }: Float32Array) => length)).toEqual([100, 108, 6]);
    const fc = layerRequest({ id: 'fc_x', op: 'matmul', a: [2, 3], b: [3, 4] });
    expect(fc.request).toMatchObject({ constant: true, a: 0, b: 1 });
  });

  it('a net is its nodes in order, each with the numbers of its input and residual', () => {
    const { request, arrays } = netRequest('mobilenetv2', 2);
    const nodes = request.nodes as unknown as {
      op: string;
      input: number;
      residual?: number;
      bn?: number[];
    }[];
    expect(nodes[0]).toMatchObject({ op: 'conv', input: 0, kernel: 0, bn: [1, 2, 3, 4] });
    nodes.forEach(({ input, residual = 0 }, i) => {
      expect(input).toBeLessThanOrEqual(i);
      expect(residual).toBeLessThan(input + 1);
    });
    expect(nodes.filter(({ residual }) => residual !== undefined)).toHaveLength(10);
    expect(request.dims[request.x]).toEqual([2, 3, 224, 224]);
    expect(request.dims).toHaveLength(arrays.length);
  });
});

describe('a program that computes for a contender', () => {
  const start = () => External.start('echo', process.execPath, [join(root, 'test/bench/echo.mjs')]);

  test('lines and arrays go there and come back', async () => {
    const external = await start();
    expect(external.version).toBe('7');
    const numbers = Float32Array.from({ length: 5003 }, (_, i) => i / 3);
    const { data } = await external.ask(`echo ${numbers.length}`, [numbers]);
    expect(data).toEqual(numbers);
    expect((await external.ask('echo 0')).data).toEqual(new Float32Array(0));
    const job = externalJob(external, { supported: true, how: 'so' });
    expect(await job?.time({ minMs: 1, maxRuns: 2 })).toEqual([1, 2]);
    expect(externalJob(external, { supported: false })).toBeUndefined();
    await expect(external.ask('fail')).rejects.toThrow('too bad');
    await expect(external.ask('exit')).rejects.toThrow('echo: the program ended (3)');
    await expect(external.ask('time')).rejects.toThrow('echo: the program ended (3)');
  });

  test('one that cannot start says so', async () => {
    await expect(External.start('nothing', join(folder, 'nothing'), [])).rejects.toThrow(
      'nothing: the program',
    );
  });
});

test('every peer has a contender', async () => {
  for (const { module } of Object.values(PEERS)) {
    expect(spawnSync('test', ['-f', join(root, 'bench', module)]).status).toBe(0);
  }
});
