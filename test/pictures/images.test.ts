import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';

// The script and the nets import the package by its name; here they get the sources, so that a stale dist/ does not matter.
vi.mock('layerwise', () => import('../../lib/index.js'));

const folder = new URL('../../docs/images/', import.meta.url);
const script = new URL('../../scripts/pictures.mjs', import.meta.url).href;
const { SVGS, PNGS } = (await import(script)) as {
  SVGS: Record<string, (theme: string) => string>;
  PNGS: readonly string[];
};

it.each(Object.keys(SVGS))('docs/images/%s.svg is what the code draws today', (name) => {
  const drawn = SVGS[name]?.('auto');
  expect(readFileSync(new URL(`${name}.svg`, folder), 'utf8'), 'run `npm run pictures`').toBe(drawn);
});

it.each([...Object.keys(SVGS), 'feature-maps', 'filters'])('docs/images/%s.png is there', (name) => {
  expect(existsSync(new URL(`${name}.png`, folder))).toBe(true);
  expect(PNGS).toContain(name);
});

it('docs/pictures.md shows all of them', () => {
  const text = readFileSync(new URL('../pictures.md', folder), 'utf8');
  for (const name of PNGS) expect(text).toContain(`images/${name}.`);
  const shown = [...text.matchAll(/\]\((images\/[^)]+)\)/g)].map(([, path]) => path as string);
  const files = readdirSync(folder).map((name) => `images/${name}`);
  expect(shown.filter((path) => !files.includes(path))).toEqual([]);
});
