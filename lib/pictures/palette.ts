import { KINDS, type Kind } from './diagram.js';

/** `auto` follows the reader's setting; the other two are fixed. */
export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Mid-tones, so that a shape stands out on a white and on a black page. */
export const KIND_COLOURS: Readonly<Record<Kind, string>> = {
  input: '#8b98a8',
  convolution: '#e2a33b',
  pooling: '#d1584f',
  dense: '#3f86d6',
  normalization: '#2ba39b',
  activation: '#5aa64b',
  merging: '#9069cf',
  reshaping: '#b57f9f',
  other: '#7f8a72',
};

/** What a kind is called in a legend. */
export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  input: 'input',
  convolution: 'convolution',
  pooling: 'pooling',
  dense: 'dense',
  normalization: 'normalization',
  activation: 'activation',
  merging: 'merging',
  reshaping: 'reshaping',
  other: 'other',
};

/** Parts of two colours, `share` of the second. @example mix('#000000', '#ffffff', 0.5); // "#808080" */
export function mix(first: string, second: string, share: number): string {
  const part = (colour: string, i: number) => Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16);
  const mixed = [0, 1, 2].map((i) =>
    Math.round(part(first, i) + (part(second, i) - part(first, i)) * share)
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${mixed.join('')}`;
}

const FONT = 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';

const COLOURS = {
  light: {
    page: '#ffffff',
    text: '#1f2328',
    quiet: '#57606a',
    line: '#6e7781',
    faint: '#d0d7de',
    tint: 0.18,
  },
  dark: { page: '#0d1117', text: '#e6edf3', quiet: '#a4afba', line: '#8b949e', faint: '#3a424c', tint: 0.3 },
} as const;

const rules = ({ page, text, quiet, line, faint, tint }: (typeof COLOURS)['light' | 'dark']): string =>
  [
    `.page{fill:${page}}text{fill:${text}}.quiet{fill:${quiet}}.halo{stroke:${page}}`,
    `.line{stroke:${line}}.head{fill:${line}}.frame{stroke:${line}}.faint{stroke:${faint}}.plate{fill:${faint}}`,
    ...KINDS.map((kind) => `.box-${kind}{fill:${mix(page, KIND_COLOURS[kind], tint)}}`),
  ].join('');

const FIXED = [
  `text{font-family:${FONT};font-size:12px}.title{font-size:18px;font-weight:600}.strong{font-weight:600}`,
  '.halo{stroke-width:4px;stroke-linejoin:round;paint-order:stroke}',
  '.line,.frame,.faint{fill:none;stroke-width:1.2}.frame{stroke-dasharray:5 4}',
  ...KINDS.map(
    (kind) => `.edge-${kind}{stroke:${KIND_COLOURS[kind]}}.fill-${kind}{fill:${KIND_COLOURS[kind]}}`,
  ),
].join('');

/** The style sheet of a picture. */
export function styleSheet(theme: Theme): string {
  const dark = rules(COLOURS.dark);
  if (theme === 'dark') return FIXED + dark;
  const light = FIXED + rules(COLOURS.light);
  return theme === 'light' ? light : `${light}@media (prefers-color-scheme:dark){${dark}}`;
}
