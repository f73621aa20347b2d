import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { typeErrors } from './compiler.js';

const folder = fileURLToPath(new URL('../../.setup/types/', import.meta.url));
mkdirSync(folder, { recursive: true });

const HEAD = `import { Add, Conv2D, Input, Sequential } from '../../lib/index.js';
import type { Shape } from '../../lib/index.js';
import type { Equal, Expect } from '../../test/types/equal.js';
`;
/** Windows of 3 take two rows each, and the filters are all different. */
const layer = (index: number) => `new Conv2D({ filters: ${index + 1}, kernelSize: 3 })`;
const layers = (count: number) => Array.from({ length: count }, (_, index) => layer(index));

const list = (count: number, expected: string) => `${HEAD}
const net = new Sequential([
  Input({ shape: [1000, 1000, 3] }),
${layers(count)
  .map((code) => `  ${code},`)
  .join('\n')}
]);
export type Check = Expect<Equal<typeof net.outputShape, ${expected}>>;
`;

const chain = (count: number) => `${HEAD}
const net = new Sequential()
  .add(Input({ shape: [1000, 1000, 3] }))
${layers(count)
  .map((code) => `  .add(${code})`)
  .join('\n')};
export type Check = Expect<Equal<typeof net.outputShape, [null, ${1000 - 2 * count}, ${1000 - 2 * count}, ${count}]>>;
`;

const graph = (count: number) => `${HEAD}
const x0 = Input({ shape: [64, 64, 8] });
${Array.from({ length: count }, (_, i) => {
  const conv = `new Conv2D({ filters: 8, kernelSize: 3, padding: 'same' }).apply(x${i})`;
  return `const x${i + 1} = new Add().apply([x${i}, ${conv}]);`;
}).join('\n')}
export type Check = Expect<Equal<typeof x${count}.shape, readonly [null, 64, 64, 8]>>;
`;

const wrong = list(60, 'Shape').replace(layer(49), 'new Conv2D({ filters: 1, kernelSize: 903 })');
const nets = Object.entries({
  '60 layers in a list': list(60, '[null, 880, 880, 60]'),
  '150 layers in a list': list(150, '[null, 700, 700, 150]'),
  '300 layers in a list, whose shape types do not know': list(300, 'Shape'),
  '60 layers one by one': chain(60),
  '150 layers one by one': chain(150),
  '150 layers in a graph': graph(150),
  'a layer that does not fit': wrong,
}).map(([name, code], index) => {
  const file = `${folder}deep-${index}.ts`;
  writeFileSync(file, code);
  return { name, file };
});

const errors = typeErrors(nets.map(({ file }) => file));

describe('deep nets', () => {
  const errorsOf = ({ file }: (typeof nets)[number]) => errors.filter((error) => file.endsWith(error.file));

  it.each(nets.slice(0, -1))('are not too deep for types: $name', (net) => {
    expect(errorsOf(net).map(({ text }) => text)).toEqual([]);
  });

  it('have an error at the layer that does not fit', () => {
    const [error] = errorsOf(nets.at(-1) as (typeof nets)[number]);
    expect(error?.line).toBe(wrong.split('\n').findIndex((line) => line.includes('903')) + 1);
    expect(error?.text).toContain(
      'the window is wider than the padded input. Received input=[null, 902, 902, 49]',
    );
  });
});
