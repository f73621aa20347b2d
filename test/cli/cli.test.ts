import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Conv2D, Dense, Flatten, Input, Model, Sequential, serializeLayer } from '../../lib/index.js';
import { explain } from '../../lib/shape/explain/explain.js';
import { fails, file, fixture, folder, layerwise, refuses } from './command.js';

const COMMANDS = ['explain', 'summary', 'plot', 'doctor', 'build'];

const small = () =>
  new Sequential({
    name: 'small',
    layers: [
      new Conv2D({ name: 'conv', filters: 4, kernelSize: 3, inputShape: [8, 8, 1] }),
      new Flatten({ name: 'flat' }),
      new Dense({ name: 'out', units: 2 }),
    ],
  });

describe('layerwise', () => {
  it('lists its commands', () => {
    for (const args of [[], ['--help'], ['help']]) {
      const { status, stdout } = layerwise(args);
      expect(status).toBe(0);
      for (const command of COMMANDS) expect(stdout).toContain(`  ${command}`);
    }
    refuses(['explian'], 'layerwise: unknown command "explian"');
    refuses(['toString'], 'unknown command "toString"');
  });

  it.each(COMMANDS)('%s --help tells how it is called', (command) => {
    const { status, stdout, stderr } = layerwise([command, '--help']);
    expect(stdout).toMatch(new RegExp(`^Usage: layerwise ${command}`));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(layerwise([command, '-h']).stdout).toBe(stdout);
  });

  it('doctor prints what it found', () => {
    const { status, stdout } = layerwise(['doctor']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^layerwise {2}\d+\.\d+\.\d+\nplatform/);
    expect(stdout).toContain('backends');
    refuses(['doctor', 'now'], 'layerwise doctor: takes no arguments');
  });
});

describe('layerwise explain', () => {
  const spec = 'conv2d 227x227x3 96 11x11 stride 4';

  it('prints the explanation, in one argument or several', () => {
    const wanted = { status: 0, stdout: `${explain(spec).toString()}\n`, stderr: '' };
    expect(layerwise(['explain', spec])).toEqual(wanted);
    expect(layerwise(['explain', ...spec.split(' ')])).toEqual(wanted);
    expect(layerwise(['explain', 'reshape', '5x784', '-1x28x28x1']).stdout).toContain(
      'output  [5, 28, 28, 1]',
    );
    expect(wanted.stdout).toContain('oH = floor((227 + 2*0 - 1*(11-1) - 1) / 4) + 1 = 55');
    expect(wanted.stdout).toContain('96 filters x (11 x 11 x 3 weights + 1 bias) = 34,944');
  });

  it('loads no native code', () => {
    const trap = 'data:text/javascript,process.dlopen = () => { throw new Error("native code") }';
    expect(layerwise(['explain', spec], ['--import', trap]).stdout).toContain('34,944');
    expect(layerwise(['doctor'], ['--import', trap]).stderr).toContain('native code');
  });

  it('refuses what it does not understand', () => {
    refuses(['explain'], 'layerwise explain: an argument is missing');
    refuses(['explain', 'conf2d 5x5x3'], 'explain: there is no such op. Received op="conf2d"');
    refuses(['explain', 'conv2d 28x28x3 8'], 'it needs inputShape, filters, kernelSize');
    refuses(['explain', spec, '--fast'], "Unknown option '--fast'");
    refuses(['explain', spec, '--detail'], '--detail is for a model in a file');
  });

  it('explains sizes that do not fit', () => {
    const { status, stdout, stderr } = layerwise(['explain', 'conv2d 5x5x3 8 7x7']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('conv2d: the window is wider than the padded input');
    expect(stderr).toContain('What would fit:\n  kernelSize 5 or less along the rows');
  });

  it('explains a model in a file, layer by layer', () => {
    const { status, stdout } = layerwise(['explain', fixture('lenet.mjs')]);
    expect(status).toBe(0);
    expect(stdout).toContain('s2 (AveragePooling2D)  [null, 14, 14, 6]');
    expect(stdout).toContain('6 filters x (5 x 5 x 3 weights + 1 bias) = 456');
    const detail = layerwise(['explain', fixture('lenet.mjs'), '--detail']).stdout;
    expect(detail).toContain('Dense "out": 10 units on 1176');
    expect(detail.length).toBeGreaterThan(2 * stdout.length);
  });
});

describe('layerwise summary', () => {
  it('reads a module, and JSON in both forms', () => {
    const wanted = { status: 0, stdout: `${small().summary()}\n`, stderr: '' };
    expect(
      layerwise(['summary', file('small.json', JSON.stringify(serializeLayer(small() as never)))]),
    ).toEqual(wanted);
    expect(layerwise(['summary', file('config.json', JSON.stringify(small().getConfig()))])).toEqual(wanted);
    expect(layerwise(['summary', fixture('lenet.mjs')]).stdout).toContain('Sequential "lenet"');
    expect(layerwise(['summary', fixture('../../examples/nets/alexnet.mjs')]).stdout).toContain(
      'Sequential "alexnet"',
    );
    const narrow = layerwise(['summary', join(folder, 'small.json'), '--width', '70']).stdout;
    expect(narrow).toBe(`${small().summary({ lineLength: 70 })}\n`);
  });

  it('reads a graph', () => {
    const input = Input({ shape: [5], name: 'in' });
    const model = new Model({
      inputs: input,
      outputs: new Dense({ units: 2, name: 'out' }).apply(input),
      name: 'graph',
    });
    const { status, stdout } = layerwise(['summary', file('graph.json', JSON.stringify(model.getConfig()))]);
    expect(status).toBe(0);
    expect(stdout).toBe(`${model.summary()}\n`);
  });

  it('refuses wrong usage and bad files', () => {
    refuses(['summary'], 'layerwise summary: an argument is missing');
    refuses(['summary', 'a.json', 'b.json'], 'there are too many arguments');
    refuses(
      ['summary', 'a.json', '--width', 'wide'],
      '--width must be an integer of at least 40, not "wide"',
    );
    fails(['summary', 'none.json'], 'layerwise summary: none.json: there is no such file');
    fails(['summary', 'none.mjs'], 'layerwise summary: none.mjs: there is no such file');
    fails(['summary', 'net.h5'], 'a model is read from .json, .mjs, .js');
    fails(['summary', file('broken.json', '{')], 'broken.json: ');
    fails(['summary', file('null.json', 'null')], 'it holds no model');
    fails(
      ['summary', file('keras.json', '{"class_name": "Sequential"}')],
      'a layer is { className, config }',
    );
    fails(
      ['summary', file('layer.json', JSON.stringify(serializeLayer(new Dense({ units: 2 }) as never)))],
      'it holds no Sequential',
    );
    fails(['summary', fixture('no-default.mjs')], 'the module has no default export');
    fails(
      ['summary', file('fails.mjs', 'export default () => { throw new Error("no model"); };')],
      'no model',
    );
    fails(['summary', file('throws.mjs', 'throw new Error("from the module")')], 'from the module');
  });
});
